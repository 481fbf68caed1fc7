import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { importsOf } from "@muster/local/testing/fixtures/imports.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { openInvariants } from "@muster/local/testing/invariants/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import * as ID from "../base/id.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { memberKeys } from "../member/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Team from "../team/team.ts";
import { idOf } from "./invitation.ts";
import * as Manage from "./manage.ts";
import * as Recipient from "./recipient.ts";
import * as Resending from "./resending.ts";
import * as Reviewing from "./review.ts";
import * as Sending from "./send.ts";
import type { IfPending } from "./shape.ts";

const bob = "bob@example.com";
type Row = { email?: string; role?: string; teams?: ID.ID<"team">[] };

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 200 });
});

const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const invite = (ifPending: IfPending, row: Row, by: Person = fixture.ada) =>
  fixture.as(by, () => Sending.send({ invitations: [{ email: bob, ...row }], ifPending }));
const review = async (row: Row, by: Person = fixture.ada, ifPending: IfPending = "skip") =>
  (await fixture.as(by, () => Reviewing.review({ invitations: [{ email: bob, ...row }], ifPending }))).items[0];
const team = async (name: string) => (await asAda(() => Team.create({ name }))).id;
const free = async () => (await fixture.organizationRow()).free;
const id = async (email = bob) => idOf(String((await fixture.rowOf(email))?.pk));
const events = async () => {
  const { items } = await fixture.world.table.query({ ...kernelKeys.outbox(fixture.organization), consistent: true });
  return items.map(({ type, data }) => [type ?? "", data] as const).filter(([type]) => type.startsWith("invitation."));
};

