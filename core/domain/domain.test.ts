import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { daySeconds, hourSeconds } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { asSystem } from "../kernel/context.ts";
import type { DnsAnswer } from "../kernel/dns-port.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { bind } from "../kernel/ports.ts";
import * as Deletion from "../organization/deletion.ts";
import * as Organization from "../organization/organization.ts";
import { put, remove as take, update } from "../table/table.ts";
import * as Check from "./check.ts";
import { idOf } from "./claim.ts";
import { existing, type Info } from "./describe.ts";
import * as Domain from "./domain.ts";
import { due } from "./due.ts";
import { domainKeys } from "./keys.ts";
import { maxDomainsPerOrganization, warningDays } from "./limits.ts";
import type { DomainClaimRow, DomainRow } from "./row.ts";

let place: OrganizationFixture;
beforeEach(async () => {
  place = await openOrganization();
});

const name = "acme.com";
const domain = idOf(name);
const as = <R>(run: () => Promise<R>) => place.as(place.ada, run);
const add = (text = name) => as(() => Domain.add({ name: text }));
const check = () => as(() => Check.check({ domain }));
const get = () => as(() => Domain.get({ domain }));
const publish = ({ record }: Info, more: { name?: string; value?: string } = {}) =>
  place.world.zone.add({ name: record.name, type: "TXT", value: record.value, ...more });
const clearZone = () => {
  for (const record of place.world.zone.records()) place.world.zone.remove(record);
};
const claim = () => place.world.table.get(domainKeys.domainClaim(domain));
const pass = (seconds: number) => place.world.clock.pass(seconds);
const tick = () => asSystem("clock", () => due({}));
const events = async () => {
  const { items } = await place.world.table.query(kernelKeys.outbox(place.organization));
  return items.map(({ type }) => type).filter((type) => type.startsWith("domain."));
};

/** Another organization with its owner, in the same deployment. */
async function another() {
  const grace = await place.world.person("grace@example.org");
  const { id } = await place.world.as(grace, () => Organization.create({ name: "Globex" }));
  const run = <R>(of: () => Promise<R>) => place.world.as(grace, of, { id, role: "owner" });
  return { id, run };
}

/** The domain with its record, verified. */
async function verified(): Promise<Info> {
  publish(await add());
  return check();
}

