import { invitationPut, memberPut, putAll } from "@muster/local/testing/fixtures/rows.ts";
import { times } from "@muster/local/testing/result.ts";
import { rememberWorld } from "@muster/local/testing/worlds/remember.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import { accountKeys } from "../account/keys.ts";
import { secure } from "../account/secure.ts";
import * as Audit from "../audit/audit.ts";
import * as ID from "../base/id.ts";
import type { Role } from "../base/role.ts";
import { DomainExpired, DomainJoinChanged, DomainRecordLost } from "../domain/events.ts";
import { InvitationAccepted, InvitationRequested } from "../invitation/events.ts";
import { invitationKeys } from "../invitation/keys.ts";
import { asSystem } from "../kernel/context.ts";
import type * as Event from "../kernel/event.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { reactsTo } from "../kernel/reaction.ts";
import { memberKeys } from "../member/keys.ts";
import * as Member from "../member/member.ts";
import * as Deletion from "../organization/deletion.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Organization from "../organization/organization.ts";
import { project } from "../search/search.ts";
import * as Secrets from "../secret/edit.ts";
import * as Secret from "../secret/secret.ts";
import { remove, update } from "../table/table.ts";
import * as Team from "../team/team.ts";
import { notificationKeys } from "./keys.ts";
import { list } from "./list.ts";
import * as Notification from "./notification.ts";

let world: World;
let acme: ID.ID<"organization">;
let [ada, eve, amy, bob]: Person[] = [];
let logged = 0;

let loggedBefore = 0;
let restore: () => Promise<void>;

/** Ada and Eve own Acme, Amy is an admin, Bob has the write role. */
beforeAll(async () => {
  world = await openWorld();
  logged = 0;
  [ada, eve, amy, bob] = await Promise.all(
    ["ada", "eve", "amy", "bob"].map((name) => world.person(`${name}@example.com`)),
  );
  acme = (await world.as(person(ada), () => Organization.create({ name: "Acme" }))).id;
  await world.table.write(update(organizationKeys.organization(acme), { add: { owners: 1, free: 10 } }));
  await join(eve, "owner");
  await join(amy, "admin");
  await join(bob, "write");
  await drain();
  await world.table.write(
    ...(await mine(person(ada))).map(({ id }) => remove(notificationKeys.notification(person(ada).account, id))),
  );
  world.queued.mail.length = 0;
  loggedBefore = logged;
  restore = await rememberWorld(world);
});
beforeEach(async () => {
  await restore();
  logged = loggedBefore;
});

const person = (one: Person | undefined) => one as Person;
const as = <R>(one: Person | undefined, role: Role, run: () => R) => world.as(person(one), run, { id: acme, role });
const mine = async (one: Person) => (await world.as(one, () => list({}))).items;

async function join(one: Person | undefined, role: Role) {
  const { account, email } = person(one);
  const name = `${email[0]?.toUpperCase()}${email.slice(1, 3)}`;
  const somebody = { account, email, name, color: "teal", address: addressOf(email) };
  await world.table.write(...Member.joining(acme, somebody, role));
}

/** Runs everything that follows: search rows, the log, reactions. Returns how many events there were. */
async function drain(more: () => Promise<void> = async () => {}): Promise<void> {
  const rows = await world.rows.scan();
  await asSystem("view", () =>
    project({ changes: rows.filter(({ stream }) => stream === "view").map((after) => ({ after })) }),
  );
  await asSystem("follow", () => Audit.follow({ owner: acme }));
  await more();
  for (let row = await next(); row; row = await next()) {
    const announcement = Audit.announcement(row);
    if (announcement && reactsTo(announcement.type, Notification.reactions)) {
      await asSystem("work", () => Notification.react(announcement));
    }
  }
}
const next = () => world.table.get(kernelKeys.logged(acme, ++logged)).then((row) => row ?? void logged--);

/** All notifications, by the first letters of the recipients' addresses. */
async function resultOf(): Promise<Record<string, object[]>> {
  const all: Record<string, object[]> = {};
  for (const one of [ada, eve, amy, bob].map(person)) {
    const notifications = await mine(one);
    if (notifications.length > 0) {
      all[one.email.slice(0, 3)] = notifications.map(
        ({ id: _, at: __, organization: ___, subject: ____, receivedAt: _____, isRead: ______, ...rest }) => rest,
      );
    }
  }
  return all;
}

