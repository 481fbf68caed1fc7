import { unguarded } from "@muster/local/testing/faults/broken.ts";
import { injectFaults } from "@muster/local/testing/faults/faults.ts";
import { importsOf } from "@muster/local/testing/fixtures/imports.ts";
import { openImport } from "@muster/local/testing/fixtures/mailing.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import { daySeconds } from "../base/duration.ts";
import * as ImportDue from "../import/due.ts";
import { importKeys } from "../import/keys.ts";
import * as Recipient from "../invitation/recipient.ts";
import * as Schedule from "../invitation/schedule.ts";
import { asSystem, provide } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import * as Bulk from "../mail/bulk.ts";
import { mailKeys } from "../mail/keys.ts";
import * as Mail from "../mail/mail.ts";
import * as Mailing from "../mail/mailing.ts";
import { memberKeys } from "../member/keys.ts";
import { purgeKeys } from "../purge/keys.ts";
import * as Purge from "../purge/run.ts";
import { type Item, rowName, type Table, remove as take, update } from "../table/table.ts";
import * as Team from "../team/team.ts";
import * as Deletion from "./deletion.ts";
import { organizationKeys } from "./keys.ts";
import * as Operator from "./operator.ts";
import * as Organization from "./organization.ts";

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization();
});
/** Signed in again, since deleting requires reauthentication. */
const owner = <R>(run: () => R, { world, ada, organization }: OrganizationFixture = fixture) => {
  const { actor } = ada.context;
  const authenticatedAt = new Date(world.clock.at).toISOString();
  const via = "via" in actor ? { ...actor.via, authenticatedAt } : undefined;
  const member = { ...actor, via, type: "member", organization, role: "owner" };
  return provide({ ...ada.context, actor: member as typeof actor }, run);
};
const remove = (name = "Acme") => owner(() => Deletion.deleteByName({ name }));
const restore = () => owner(() => Deletion.restore({}));
async function purge() {
  const jobs: object[] = fixture.world.queued.imports;
  jobs.push({ job: "purge", organization: fixture.organization });
  for (let job = jobs.shift(); job; job = jobs.shift()) await asSystem("imports", () => Purge.run(job as Purge.Job));
}
const events = async () => {
  const { items } = await fixture.world.table.query(kernelKeys.outbox(fixture.organization));
  return items.map(({ type }) => type);
};
const mine = async () => (await owner(() => Organization.list({}))).items;