describe("a domain", () => {
  test("waits with the record to publish, and is verified by a check that finds it", async () => {
    const info = await add();
    expect(info).toEqual({
      id: domain,
      name,
      state: "waiting",
      record: {
        name: "_muster.acme.com",
        type: "TXT",
        value: expect.stringMatching(/^muster-verification=[a-z2-9]{32}$/),
      },
      checkAt: "2026-11-24T10:00:00.000Z",
      isJoinPaused: false,
      join: { mode: "off", role: "read" },
      addedAt: "2026-11-24T09:00:00.000Z",
      addedBy: place.ada.account,
      revision: 0,
    });
    expect(await check()).toMatchObject({ state: "waiting", check: { finding: "missing" }, revision: 1 });
    expect(await claim()).toBeUndefined();
    publish(info);
    const after = await check();
    expect(after).toMatchObject({
      state: "verified",
      check: { finding: "present" },
      checkAt: "2026-11-25T09:00:00.000Z",
    });
    expect(after).toMatchObject({ verifiedAt: "2026-11-24T09:00:00.000Z" });
    expect(await get()).toEqual(after);
    expect(await claim()).toMatchObject({ organization: place.organization, mode: "off", role: "read" });
    expect(await events()).toEqual(["domain.added", "domain.verified"]);
  });

  test("is stored in one form, however it is written, and added once", async () => {
    expect(await add(" BÜCHER.Example.COM. ")).toMatchObject({
      name: "xn--bcher-kva.example.com",
      record: { name: "_muster.xn--bcher-kva.example.com" },
    });
    expect(await resultOf(add("xn--bcher-kva.example.com"))).toBe("domain.exists");
    expect((await as(() => Domain.list({}))).items).toHaveLength(1);
    expect(await place.organizationRow()).toMatchObject({ domains: 1 });
  });

  test.each([
    ["gmail.com", "This is a public email provider. Enter a domain of your own."],
    ["mail.gmx.de", "This is a public email provider. Enter a domain of your own."],
    ["tuta.com", "This is a public email provider. Enter a domain of your own."],
    ["co.uk", "Anybody can register names below this domain. Enter a domain of your own."],
    ["github.io", "Anybody can register names below this domain. Enter a domain of your own."],
    ["acme.internal", "This domain is not on the public internet."],
    ["acme.test", "This domain is not on the public internet."],
  ])("%s is refused", async (text, message) => {
    await expect(add(text)).rejects.toMatchObject({ code: "input.invalid", fields: [{ path: "name", message }] });
    expect((await as(() => Domain.list({}))).items).toEqual([]);
  });

  test("is one of so many, by name", async () => {
    const names = Array.from({ length: maxDomainsPerOrganization }, (_, n) => `acme-${n}.com`);
    for (const one of names) await add(one);
    expect(await resultOf(add())).toBe("domain.limit_reached");
    expect((await as(() => Domain.list({}))).items.map((one) => one.name)).toEqual(names.toSorted());
    await as(() => Domain.remove({ domain: idOf("acme-7.com") }));
    expect((await add()).name).toBe(name);
  });

  test("that was removed is free for others, and gets another value when it is added again", async () => {
    const first = await verified();
    await as(() => Domain.remove({ domain }));
    expect([await claim(), await place.organizationRow()]).toMatchObject([undefined, { domains: 0 }]);
    expect(await resultOf(get())).toBe("domain.missing");
    expect(await events()).toEqual(["domain.added", "domain.verified", "domain.removed"]);
    const second = await add();
    expect(second.record.value).not.toBe(first.record.value);
    expect(await check()).toMatchObject({ state: "waiting", check: { finding: "mismatch" } });
  });

  test.each([
    ["gone", undefined],
    ["another organization's", ID.create("organization")],
  ])("is removed, and its organization deleted, although its claim is %s", async (_, organization) => {
    await verified();
    const row = existing(await place.world.table.get(domainKeys.domain(place.organization, domain))) as DomainRow;
    const key = domainKeys.domainClaim(domain);
    const { table } = place.world;
    await table.write(organization ? update(key, { set: { organization } }) : take(key));
    const before = await claim();
    await as(() => Domain.remove({ domain }));
    expect(await claim()).toEqual(before);
    await table.write(put(domainKeys.domain(place.organization, domain), row));
    await as(() => Deletion.deleteByName({ name: "Acme" }));
    pass(daySeconds);
    expect(await tick()).toEqual({ checked: 1 });
    expect(await claim()).toEqual(before);
  });

  test("is checked only so often by people", async () => {
    await add();
    for (let times = 0; times < 10; times++) await check();
    expect(await resultOf(check())).toBe("rate.limited");
  });
});

describe("of two organizations that wait", () => {
  test("the first whose record is found has the domain; the other learns so only by its own record", async () => {
    const other = await another();
    const [ours, theirs] = [await add(), await other.run(() => Domain.add({ name }))];
    expect(theirs.record.value).not.toBe(ours.record.value);
    publish(theirs);
    expect(await check()).toMatchObject({ state: "waiting", check: { finding: "mismatch" } });
    expect(await other.run(() => Check.check({ domain }))).toMatchObject({ state: "verified" });
    expect(await check()).toMatchObject({ state: "waiting", check: { finding: "mismatch" } });
    publish(ours);
    expect(await check()).toMatchObject({
      state: "waiting",
      check: {
        finding: "taken",
        message: "The record is right, but another organization has already verified this domain.",
      },
    });
    expect(await claim()).toMatchObject({ organization: other.id });
    await other.run(() => Domain.remove({ domain }));
    expect(await check()).toMatchObject({ state: "verified" });
  });

  test("one wins when both are checked at once", async () => {
    const other = await another();
    publish(await add());
    publish(await other.run(() => Domain.add({ name })));
    const states = await Promise.all([check(), other.run(() => Check.check({ domain }))]);
    expect(states.map(({ state }) => state).toSorted()).toEqual(["verified", "waiting"]);
    const winner = states[0].state === "verified" ? place.organization : other.id;
    expect(await claim()).toMatchObject({ organization: winner });
  });
});