describe("inviting an address again", () => {
  test("with another role says in the review what it is invited to, and changes nothing unless asked to", async () => {
    await fixture.invite(bob, "read");
    const before = await fixture.world.rows.scan();
    expect(await review({ role: "write" })).toEqual({
      email: bob,
      role: "write",
      label: "invited_differently",
      message: "Already invited with another role or other teams. You can change the invitation.",
      pending: { id: await id(), role: "read", teams: [] },
    });
    expect((await invite("skip", { role: "write" })).items[0]).toMatchObject({
      outcome: "invited_differently",
      pending: { id: await id(), role: "read" },
    });
    expect(await fixture.world.rows.scan()).toEqual(before);
  });

  test("with the same role and teams is already done", async () => {
    const design = await team("Design");
    await invite("skip", { role: "write", teams: [design] });
    for (const row of [{ role: "write", teams: [design] }, { role: "write" }, { teams: [design] }, {}]) {
      expect((await review(row))?.label).toBe("already_invited");
      expect((await invite("change_and_email", row)).items[0]?.outcome).toBe("already_invited");
    }
  });

  test("changes the pending one: its link, its seat and its end stay, and there is no email", async () => {
    const invariants = await openInvariants(fixture);
    const [design, sales] = [await team("Design"), await team("Sales")];
    await invite("skip", { role: "read", teams: [design] });
    const token = await fixture.tokenOf(bob);
    const before = await fixture.rowOf(bob);
    const seats = await free();
    await invariants.check();
    const { items } = await invite("change", { role: "admin", teams: [sales] });
    expect(items[0]).toMatchObject({
      outcome: "changed",
      message: "The pending invitation was changed, without an email.",
      invitation: await id(),
    });
    const after = await fixture.rowOf(bob);
    expect(after).toMatchObject({ role: "admin", teams: new Set([sales]), attempt: 1, by: fixture.ada.account });
    for (const name of ["sentAt", "expiresAt", "mail", "rank", "list", "invitedAt"]) {
      expect(after?.[name]).toEqual(before?.[name]);
    }
    expect(await free()).toBe(seats);
    expect((await events()).filter(([type]) => type.endsWith("_changed"))).toEqual(
      expect.arrayContaining([
        ["invitation.role_changed", { invitation: await id(), from: "read", to: "admin" }],
        ["invitation.teams_changed", { invitation: await id(), added: [sales], removed: [design] }],
      ]),
    );
    expect(await invariants.check()).toEqual([]);
    const person = await fixture.world.person(bob);
    expect(await fixture.world.as(person, () => Recipient.accept({ token }))).toMatchObject({ role: "admin" });
  });

  test("is also changed by itself: role, name and teams, each alone or together, without an email", async () => {
    const [design, sales] = [await team("Design"), await team("Sales")];
    await invite("skip", { role: "read", teams: [design] });
    const before = await fixture.rowOf(bob);
    const invitation = await id();
    const edit = (change: object) => asAda(() => Manage.changeRole({ invitation, ...change }));
    expect(await edit({ name: "Bob B." })).toEqual({ id: invitation, role: "read", name: "Bob B.", teams: [design] });
    expect(await edit({ teams: [sales, sales] })).toMatchObject({ role: "read", name: "Bob B.", teams: [sales] });
    expect(await edit({ role: "write", teams: [] })).toMatchObject({ role: "write", name: "Bob B.", teams: [] });
    const after = await fixture.rowOf(bob);
    expect([after?.role, after?.name, after?.teams, after?.attempt]).toEqual(["write", "Bob B.", undefined, 1]);
    for (const name of ["sentAt", "expiresAt", "mail", "rank", "list"]) expect(after?.[name]).toEqual(before?.[name]);
    const changes = (await events()).filter(([type]) => /_changed|renamed/.test(type));
    expect(changes.map(([type]) => type).toSorted()).toEqual([
      "invitation.renamed",
      "invitation.role_changed",
      "invitation.teams_changed",
      "invitation.teams_changed",
    ]);
    expect(await edit({ role: "write", name: "Bob B.", teams: [] })).toMatchObject({ role: "write" });
    expect((await events()).filter(([type]) => /_changed|renamed/.test(type))).toHaveLength(4);
  });

  test("gets no team that does not exist, and no role above that of who changes it", async () => {
    await invite("skip", { role: "read" });
    const invitation = await id();
    const gone = ID.create("team");
    expect(await resultOf(asAda(() => Manage.changeRole({ invitation, teams: [gone] })))).toBe("team.missing");
    const carol = await fixture.join("carol@example.com", "admin");
    expect(await resultOf(fixture.as(carol, () => Manage.changeRole({ invitation, role: "owner", name: "B" })))).toBe(
      "role.forbidden",
    );
    expect((await fixture.rowOf(bob))?.name).toBeUndefined();
  });

  test("keeps what it does not name: teams without a role, a role without teams", async () => {
    const [design, sales] = [await team("Design"), await team("Sales")];
    await invite("skip", { role: "admin", teams: [design] });
    await invite("change", { teams: [sales] });
    expect(await fixture.rowOf(bob)).toMatchObject({ role: "admin", teams: new Set([sales]) });
    await invite("change", { role: "write" });
    expect(await fixture.rowOf(bob)).toMatchObject({ role: "write", teams: new Set([sales]) });
    await invite("change", { teams: [] });
    expect(await fixture.rowOf(bob)).not.toHaveProperty("teams");
  });

  test("is emailed if that is wanted, with a new link, but not so soon after the last email", async () => {
    await fixture.invite(bob, "read");
    const soon = "It was emailed less than 5 minutes ago, so no email";
    expect(await review({ role: "write" }, fixture.ada, "change_and_email")).toMatchObject({
      label: "change",
      message: `The pending invitation will be changed. ${soon} will be sent.`,
    });
    expect((await invite("change_and_email", { role: "write" })).items[0]).toMatchObject({
      outcome: "changed",
      message: `The pending invitation was changed. ${soon} was sent.`,
    });
    expect(await fixture.rowOf(bob)).toMatchObject({ role: "write", attempt: 1 });
    fixture.world.clock.pass(300);
    const seats = await free();
    expect((await review({ role: "admin" }, fixture.ada, "change_and_email"))?.message).toBe(
      "The pending invitation will be changed.",
    );
    expect((await invite("change_and_email", { role: "admin" })).items[0]).toMatchObject({
      outcome: "changed",
      message: "The pending invitation was changed, and emailed again.",
    });
    expect(await fixture.rowOf(bob)).toMatchObject({ role: "admin", attempt: 2, mail: "queued" });
    expect(await free()).toBe(seats);
    expect((await events()).slice(-2).map(([type]) => type)).toEqual(["invitation.resent", "invitation.role_changed"]);
  });

  test("changes many at once beside new ones, in one answer", async () => {
    const design = await team("Design");
    const emails = Array.from({ length: 60 }, (_, n) => `p${n}@example.com`);
    await asAda(() => Sending.send({ invitations: emails.map((email) => ({ email })) }));
    fixture.world.clock.pass(600);
    const rows = [...emails, "new@example.com"].map((email) => ({ email, role: "write", teams: [design] }));
    const { items } = await asAda(() => Sending.send({ invitations: rows, ifPending: "change_and_email" }));
    expect(items.map(({ outcome }) => outcome)).toEqual([...emails.map(() => "changed"), "invited"]);
    expect(await free()).toBe(139);
  });
});