describe("an organization", () => {
  test("is deleted only by its exact name", async () => {
    for (const name of ["acme", "Acme ", "", "Acm"]) {
      expect(await resultOf(remove(name))).toBe("organization.name_mismatch");
    }
    expect(await fixture.organizationRow()).toMatchObject({ state: "active", growth: true });
    expect(await events()).not.toContain("organization.deleted");
    expect(await remove()).toEqual({
      deletedAt: "2026-11-24T09:00:00.000Z",
      restorableUntil: "2026-12-24T09:00:00.000Z",
    });
    expect(await fixture.organizationRow()).toMatchObject({
      state: "deleted",
      growth: false,
      deletedBy: fixture.ada.account,
      before: {
        state: "active",
        growth: true,
      },
      list: "orgs#deleted",
      rank: `2026-11-24T09:00:00.000Z#${fixture.organization}`,
    });
    expect(await events()).toContain("organization.deleted");
    expect(await resultOf(remove())).toBe("organization.missing");
  });

  test("is deleted and restored only after reauthentication", async () => {
    fixture.world.clock.pass(601);
    const asAda = (run: () => Promise<unknown>) => resultOf(fixture.as(fixture.ada, run));
    expect(await asAda(() => Deletion.deleteByName({ name: "Acme" }))).toBe("actor.reauthentication_required");
    await remove();
    expect(await asAda(() => Deletion.restore({}))).toBe("actor.reauthentication_required");
  });

  test("comes back exactly: its rows are the same, byte for byte", async () => {
    await fixture.join("bob@example.com", "admin");
    await fixture.invite("carol@example.com");
    await owner(() => Team.create({ name: "Docs" }));
    const rows = async () =>
      (await fixture.world.rows.scan()).filter(({ type }) => !String(type).startsWith("organization."));
    const before = await rows();
    await remove();
    expect(await rows()).not.toEqual(before);
    fixture.world.clock.pass(29 * daySeconds);
    expect(await restore()).toMatchObject({ name: "Acme", state: "active", seats: { committed: 3 } });
    expect(await rows()).toEqual(before);
    expect((await events()).slice(-2)).toEqual(["organization.deleted", "organization.restored"]);
    const resultOf = await events();
    expect(await restore()).toMatchObject({ state: "active" });
    expect(await events()).toEqual(resultOf);
    expect(await fixture.invite("dora@example.com")).toBe("invited");
  });

  test("that was suspended is restored as suspended", async () => {
    await asSystem("operator", () => Operator.suspend({ organization: fixture.organization }));
    await remove();
    expect(await restore()).toMatchObject({ state: "suspended" });
    expect(await fixture.organizationRow()).toMatchObject({ state: "suspended", growth: false });
  });

  test("can be restored for 30 days, and not a moment longer", async () => {
    await remove();
    fixture.world.clock.pass(30 * daySeconds - 1);
    await restore();
    await remove();
    fixture.world.clock.pass(30 * daySeconds);
    expect(await resultOf(restore())).toBe("organization.purged");
  });

  test("is listed for its owners while they can restore it, and missing for others", async () => {
    const bob = await fixture.join("bob@example.com", "admin");
    await remove();
    expect(await mine()).toEqual([
      {
        id: fixture.organization,
        name: "Acme",
        state: "deleted",
        plan: "free",
        billingStatus: "free",
        role: "owner",
        deletedAt: "2026-11-24T09:00:00.000Z",
        restorableUntil: "2026-12-24T09:00:00.000Z",
      },
    ]);
    expect(await fixture.world.as(bob, () => Organization.list({}))).toEqual({ items: [] });
    expect(await resultOf(owner(() => Organization.get({})))).toBe("organization.missing");
    fixture.world.clock.pass(30 * daySeconds);
    expect(await mine()).toEqual([]);
  });

  test("moves from the list of its month to the list of deleted ones, and back", async () => {
    const listed = async (list: string) => (await fixture.world.table.query({ list })).items.map(({ pk }) => pk);
    const month = organizationKeys.organizations("2026-11");
    const row = (await fixture.world.table.query({ list: month })).items;
    await remove();
    expect([await listed(month), await listed(organizationKeys.deletedOrganizations)]).toEqual([
      [],
      [fixture.organization],
    ]);
    await restore();
    expect((await fixture.world.table.query({ list: month })).items).toEqual(row);
    expect(await listed(organizationKeys.deletedOrganizations)).toEqual([]);
  });
});