describe("a record proves nothing", () => {
  const answers = { missing: {}, mismatch: {}, alias: {}, wildcard: {}, unreachable: {} };
  const cases: [keyof typeof answers, string, (info: Info) => void][] = [
    ["missing", "at the domain itself", (info) => publish(info, { name })],
    ["missing", "below its name", (info) => publish(info, { name: `x.${info.record.name}` })],
    ["missing", "of a look-alike", (info) => publish(info, { name: "_muster.аcme.com" })],
    ["mismatch", "with more than the value", (info) => publish(info, { value: `${info.record.value}x` })],
    ["mismatch", "with a part of the value", (info) => publish(info, { value: info.record.value.slice(0, -1) })],
    [
      "mismatch",
      "without what stands before the token",
      (info) => publish(info, { value: info.record.value.slice(20) }),
    ],
    [
      "alias",
      "behind an alias",
      (info) => {
        place.world.zone.add({ name: info.record.name, type: "CNAME", value: "records.example.net" });
        publish(info, { name: "records.example.net" });
      },
    ],
    ["wildcard", "of a wildcard", (info) => publish(info, { name: "*.acme.com" })],
    [
      "wildcard",
      "that a wildcard answers, too",
      (info) => {
        publish(info);
        publish(info, { name: "*.acme.com" });
      },
    ],
  ];

  test.each(cases)("that is %s: %s", async (finding, _, prepare) => {
    prepare(await add());
    expect(await check()).toMatchObject({ state: "waiting", check: { finding } });
    expect(await claim()).toBeUndefined();
  });

  test("to a resolver that answers everything with it", async () => {
    const { record } = await add();
    place.world.rebind({ dns: { text: async () => ({ values: [record.value] }) } });
    expect(await check()).toMatchObject({ state: "waiting", check: { finding: "wildcard" } });
  });

  test.each(["timeout", "failed", "oversized"] as const)("where the name servers do not answer: %s", async (fault) => {
    const { record } = await add();
    place.world.rebind({ dns: { text: async () => ({ fault }) } });
    expect(await check()).toMatchObject({ state: "waiting", check: { finding: "unreachable" } });
    // whether it is a wildcard is not known
    const own = async (asked: string): Promise<DnsAnswer> =>
      asked === record.name ? { values: [record.value] } : { fault };
    place.world.rebind({ dns: { text: own } });
    expect(await check()).toMatchObject({ state: "waiting", check: { finding: "unreachable" } });
  });

  test.each([
    ["quotes", (value: string) => `"${value}"`],
    ["white space", (value: string) => ` ${value}\n`],
    ["capitals", (value: string) => value.toUpperCase()],
  ])("wrong with %s around or in its value: that is tolerated", async (_, change) => {
    const info = await add();
    publish(info, { value: "v=spf1 -all" });
    publish(info, { value: change(info.record.value) });
    expect(await check()).toMatchObject({ state: "verified" });
  });

  test("wrong with a wildcard of another value beside it: that is no matter", async () => {
    const info = await add();
    publish(info);
    publish(info, { name: "*.acme.com", value: "v=spf1 -all" });
    expect(await check()).toMatchObject({ state: "verified" });
  });
});

