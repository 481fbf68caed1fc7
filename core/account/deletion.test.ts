import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { openInvariants } from "@muster/local/testing/invariants/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import * as ID from "../base/id.ts";
import { invitationKeys } from "../invitation/keys.ts";
import * as Invitations from "../invitation/list.ts";
import * as Recipient from "../invitation/recipient.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { reactsTo } from "../kernel/reaction.ts";
import { memberKeys } from "../member/keys.ts";
import * as Member from "../member/member.ts";
import * as Reinstate from "../member/reinstate.ts";
import * as Notification from "../notification/notification.ts";
import * as ODeletion from "../organization/deletion.ts";
import { sessionKeys } from "../session/keys.ts";
import * as Account from "./account.ts";
import * as Deletion from "./deletion.ts";
import * as Erase from "./erase.ts";
import { accountKeys } from "./keys.ts";
import { react, reactions } from "./react.ts";

let fixture: OrganizationFixture;
let bob: Person;
beforeEach(async () => {
  fixture = await openOrganization();
  bob = await fixture.join("bob@example.com", "admin");
});

const remove = (person = bob, email = person.email) =>
  fixture.world.as(person, () => Deletion.deleteByAddress({ email }));
const sessionsOf = async ({ account }: Person) =>
  (await fixture.world.table.query(sessionKeys.sessions(account))).items;
/** Runs the reactions to the event. */
async function erase({ account }: Person = bob): Promise<void> {
  await asSystem("follow", () => Audit.follow({ owner: account }));
  const { items } = await fixture.world.table.query({ ...kernelKeys.log(account), to: "9" });
  for (const row of items) {
    const announcement = Audit.announcement(row);
    if (announcement && reactsTo(announcement.type, reactions)) await asSystem("work", () => react(announcement));
  }
  for (const job of fixture.world.queued.work.splice(0) as Erase.Job[]) await asSystem("work", () => Erase.erase(job));
}
/** Returns a person's rows: by account, by address, or containing their email address. */
async function rowsOf({ account, email }: Person) {
  const names = [account, Account.addressOf(email), email];
  const rows = await fixture.world.rows.scan();
  return rows.filter(({ pk, sk, email: own }) =>
    [pk, sk, own].some((text) => names.some((name) => String(text).includes(name))),
  );
}

describe("an account", () => {
  test("is deleted only if its address is typed", async () => {
    expect(await resultOf(remove(bob, "eve@example.com"))).toBe("account.email_mismatch");
    expect(await sessionsOf(bob)).toHaveLength(1);
    expect(await resultOf(remove(bob, "  BOB@example.com"))).toBe("done");
    expect(await resultOf(remove())).toBe("account.missing");
  });

  test("is deleted only after reauthentication", async () => {
    fixture.world.clock.pass(601);
    expect(await resultOf(remove())).toBe("actor.reauthentication_required");
    expect(await fixture.world.table.get(accountKeys.profile(bob.account))).toBeDefined();
  });

  test("leaves every organization, gives back its seats, and loses all its sessions", async () => {
    const before = await fixture.organizationRow();
    await remove();
    expect(await fixture.organizationRow()).toMatchObject({ free: before.free + 1, owners: 1 });
    expect(await fixture.world.table.get(memberKeys.member(fixture.organization, bob.account))).toBeUndefined();
    expect(await fixture.rowOf("bob@example.com")).toBeUndefined();
    expect(await sessionsOf(bob)).toEqual([]);
    const { items } = await fixture.world.table.query(kernelKeys.outbox(fixture.organization));
    expect(items.at(-1)).toMatchObject({ type: "member.left", data: { account: bob.account, role: "admin" } });
  });

  test("frees its address for a new account", async () => {
    await remove();
    const again = await fixture.world.person("bob@example.com");
    expect(again.account).not.toBe(bob.account);
    expect((await fixture.world.as(again, () => Account.get({}))).name).toBe("Bob");
    await erase();
    expect((await fixture.world.as(again, () => Account.get({}))).email).toBe("bob@example.com");
    expect(await sessionsOf(again)).toHaveLength(1);
  });

  test("is erased a moment later, and only others' records of events still name it", async () => {
    await fixture.world.as(bob, () => Account.edit({ name: "Robert" }));
    await fixture.as(fixture.ada, () => Member.changeRole({ account: bob.account, role: "write" }));
    await asSystem("follow", () => Audit.follow({ owner: fixture.organization }));
    const { items } = await fixture.world.table.query({ ...kernelKeys.log(fixture.organization), to: "9" });
    for (const row of items) {
      const announcement = Audit.announcement(row);
      if (announcement && reactsTo(announcement.type, Notification.reactions)) {
        await asSystem("work", () => Notification.react(announcement));
      }
    }
    expect((await rowsOf(bob)).length).toBeGreaterThan(5);
    await remove();
    await erase();
    expect((await rowsOf(bob)).map(({ pk, sk }) => [pk, sk])).toEqual([]);
    await erase();
    expect(await rowsOf(bob)).toEqual([]);
  });

  test("is not erased while it exists, no matter who requests it", async () => {
    const before = await rowsOf(bob);
    await asSystem("work", () => Erase.erase({ job: "erase", account: bob.account }));
    expect(await rowsOf(bob)).toEqual(before);
  });

  test("is removed from organizations that it left before", async () => {
    await fixture.as(bob, () => Member.leave({}));
    expect(await fixture.rowOf("bob@example.com")).toMatchObject({ state: "former" });
    await remove();
    expect(await fixture.rowOf("bob@example.com")).toBeUndefined();
  });

  test("that was removed stays removed, and nothing else of it stays", async () => {
    const { table } = fixture.world;
    const invariants = await openInvariants(fixture);
    await fixture.as(fixture.ada, () => Member.remove({ account: bob.account }));
    const { role, attempt, leftAt, ttl, ...before } = (await fixture.rowOf("bob@example.com")) ?? {};
    expect(before).toMatchObject({ email: "bob@example.com", account: bob.account, name: "Bob" });
    await remove();
    await erase();
    const kept = await fixture.rowOf("bob@example.com");
    const address = Account.addressOf("bob@example.com");
    const place = { pk: address, sk: fixture.organization, list: expect.any(String), rank: expect.any(String) };
    expect(kept).toEqual({ ...place, state: "former", removed: true, role, attempt, leftAt, ttl });
    expect(await fixture.as(fixture.ada, () => Invitations.list({ state: "former" }))).toMatchObject({ items: [] });
    expect(await invariants.check()).toEqual([]);
    // the purge of its organization finds it there
    const { items } = await table.query({ list: invitationKeys.invitations(fixture.organization) });
    expect(items.map((row) => row.pk)).toEqual([address]);
    const invitation = ID.alias("invitation", address);
    const of = <R>(run: () => Promise<R>) => resultOf(fixture.as(fixture.ada, run));
    expect(await of(() => Invitations.get({ invitation }))).toBe("invitation.missing");
    expect(await of(() => Reinstate.reinstate({ invitation }))).toBe("member.missing");
    expect(await of(() => fixture.invite("bob@example.com"))).toBe("done");
    expect(await fixture.rowOf("bob@example.com")).toMatchObject({ state: "pending", attempt: 2 });
  });

  test("leaves pending invitations to its address in place", async () => {
    await fixture.as(bob, () => Member.leave({}));
    await fixture.invite("bob@example.com");
    await remove();
    await erase();
    expect(await fixture.rowOf("bob@example.com")).toMatchObject({ state: "pending" });
  });

  test("that joins an organization during its deletion leaves it again", async () => {
    const token = await (async () => {
      await fixture.as(bob, () => Member.leave({}));
      await fixture.invite("bob@example.com");
      return fixture.tokenOf("bob@example.com");
    })();
    const profile = (await fixture.world.table.get(accountKeys.profile(bob.account))) ?? {};
    const ahead = new Map([[`${bob.account}|#profile`, profile]]);
    await remove();
    const late = { ...bob, context: { ...bob.context, prefetched: ahead } };
    expect(await resultOf(fixture.world.as(late, () => Recipient.accept({ token })))).toBe("done");
    await erase();
    expect(await rowsOf(bob)).toEqual([]);
    expect(await fixture.organizationRow()).toMatchObject({ free: 10, owners: 1 });
  });
});