describe("who may not change an invitation learns nothing new:", () => {
  test("an admin does not change an owner's, nor make one of an owner", async () => {
    const eve = await fixture.join("eve@example.com", "admin");
    await fixture.invite(bob, "owner");
    expect((await review({ role: "read" }, eve))?.label).toBe("already_invited");
    expect((await invite("change", { role: "read" }, eve)).items[0]?.outcome).toBe("already_invited");
    await fixture.invite("carol@example.com", "read");
    const owner = { email: "carol@example.com", role: "owner" };
    expect((await invite("change", owner, eve)).items[0]?.outcome).toBe("not_allowed");
    expect(await fixture.rowOf(bob)).toMatchObject({ role: "owner" });
  });

  test("a team of another organization is unknown", async () => {
    await fixture.invite(bob, "read");
    expect((await invite("change", { teams: [ID.create("team")] })).items[0]?.outcome).toBe("unknown_team");
    expect(await fixture.rowOf(bob)).not.toHaveProperty("teams");
  });

  test("an email counts toward the daily limit, a change alone does not", async () => {
    await fixture.invite(bob, "read");
    fixture.world.clock.pass(600);
    const key = organizationKeys.organization(fixture.organization);
    await fixture.world.table.write({ do: "update", key, change: { set: { sentToday: 10_000 } } });
    expect((await invite("change_and_email", { role: "write" })).items[0]?.outcome).toBe("daily_limit");
    expect((await invite("change", { role: "write" })).items[0]?.outcome).toBe("changed");
  });
});