describe("in a deleted organization", () => {
  test("nobody is invited and nobody joins", async () => {
    await fixture.invite("bob@example.com");
    const bob = await fixture.world.person("bob@example.com");
    const token = await fixture.tokenOf("bob@example.com");
    await remove();
    expect(await resultOf(fixture.invite("carol@example.com"))).toBe("organization.frozen");
    const accept = () => resultOf(fixture.world.as(bob, () => Recipient.accept({ token })));
    expect(await accept()).toBe("invitation.organization_deleted");
    expect((await fixture.world.as(bob, () => Recipient.mine({}))).items).toEqual([]);
    await restore();
    expect(await accept()).toBe("done");
  });

  test("no mail is sent, and owners who restore it see which were not", async () => {
    await fixture.invite("bob@example.com");
    const { organization } = fixture;
    const job = { kind: "invitation", organization, address: addressOf("bob@example.com"), attempt: 1 } as const;
    await remove();
    expect(await asSystem("mail", () => Mail.deliver(job))).toEqual({ outcome: "failed" });
    expect(fixture.world.sent).toEqual([]);
    expect(await fixture.rowOf("bob@example.com")).toMatchObject({ state: "pending", mail: "failed" });
  });

  test("no mail of an import is sent in bulk, and none is counted after the purge", async () => {
    const acme = await openImport(fixture.world, "acme", fixture.organization);
    const mailing = await acme.step(["bob@example.com", "carol@example.com"]);
    await asSystem("work", () => Mailing.begin(mailing, 2));
    await remove();
    const { bulk } = fixture.world.queued;
    for (const job of bulk.splice(0)) await asSystem("bulk", () => Bulk.perform(job as Bulk.Job));
    expect([fixture.world.sent, bulk]).toEqual([[], []]);
    expect(await acme.numbers()).toEqual({ failed: 2 });
    await fixture.world.table.write(take(mailKeys.mailing(mailing.import, mailing.seq)));
    await asSystem("mail-events", () => Mailing.queueRecount(mailing));
    expect([await fixture.world.table.get(mailKeys.mailing(mailing.import, mailing.seq)), bulk]).toEqual([
      undefined,
      [],
    ]);
  });

  test("nobody is reminded, and invitations expire as usual", async () => {
    await fixture.invite("bob@example.com");
    await remove();
    const { organization } = fixture;
    const [after, until] = ["2026-11-30T00:00:00.000Z", "2026-12-02T00:00:00.000Z"];
    fixture.world.clock.pass(6 * daySeconds);
    expect(await asSystem("work", () => Schedule.remind({ job: "remind", organization, after, until }))).toEqual({
      reminded: 0,
    });
    fixture.world.clock.pass(2 * daySeconds);
    await asSystem("work", () => Schedule.expire({ job: "expire", organization, until }));
    expect(await fixture.rowOf("bob@example.com")).toMatchObject({ state: "expired" });
    expect(await fixture.organizationRow()).toMatchObject({ free: 10 });
  });

  test("imports end, uploads are ignored, and no seat is lost", async () => {
    const imports = importsOf(fixture);
    const lines = Array.from({ length: 8 }, (_, n) => `p${n}@example.com\n`).join("");
    const [running, waiting, forgotten] = [
      await imports.begin(`email\n${lines}`),
      await imports.upload(`email\n${lines}z@example.com\n`),
      await imports.upload("email\n"),
    ];
    await remove();
    await imports.script("more.csv", "email\nx@example.com\n");
    await imports.arrive(imports.keyOf(waiting));
    await imports.work();
    fixture.world.bucket.remove(imports.keyOf(forgotten));
    fixture.world.clock.pass(3 * 3600);
    await asSystem("clock", () => ImportDue.due({}));
    await imports.work();
    const rows = await Promise.all([running, waiting, forgotten].map(imports.row));
    expect(rows.map(({ state, reason }) => [state, reason])).toEqual([0, 1, 2].map(() => ["failed", "frozen"]));
    expect((await fixture.world.table.query({ list: importKeys.openImports })).items).toEqual([]);
    expect(await fixture.organizationRow()).toMatchObject({ free: 10 });
  });
});