describe("the clock", () => {
  test("verifies a waiting domain within the hour, and then checks it daily", async () => {
    publish(await add());
    expect(await tick()).toEqual({ checked: 0 });
    pass(hourSeconds);
    expect(await tick()).toEqual({ checked: 1 });
    expect(await get()).toMatchObject({ state: "verified", checkAt: "2026-11-25T10:00:00.000Z" });
    pass(daySeconds - 1);
    expect(await tick()).toEqual({ checked: 0 });
    pass(1);
    expect(await tick()).toEqual({ checked: 1 });
    expect(await events()).toEqual(["domain.added", "domain.verified"]);
  });

  test("stops to check a waiting domain after days, until a person checks it", async () => {
    await add();
    let checked = 0;
    for (let hours = 0; hours < 100; hours++) {
      pass(hourSeconds);
      checked += (await tick()).checked;
    }
    expect(checked).toBe(72);
    expect(await get()).not.toHaveProperty("checkAt");
    expect(await check()).toHaveProperty("checkAt");
  });

  test("warns of a lost record, and keeps the domain for days if it comes back", async () => {
    await verified();
    clearZone();
    pass(daySeconds);
    await tick();
    expect(await get()).toMatchObject({
      state: "verified",
      check: { finding: "missing" },
      lostAt: "2026-11-25T09:00:00.000Z",
      verifiedUntil: "2026-12-02T09:00:00.000Z",
      checkAt: "2026-11-25T10:00:00.000Z",
    });
    expect(await claim()).toMatchObject({ lostAt: "2026-11-25T09:00:00.000Z" });
    pass(warningDays * daySeconds - hourSeconds);
    await tick();
    expect(await get()).toMatchObject({ state: "verified" });
    publish(await get());
    pass(hourSeconds);
    await tick();
    expect(await get()).toMatchObject({ state: "verified", check: { finding: "present" } });
    expect(await get()).not.toHaveProperty("lostAt");
    expect(await claim()).not.toHaveProperty("lostAt");
    expect(await events()).toEqual(["domain.added", "domain.verified", "domain.record_lost", "domain.record_restored"]);
  });

  test("ends the claim of a record that stays lost, and nobody joins by the domain anymore", async () => {
    await verified();
    await as(() => Domain.changeJoin({ domain, join: { mode: "automatic", role: "write" } }));
    clearZone();
    pass(daySeconds);
    await tick();
    pass(warningDays * daySeconds);
    await tick();
    const after = await get();
    expect(after).toMatchObject({ state: "waiting", join: { mode: "off" } });
    for (const gone of ["lostAt", "verifiedAt", "verifiedUntil", "checkAt"]) expect(after).not.toHaveProperty(gone);
    expect(await claim()).toBeUndefined();
    expect((await events()).slice(-2)).toEqual(["domain.record_lost", "domain.expired"]);
  });

  test("ends the claim of a lost record on its day, although the name servers stopped to answer", async () => {
    await verified();
    clearZone();
    pass(daySeconds);
    await tick();
    place.world.rebind({ dns: { text: async () => ({ fault: "timeout" }) } });
    pass(warningDays * daySeconds - 1);
    await tick();
    expect(await get()).toMatchObject({ state: "verified", check: { finding: "unreachable" } });
    expect(await claim()).toBeDefined();
    pass(hourSeconds);
    await tick();
    expect(await get()).toMatchObject({ state: "waiting" });
    expect(await claim()).toBeUndefined();
  });

  test("closes a domain whose name servers do not answer for a day, and opens it with their answer", async () => {
    await verified();
    const { dns } = place.world.zone;
    place.world.rebind({ dns: { text: async () => ({ fault: "timeout" }) } });
    pass(daySeconds);
    await tick();
    pass(daySeconds - 1);
    await check();
    expect(await claim()).not.toHaveProperty("lostAt");
    const silent = { unreachableAt: "2026-11-25T09:00:00.000Z" };
    expect(await get()).toMatchObject({ ...silent, isJoinPaused: false });
    pass(1);
    expect(await check()).toMatchObject({ ...silent, isJoinPaused: true });
    expect(await claim()).toMatchObject({ lostAt: "2026-11-25T09:00:00.000Z" });
    pass(30 * daySeconds);
    await tick();
    expect(await get()).toMatchObject({ state: "verified", check: { finding: "unreachable" } });
    expect(await get()).not.toHaveProperty("lostAt");
    place.world.rebind({ dns });
    expect(await check()).toMatchObject({ isJoinPaused: false });
    expect(await claim()).not.toHaveProperty("lostAt");
    // the next silence is another one
    place.world.rebind({ dns: { text: async () => ({ fault: "timeout" }) } });
    await check();
    expect(await claim()).not.toHaveProperty("lostAt");
    expect(await events()).toEqual(["domain.added", "domain.verified"]);
  });

  test("warns of a lost record as usual after the name servers were silent", async () => {
    await verified();
    place.world.rebind({ dns: { text: async () => ({ fault: "timeout" }) } });
    pass(daySeconds);
    await tick();
    place.world.rebind({ dns: { text: async () => ({ values: [] }) } });
    pass(2 * daySeconds);
    await tick();
    expect(await get()).toMatchObject({ state: "verified", lostAt: "2026-11-27T09:00:00.000Z" });
    expect(await claim()).toMatchObject({ lostAt: "2026-11-27T09:00:00.000Z" });
  });

  test("warns of nothing while the name servers do not answer", async () => {
    await verified();
    place.world.rebind({ dns: { text: async () => ({ fault: "failed" }) } });
    pass(daySeconds);
    await tick();
    const after = await get();
    expect(after).toMatchObject({ state: "verified", check: { finding: "unreachable" } });
    expect([after.lostAt, after.checkAt]).toEqual([undefined, "2026-11-25T10:00:00.000Z"]);
  });

  test("goes on after a domain whose check fails, and continues where it stopped", async () => {
    const names = Array.from({ length: 30 }, (_, n) => `acme-${n}.com`);
    for (const one of names) await add(one);
    pass(hourSeconds);
    const { dns } = place.world.zone;
    const [first = ""] = names.toSorted((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
    const text = async (asked: string) => {
      if (asked === `_muster.${first}`) throw new Error("A bug.");
      return dns.text(asked);
    };
    place.world.rebind({ dns: { text } });
    await expect(tick()).rejects.toThrow("A bug.");
    const { items } = await as(() => Domain.list({}));
    expect(items.filter(({ check }) => check === undefined).map((one) => one.name)).toEqual([first]);
    bind({ dns });
    expect(await tick()).toEqual({ checked: 1 });
  });

  test("checks those last whose name servers were silent", async () => {
    for (let n = 0; n < 30; n++) await add(`acme-${n}.com`);
    const asked: string[] = [];
    const text = async (one: string) => {
      asked.push(one);
      return /acme-\d\.com/.test(one) ? { fault: "timeout" as const } : { values: [] };
    };
    place.world.rebind({ dns: { text } });
    for (let times = 0; times < 2; times++) {
      asked.length = 0;
      pass(hourSeconds);
      expect(await tick()).toEqual({ checked: 30 });
    }
    const isSilent = asked.map((one) => /acme-\d\.com/.test(one));
    expect(isSilent.lastIndexOf(false)).toBeLessThan(isSilent.indexOf(true));
  });

  test("stops at its deadline, and the next run checks the rest", async () => {
    for (let n = 0; n < 30; n++) await add(`acme-${n}.com`);
    pass(hourSeconds);
    expect(await asSystem("clock", () => due({}), place.world.clock.at)).toEqual({ checked: 25 });
    expect(await tick()).toEqual({ checked: 5 });
  });
});

describe("a verified domain whose claim is gone", () => {
  const change = () => as(() => Domain.changeJoin({ domain, join: { mode: "suggest" } }));

  test("says so to a change, and has it again after a check", async () => {
    await verified();
    await place.world.table.write(take(domainKeys.domainClaim(domain)));
    expect(await resultOf(change())).toBe("domain.unclaimed");
    expect(await check()).toMatchObject({ state: "verified", check: { finding: "present" } });
    expect(await change()).toMatchObject({ join: { mode: "suggest" } });
    expect(await claim()).toMatchObject({ organization: place.organization, mode: "suggest" });
  });

  test("has it again as well if its own claim is back before the check writes", async () => {
    await verified();
    const kept = await claim();
    await place.world.table.write(take(domainKeys.domainClaim(domain)));
    const { table } = place.world;
    const late: typeof table = {
      ...table,
      async write(...steps) {
        place.world.rebind();
        await table.write(put(domainKeys.domainClaim(domain), kept as DomainClaimRow));
        await table.write(...steps);
      },
    };
    place.world.rebind({ table: late });
    expect(await check()).toMatchObject({ state: "verified", check: { finding: "present" } });
  });

  test("loses its record if another organization has the claim", async () => {
    await verified();
    const { id } = await another();
    const theirs = { organization: id, mode: "off" as const, role: "read" as const };
    await place.world.table.write(put(domainKeys.domainClaim(domain), theirs));
    expect(await resultOf(change())).toBe("domain.unclaimed");
    expect(await check()).toMatchObject({ isJoinPaused: true, check: { finding: "taken" } });
    pass(8 * daySeconds);
    await tick();
    expect(await get()).toMatchObject({ state: "waiting", join: { mode: "off" } });
    expect(await claim()).toMatchObject(theirs);
  });
});

describe("how people join", () => {
  test("is changed only of a verified domain, at once on its claim", async () => {
    await add();
    const change = () => as(() => Domain.changeJoin({ domain, join: { mode: "suggest" } }));
    expect(await resultOf(change())).toBe("domain.unverified");
    publish(await get());
    await check();
    expect(await change()).toMatchObject({ join: { mode: "suggest", role: "read" } });
    expect(await claim()).toMatchObject({ mode: "suggest", role: "read" });
    const more = await as(() => Domain.changeJoin({ domain, join: { role: "write" } }));
    expect(more).toMatchObject({ join: { mode: "suggest", role: "write" } });
    expect(await get()).toEqual(more);
    expect(await as(() => Domain.changeJoin({ domain, join: {} }))).toEqual(more);
    expect((await events()).slice(-2)).toEqual(["domain.join_changed", "domain.join_changed"]);
  });

  test.each(["admin", "owner"])("is never as %s", async (role) => {
    await verified();
    const join = { role } as unknown as { role: "read" };
    expect(await resultOf(as(() => Domain.changeJoin({ domain, join })))).toBe("input.invalid");
  });

  test("is decided by owners alone", async () => {
    await verified();
    const bob = await place.join("bob@example.com", "admin");
    const run = () => place.as(bob, () => Domain.changeJoin({ domain, join: { mode: "automatic" } }));
    expect(await resultOf(run())).toBe("actor.forbidden");
  });

  test("fails if the domain was changed since it was read", async () => {
    const { revision } = await verified();
    await check();
    const run = () => as(() => Domain.changeJoin({ domain, join: { mode: "automatic" }, revision }));
    expect(await resultOf(run())).toBe("domain.changed");
  });
});