const record = <T extends Event.EventType>(event: T, data: Parameters<T["record"]>[1], actor?: Person) => {
  const { account, context } = actor ?? {};
  const by = account && context ? context.actor : { type: "system" as const, job: "test" };
  return world.table.write(event.record(acme, data, by));
};
const key = () => invitationKeys.addressIn(acme, addressOf("new@example.com"));
const expired = () =>
  invitationPut(acme, "new@example.com", { state: "expired", role: "write", endedAt: "2026-11-24T08:00:00.000Z" });
const invitation: ID.ID<"invitation"> = `inv_${addressOf("new@example.com").slice("adr_".length)}`;
const ownersChanged = (more: object) => ({ kind: "organization.owners_changed", ...more });

describe("a domain", () => {
  const about = { domain: ID.derive("domain", "acme.com"), name: "acme.com" };
  const thing = "acme.com";

  test("whose record is lost, or that is no longer verified, is announced to owners and admins", async () => {
    const until = "2026-12-01T09:00:00.000Z";
    // whose request found it is notified, too
    await record(DomainRecordLost, { ...about, until }, person(ada));
    await drain();
    const lost = { kind: "domain.record_lost", thing, until };
    expect(await resultOf()).toEqual({ ada: [lost], eve: [lost], amy: [lost] });
    await record(DomainExpired, about);
    await drain();
    const expired = { kind: "domain.expired", thing };
    expect(await resultOf()).toEqual({ ada: [expired, lost], eve: [expired, lost], amy: [expired, lost] });
  });

  test("by which people join in another way is announced to the other owners", async () => {
    const [from, to] = [{ mode: "off" } as const, { mode: "automatic" } as const];
    const role = "read" as const;
    await record(DomainJoinChanged, { ...about, from: { ...from, role }, to: { ...to, role } }, person(ada));
    await drain();
    expect(await resultOf()).toEqual({ eve: [{ kind: "domain.join_changed", person: "Ada", thing }] });
  });
});

describe("a change of role", () => {
  test("is announced to the member, with the actor's name", async () => {
    await as(amy, "admin", () => Member.changeRole({ account: person(bob).account, role: "read" }));
    await drain();
    expect(await resultOf()).toEqual({ bob: [{ kind: "member.role_changed", person: "Amy", role: "read" }] });
    expect(world.queued.mail).toHaveLength(1);
  });

  test("to owner, and from it, is announced to the other owners too, but not to the actor", async () => {
    await as(ada, "owner", () => Member.changeRole({ account: person(bob).account, role: "owner" }));
    await drain();
    expect(await resultOf()).toEqual({
      bob: [{ kind: "member.role_changed", person: "Ada", role: "owner" }],
      eve: [ownersChanged({ person: "Bob", by: "Ada", role: "owner" })],
    });
    await as(eve, "owner", () => Member.changeRole({ account: person(eve).account, role: "read" }));
    await drain();
    expect((await resultOf()).ada).toEqual([ownersChanged({ person: "Eve", role: "read" })]);
    expect((await resultOf()).bob?.[0]).toEqual(ownersChanged({ person: "Eve", role: "read" }));
    expect((await resultOf()).eve).toHaveLength(1);
  });
});

describe("a departing member", () => {
  test("is notified if somebody else removed them, and not when they left", async () => {
    await as(amy, "admin", () => Member.remove({ account: person(bob).account }));
    await as(amy, "admin", () => Member.leave({}));
    await drain();
    expect(await resultOf()).toEqual({ bob: [{ kind: "member.removed", person: "Amy" }] });
  });

  test("is announced to the other owners if they were one", async () => {
    await as(ada, "owner", () => Member.changeRole({ account: person(amy).account, role: "owner" }));
    await drain();
    await as(ada, "owner", () => Member.remove({ account: person(eve).account }));
    await drain();
    expect((await resultOf()).amy?.[0]).toEqual(ownersChanged({ person: "Eve", by: "Ada" }));
    expect((await resultOf()).eve?.[0]).toEqual({ kind: "member.removed", person: "Ada" });
    await as(amy, "owner", () => Member.leave({}));
    await drain();
    expect((await resultOf()).ada).toEqual([ownersChanged({ person: "Amy" })]);
  });
});