describe("a change holds when others are faster:", () => {
  const race = async (between: () => Promise<unknown>) => {
    const interleaving = openInterleaving(fixture.world.table);
    fixture.world.rebind({ table: interleaving.table });
    const [outcome] = await interleaving.overtake(
      async () => (await invite("change", { role: "write" })).items[0]?.outcome,
      between,
    );
    fixture.world.rebind();
    return outcome;
  };

  test("what was revoked is invited anew, with a seat", async () => {
    const invariants = await openInvariants(fixture);
    await fixture.invite(bob, "read");
    await invariants.check();
    const invitation = await id();
    expect(await race(() => asAda(() => Manage.revoke({ invitation })))).toBe("invited");
    expect(await invariants.check()).toEqual([]);
  });

  test("who accepted has the role that they accepted", async () => {
    const person = await fixture.world.person(bob);
    await fixture.invite(bob, "read");
    const token = await fixture.tokenOf(bob);
    expect(await race(() => fixture.world.as(person, () => Recipient.accept({ token })))).toBe("already_member");
    const member = await fixture.world.table.get(memberKeys.member(fixture.organization, person.account));
    expect(member).toMatchObject({ role: "read" });
  });

  test("another change is seen, and changed in turn", async () => {
    await fixture.invite(bob, "read");
    const invitation = await id();
    expect(await race(() => asAda(() => Manage.changeRole({ invitation, role: "admin" })))).toBe("changed");
    expect((await events()).filter(([type]) => type === "invitation.role_changed")).toEqual(
      expect.arrayContaining([
        ["invitation.role_changed", { invitation, from: "read", to: "admin" }],
        ["invitation.role_changed", { invitation, from: "admin", to: "write" }],
      ]),
    );
  });

  describe("teams that it gives", () => {
    const overtake = async (slow: () => Promise<unknown>, design: ID.ID<"team">) => {
      const interleaving = openInterleaving(fixture.world.table);
      fixture.world.rebind({ table: interleaving.table });
      const [answer] = await interleaving.overtake(
        () => resultOf(slow()),
        () => invite("change", { teams: [design] }),
      );
      fixture.world.rebind();
      return answer;
    };

    test("are not lost to somebody who sends the invitation again", async () => {
      const design = await team("Design");
      await fixture.invite(bob, "read");
      fixture.world.clock.pass(600);
      const invitation = await id();
      const resend = () => asAda(() => Resending.resend({ invitation }));
      expect(await overtake(resend, design)).toBe("invitation.changed");
      expect(await fixture.rowOf(bob)).toMatchObject({ teams: new Set([design]), attempt: 1 });
      expect(await resultOf(resend())).toBe("done");
      expect(await fixture.rowOf(bob)).toMatchObject({ teams: new Set([design]), attempt: 2 });
    });

    test("are not lost to the person who accepts it", async () => {
      const design = await team("Design");
      const person = await fixture.world.person(bob);
      await fixture.invite(bob, "read");
      const token = await fixture.tokenOf(bob);
      const accept = () => fixture.world.as(person, () => Recipient.accept({ token }));
      expect(await overtake(accept, design)).toBe("invitation.changed");
      expect(await resultOf(accept())).toBe("done");
      const member = await fixture.world.table.get(memberKeys.member(fixture.organization, person.account));
      expect(member).toMatchObject({ teams: new Set([design]) });
    });
  });

  describe("a new name", () => {
    const rename = (name: string) => id().then((invitation) => asAda(() => Manage.changeRole({ invitation, name })));
    const overtake = async (slow: () => Promise<unknown>) => {
      const interleaving = openInterleaving(fixture.world.table);
      fixture.world.rebind({ table: interleaving.table });
      const [answer] = await interleaving.overtake(
        () => resultOf(slow()),
        () => rename("Bob Stone"),
      );
      fixture.world.rebind();
      return answer;
    };

    test("is not lost to another change, nor to a resend", async () => {
      await fixture.invite(bob, "read");
      await rename("Bob");
      fixture.world.clock.pass(600);
      const invitation = await id();
      const changes = [
        () => asAda(() => Manage.changeRole({ invitation, role: "write" })),
        () => asAda(() => Resending.resend({ invitation })),
        () => rename("Robert"),
      ];
      for (const slow of changes) {
        await rename("Bob");
        expect(await overtake(slow)).toBe("invitation.changed");
        expect(await fixture.rowOf(bob)).toMatchObject({ name: "Bob Stone", role: "read", attempt: 1 });
      }
    });

    test("is not lost to an invitation to another role, with or without an email", async () => {
      await fixture.invite(bob, "read");
      fixture.world.clock.pass(600);
      await overtake(() => invite("change", { role: "write" }));
      expect(await fixture.rowOf(bob)).toMatchObject({ name: "Bob Stone", role: "write" });
      await rename("Bob");
      await overtake(() => invite("change_and_email", { role: "admin" }));
      expect(await fixture.rowOf(bob)).toMatchObject({ name: "Bob Stone", role: "admin", attempt: 2 });
    });
  });

  test("what expired in between is sent again", async () => {
    await fixture.invite(bob, "read");
    const pass = async () => fixture.world.clock.pass(8 * 86_400);
    expect(await race(pass)).toBe("invited");
    expect(await fixture.rowOf(bob)).toMatchObject({ attempt: 2, role: "write" });
  });
});

test.each(["change", "change_and_email", "resend"] as const)(
  "after %s, an invitation still counts for the import that made it",
  async (how) => {
    const imports = importsOf(fixture);
    const first = await imports.begin(`email\n${bob}\n`);
    await imports.work();
    fixture.world.clock.pass(600);
    const invitation = await id();
    const change = () =>
      how === "resend" ? asAda(() => Resending.resend({ invitation })) : invite(how, { role: "write" });
    await change();
    await asAda(() => Manage.revoke({ invitation }));
    await asSystem("follow", () => Audit.follow({ owner: fixture.organization }));
    expect((await imports.get(first)).ended).toEqual({ declined: 0, revoked: 1, expired: 0 });
    fixture.world.clock.pass(600);
    await asAda(() => Resending.resend({ invitation }));
    await asAda(() => Manage.revoke({ invitation }));
    await asSystem("follow", () => Audit.follow({ owner: fixture.organization }));
    expect((await imports.get(first)).ended).toEqual({ declined: 0, revoked: 1, expired: 0 });
  },
);

test("a value that is none of the three is refused", async () => {
  const wrong = "replace" as IfPending;
  expect(await resultOf(invite(wrong, { role: "write" }))).toBe("input.invalid");
});