describe("the only owner of an organization", () => {
  test("learns so before typing anything", async () => {
    const preview = (person: Person) => fixture.world.as(person, () => Deletion.previewDeletion({}));
    const alone = { soleOwnerOf: [{ id: fixture.organization, name: "Acme" }] };
    expect(await preview(fixture.ada)).toEqual(alone);
    expect(await preview(bob)).toEqual({ soleOwnerOf: [] });
    await fixture.as(fixture.ada, () => Member.changeRole({ account: bob.account, role: "owner" }));
    expect(await preview(fixture.ada)).toEqual({ soleOwnerOf: [] });
    await fixture.as(bob, () => Member.leave({}));
    expect(await preview(fixture.ada)).toEqual(alone);
    await fixture.as(fixture.ada, () => ODeletion.deleteByName({ name: "Acme" }));
    expect(await preview(fixture.ada)).toEqual({ soleOwnerOf: [] });
  });

  test("cannot be deleted, and learns why", async () => {
    await expect(remove(fixture.ada)).rejects.toMatchObject({
      code: "account.sole_owner",
      message: expect.stringContaining("the only owner of Acme."),
      fields: [{ path: fixture.organization, message: "Acme" }],
    });
    expect(await fixture.world.table.get(memberKeys.member(fixture.organization, fixture.ada.account))).toBeDefined();
    expect(await sessionsOf(fixture.ada)).toHaveLength(1);
  });

  test("can be deleted once there is another owner", async () => {
    await fixture.as(fixture.ada, () => Member.changeRole({ account: bob.account, role: "owner" }));
    await remove(fixture.ada);
    expect(await fixture.organizationRow()).toMatchObject({ owners: 1 });
    expect(await resultOf(remove(bob))).toBe("account.sole_owner");
  });

  test("of a deleted organization can be deleted, and nobody restores that organization", async () => {
    await fixture.as(fixture.ada, () => ODeletion.deleteByName({ name: "Acme" }));
    await remove(fixture.ada);
    await erase(fixture.ada);
    expect(await fixture.organizationRow()).toMatchObject({ state: "deleted", owners: 0 });
    expect(await rowsOf(fixture.ada)).toEqual([]);
  });

  test("is one of two who delete their accounts at once: one of them stays", async () => {
    await fixture.as(fixture.ada, () => Member.changeRole({ account: bob.account, role: "owner" }));
    const answers = await Promise.all([resultOf(remove(fixture.ada)), resultOf(remove(bob))]);
    expect(answers.filter((answer) => answer === "done")).toHaveLength(1);
    const refused = answers.find((answer) => answer !== "done");
    expect(refused).toMatch(/^(member\.last_owner|account\.sole_owner)$/);
    expect(await fixture.organizationRow()).toMatchObject({ owners: 1 });
  });
});