describe("a deleted organization", () => {
  const confirmed = (run: () => Promise<unknown>) => as(ada, "owner", run);

  test("is announced to its other owners, and so is its restoration", async () => {
    await confirmed(() => Deletion.deleteByName({ name: "Acme" }));
    await drain();
    expect(await resultOf()).toEqual({ eve: [{ kind: "organization.deleted", person: "Ada" }] });
    await as(eve, "owner", () => Deletion.restore({}));
    await drain();
    expect(await resultOf()).toEqual({
      ada: [{ kind: "organization.restored", person: "Eve" }],
      eve: [{ kind: "organization.deleted", person: "Ada" }],
    });
  });

  test("sends no other notifications", async () => {
    await as(amy, "admin", () => Member.remove({ account: person(bob).account }));
    await confirmed(() => Deletion.deleteByName({ name: "Acme" }));
    await drain();
    expect(Object.keys(await resultOf())).toEqual(["eve"]);
  });
});

describe("a transfer of ownership", () => {
  test("is announced to the new owner, and to the other owners", async () => {
    await as(ada, "owner", () => Member.transfer({ account: person(bob).account }));
    await drain();
    expect(await resultOf()).toEqual({
      bob: [{ kind: "member.role_changed", person: "Ada", role: "owner" }],
      eve: [{ kind: "member.transferred", person: "Bob", by: "Ada", role: "owner" }],
    });
  });

  test("to an existing owner is announced as one owner fewer", async () => {
    await as(ada, "owner", () => Member.transfer({ account: person(eve).account }));
    await drain();
    expect(await resultOf()).toEqual({ eve: [ownersChanged({ person: "Ada", role: "admin" })] });
  });
});

describe("an account that another person may have used", () => {
  test("is told to the owners of each of its organizations, but not to itself", async () => {
    await world.as(person(amy), () => secure({}));
    await drain();
    const told = [{ kind: "member.secured", person: "Amy" }];
    expect(await resultOf()).toEqual({ ada: told, eve: told });
    await world.as(person(eve), () => secure({}));
    await drain();
    expect(await resultOf()).toMatchObject({ ada: [{ kind: "member.secured", person: "Eve" }, ...told], eve: told });
  });
});

describe("an API key", () => {
  test("that changes is told to the other owners, with who did it and which one, each time", async () => {
    const credentials = { kind: "anthropic", key: `sk-ant-api03-${"0".repeat(90)}9xYz` } as const;
    const { id: secret } = await as(amy, "admin", () => Secret.create({ name: "Production", credentials }));
    await drain();
    const told = (kind: string) => ({ kind: `secret.${kind}`, person: "Amy", thing: "Anthropic …9xYz" });
    expect(await resultOf()).toEqual({ ada: [told("created")], eve: [told("created")] });
    await as(amy, "admin", () => Secret.replace({ secret, credentials }));
    await as(amy, "admin", () => Secrets.edit({ secret, name: "Staging", status: "disabled" }));
    await as(amy, "admin", () => Secrets.edit({ secret, status: "enabled" }));
    const { id: team } = await as(amy, "admin", () => Team.create({ name: "Design" }));
    await as(amy, "admin", () => Secrets.edit({ secret, teams: [team] }));
    await as(amy, "admin", () => Secret.remove({ secret }));
    await drain();
    const kinds = ["deleted", "restricted", "enabled", "disabled", "renamed", "replaced", "created"].map(told);
    expect((await resultOf()).eve).toEqual(kinds);
    expect(world.queued.mail).toHaveLength(2 * kinds.length);
  });

  test("that an owner changes is told to the others alone", async () => {
    const credentials = { kind: "gemini", key: `AIza${"0".repeat(31)}9xYz` } as const;
    await as(ada, "owner", () => Secret.create({ name: "Production", credentials }));
    await drain();
    expect(Object.keys(await resultOf())).toEqual(["eve"]);
  });
});