describe("of two simultaneous operations on an organization", () => {
  /** The first reads, then the second runs, then the first writes: what it read is outdated. */
  async function overtaken(
    first: () => Promise<unknown>,
    second: () => Promise<unknown>,
    table?: (good: Table) => Table,
  ) {
    const good = table ? table(fixture.world.table) : fixture.world.table;
    let isFirst = true;
    const write: Table["write"] = async (...steps) => {
      if (isFirst) {
        isFirst = false;
        await second();
      }
      return good.write(...steps);
    };
    fixture.world.rebind({ table: { ...good, write } });
    const answer = await resultOf(first());
    fixture.world.rebind();
    return answer;
  }
  const withoutHome = (good: Table) => unguarded(good, ({ key }) => key.sk === "#org");
  const purgingAt = "2026-12-24T09:00:00.000Z";
  const begunPurge = () => update(organizationKeys.organization(fixture.organization), { set: { purgingAt } });
  const rename = (name = "New") => owner(() => Organization.rename({ name }));
  const suspend = () => asSystem("operator", () => Operator.suspend({ organization: fixture.organization }));

  test("a rename refuses the deletion, and the deletion the rename", async () => {
    expect(await overtaken(remove, rename)).toBe("organization.name_mismatch");
    expect(
      await overtaken(
        () => rename("Newer"),
        () => remove("New"),
      ),
    ).toBe("setting.changed");
    expect(await fixture.organizationRow()).toMatchObject({ state: "deleted", name: "New" });
  });

  test("without its guard a deletion would accept an old name", async () => {
    expect(await overtaken(remove, rename, withoutHome)).toBe("done");
  });

  test("a suspension is not undone, and undoes nothing", async () => {
    expect(await overtaken(remove, suspend)).toBe("organization.changed");
    await remove();
    expect(await restore()).toMatchObject({ state: "suspended" });
    await asSystem("operator", () => Operator.reactivate({ organization: fixture.organization }));
    expect(await overtaken(suspend, remove)).toBe("organization.changed");
  });

  test("two deletions are one", async () => {
    expect(await overtaken(remove, remove)).toBe("organization.missing");
    expect((await events()).filter((type) => type === "organization.deleted")).toHaveLength(1);
  });

  test("an invitation takes no seat after the deletion, and keeps one that it took before", async () => {
    expect(await overtaken(() => fixture.invite("bob@example.com"), remove)).toBe("organization.frozen");
    expect(await fixture.rowOf("bob@example.com")).toBeUndefined();
    await restore();
    expect(await overtaken(remove, () => fixture.invite("bob@example.com"))).toBe("done");
    await restore();
    expect(await fixture.organizationRow()).toMatchObject({ free: 9 });
  });

  test("an acceptance at the same moment makes a member of the deleted organization, who comes back with it", async () => {
    await fixture.invite("bob@example.com");
    const bob = await fixture.world.person("bob@example.com");
    const token = await fixture.tokenOf("bob@example.com");
    expect(await overtaken(() => fixture.world.as(bob, () => Recipient.accept({ token })), remove)).toBe("done");
    expect((await fixture.world.as(bob, () => Organization.list({}))).items).toEqual([]);
    await restore();
    expect((await fixture.world.as(bob, () => Organization.list({}))).items).toHaveLength(1);
  });

  test("either the restoration or the purge happens, in either order", async () => {
    await remove();
    fixture.world.clock.pass(30 * daySeconds - 1);
    const later = async () => {
      fixture.world.clock.pass(1);
      await purge();
    };
    expect(await overtaken(restore, later)).toBe("organization.purged");
    expect(await fixture.world.table.get(purgeKeys.purged(fixture.organization))).toMatchObject({
      counts: { members: 1 },
    });

    fixture = await openOrganization();
    await remove();
    fixture.world.clock.pass(30 * daySeconds);
    const earlier = async () => {
      fixture.world.clock.pass(-1);
      await restore();
    };
    expect(await overtaken(purge, earlier)).toBe("done");
    expect(await fixture.organizationRow()).toMatchObject({ state: "active" });
    expect(await fixture.organizationRow()).not.toHaveProperty("purgingAt");

    fixture = await openOrganization();
    await remove();
    fixture.world.clock.pass(30 * daySeconds - 1);
    expect(await overtaken(restore, () => fixture.world.table.write(begunPurge()))).toBe("organization.purged");
    expect(await fixture.organizationRow()).toMatchObject({ state: "deleted", purgingAt });
  });

  test("without its guard a purge would delete a restored organization", async () => {
    await remove();
    fixture.world.clock.pass(30 * daySeconds);
    const earlier = async () => {
      fixture.world.clock.pass(-1);
      await restore();
    };
    await overtaken(purge, earlier, withoutHome);
    expect(await fixture.world.table.get(memberKeys.member(fixture.organization, fixture.ada.account))).toBeUndefined();
  });

  test("without its guard a restoration would bring back what is being purged", async () => {
    await remove();
    fixture.world.clock.pass(30 * daySeconds - 1);
    const answer = await overtaken(restore, () => fixture.world.table.write(begunPurge()), withoutHome);
    expect(answer).toBe("done");
  });

  test("20 deletions and 20 restorations at once, with lost answers, leave one of the two states and as many events", async () => {
    const faults = injectFaults(fixture.world.rows.client, 5);
    faults.plan({ conflicts: 0.3, lostAnswers: 0.3 });
    await Promise.all(Array.from({ length: 40 }, (_, n) => resultOf(n % 2 ? remove() : restore())));
    faults.clear();
    const all = (await events()).filter((type) => /deleted|restored/.test(type));
    const deletions = all.filter((type) => type === "organization.deleted").length;
    const organizationRow: Item = await fixture.organizationRow();
    expect(deletions - (all.length - deletions)).toBe(organizationRow.state === "deleted" ? 1 : 0);
    expect(["active", "deleted"]).toContain(organizationRow.state);
  });
});

test("prefetched rows decide nothing about a deletion", async () => {
  const key = organizationKeys.organization(fixture.organization);
  const ahead = new Map([[rowName(key), await fixture.world.table.get(key)]]);
  await owner(() => Organization.rename({ name: "New" }));
  const { actor } = fixture.ada.context;
  const member = { ...actor, type: "member", organization: fixture.organization, role: "owner" } as typeof actor;
  expect(
    await resultOf(provide({ actor: member, prefetched: ahead }, () => Deletion.deleteByName({ name: "Acme" }))),
  ).toBe("organization.name_mismatch");
});