describe("an invitation", () => {
  const accepted = (role: Role, by: Person | undefined, by2 = bob) =>
    record(InvitationAccepted, { invitation, account: person(by2).account, role, by: person(by).account }, person(by2));

  test("that is accepted is announced to its inviter, while they are a member", async () => {
    await accepted("write", amy);
    await drain();
    expect(await resultOf()).toEqual({ amy: [{ kind: "invitation.accepted", person: "Bob", role: "write" }] });
    await as(amy, "admin", () => Member.leave({}));
    await accepted("write", amy);
    await drain();
    expect((await resultOf()).amy).toHaveLength(1);
  });

  test("that makes an owner is announced to the owners too, once to each", async () => {
    await accepted("owner", ada);
    await drain();
    expect(await resultOf()).toEqual({
      ada: [{ kind: "invitation.accepted", person: "Bob", role: "owner" }],
      eve: [ownersChanged({ person: "Bob", role: "owner" })],
    });
  });

  test("that somebody requests again is announced to owners and admins, by name or address", async () => {
    await world.table.write(expired());
    await record(InvitationRequested, { invitation });
    await drain();
    const requested = { kind: "invitation.requested", person: "new@example.com", role: "write" };
    expect(await resultOf()).toEqual({ ada: [requested], eve: [requested], amy: [requested] });
    await world.table.write(update(key(), { set: { name: "Newton" } }));
    await record(InvitationRequested, { invitation });
    await drain();
    expect((await resultOf()).amy?.[0]).toEqual({ ...requested, person: "Newton" });
  });
});

describe("a reaction", () => {
  test("that runs concurrently leaves one notification to each person, and queues a mail for each", async () => {
    await as(ada, "owner", () => Member.changeRole({ account: person(bob).account, role: "owner" }));
    let last: Audit.Announcement | undefined;
    await drain(async () => {
      last = Audit.announcement((await world.table.get(kernelKeys.logged(acme, 2))) ?? {});
    });
    const once = await resultOf();
    await times(6, () => asSystem("work", () => Notification.react(last as Audit.Announcement)));
    expect(await resultOf()).toEqual(once);
    expect(new Set(world.queued.mail.map((job) => JSON.stringify(job))).size).toBe(2);
  });

  test("uses the current names of people and the organization", async () => {
    await as(amy, "admin", () => Member.changeRole({ account: person(bob).account, role: "read" }));
    await world.table.write(update(accountKeys.profile(person(amy).account), { set: { name: "Amelia" } }));
    await world.table.write(update(organizationKeys.organization(acme), { set: { name: "Acme Two" } }));
    await drain();
    expect(await mine(person(bob))).toMatchObject([{ subject: "Acme Two", person: "Amelia" }]);
  });

  test("to deleted people does no harm", async () => {
    await as(ada, "owner", () => Member.changeRole({ account: person(bob).account, role: "owner" }));
    await record(InvitationRequested, { invitation });
    for (const one of [ada, bob].map(person)) await world.table.write(remove(accountKeys.profile(one.account)));
    await world.table.write(remove(memberKeys.member(acme, person(bob).account)));
    await drain();
    expect(await resultOf()).toEqual({ eve: [ownersChanged({ by: "Someone", role: "owner" })] });
  });

  test.each(["deleted", "gone"])("notifies nobody of an organization that is %s", async (how) => {
    await as(amy, "admin", () => Member.changeRole({ account: person(bob).account, role: "read" }));
    const key = organizationKeys.organization(acme);
    await world.table.write(how === "gone" ? remove(key) : update(key, { set: { state: "deleted" } }));
    await drain();
    expect(await resultOf()).toEqual({});
    expect(world.queued.mail).toEqual([]);
  });

  test("trusts the memberships, not the search rows that find them", async () => {
    await world.table.write(expired());
    await as(ada, "owner", () => Member.changeRole({ account: person(eve).account, role: "read" }));
    await record(InvitationRequested, { invitation });
    // the search rows still list Eve as an owner
    await drain();
    const member = await world.table.get(memberKeys.member(acme, person(bob).account));
    await asSystem("view", () => project({ changes: [{ after: { ...member, role: "owner" } }] }));
    await record(InvitationRequested, { invitation });
    await drain();
    expect((await resultOf()).bob).toBeUndefined();
    expect((await resultOf()).eve?.map((notification) => "kind" in notification && notification.kind)).toEqual([
      "member.role_changed",
    ]);
  });

  test("notifies at most a hundred people", async () => {
    const many = Array.from({ length: 130 }, (_, n) => ID.derive("account", `admin-${n}`));
    await putAll(
      world,
      many.map((account) => memberPut(acme, account, { role: "admin" })),
    );
    await world.table.write(expired());
    await record(InvitationRequested, { invitation });
    await drain();
    expect(world.queued.mail).toHaveLength(100);
    expect(Object.keys(await resultOf()).toSorted()).toEqual(["ada", "amy", "eve"]);
  });
});
