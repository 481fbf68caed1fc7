import { runScenario, type Scenario, testGuards } from "@muster/local/testing/invariants/scenario.ts";
import { describe, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import { mailKeys } from "../mail/keys.ts";
import { memberKeys } from "../member/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import { put, remove, update } from "../table/table.ts";
import { invitationKeys } from "./keys.ts";

const day = 86_400;
const [bobs, carols] = ["bob@example.com", "carol@example.com"];

/** An organization that is purged in between leaves no row that counts its seats. */
const purgedBetween =
  (action: "decline" | "revoke" | "expire" | "accept"): Scenario =>
  async ({ fixture, actions, overtake }) => {
    const bob = await fixture.world.person(bobs);
    await fixture.invite(bobs, "owner");
    const link = await actions.linkTo(bobs);
    if (action === "expire") fixture.world.clock.pass(8 * day);
    const organizationRow = organizationKeys.organization(fixture.organization);
    const row = await fixture.organizationRow();
    const slow = {
      decline: () => actions.decline(bob, link),
      revoke: () => actions.revoke(fixture.ada, bobs),
      accept: () => actions.accept(bob, link),
      expire: () => actions.expire(),
    };
    await overtake(slow[action], () => fixture.world.table.write(remove(organizationRow)));
    const found = await fixture.world.table.get(organizationRow);
    await fixture.world.table.write(put(organizationRow, row));
    return found ? ["a purged organization came back"] : [];
  };

/** A race for each guard, which shows what happens without it. */
const races: Record<string, Scenario> = {
  "invitation.offered: address new": async ({ fixture, actions, invariants, overtake }) => {
    await fixture.invite(carols);
    await overtake(
      () => actions.send(fixture.ada, { email: bobs }),
      () => actions.send(fixture.ada, { email: bobs, role: "write" }),
    );
    return invariants.check();
  },

  "invitation.offered: address known": async ({ fixture, actions, invariants, overtake }) => {
    await actions.send(fixture.ada, { email: bobs });
    await actions.revoke(fixture.ada, bobs);
    fixture.world.clock.pass(600);
    await overtake(
      () => actions.resend(fixture.ada, bobs),
      () => actions.resend(fixture.ada, bobs),
    );
    return invariants.check();
  },

  "invitation.offered: organization": async ({ fixture, actions, invariants, overtake }) => {
    const row = (n: number) => ({ email: `p${n}@example.com` });
    await fixture.invite(carols);
    await overtake(
      () => actions.send(fixture.ada, row(0), row(1), row(2), row(3)),
      () => actions.send(fixture.ada, row(4), row(5), row(6), row(7)),
    );
    return invariants.check();
  },

  "invitation.accepted: address": async ({ fixture, actions, invariants, overtake }) => {
    const bob = await fixture.world.person(bobs);
    await fixture.invite(bobs);
    const link = await actions.linkTo(bobs);
    await overtake(
      () => actions.accept(bob, link),
      () => actions.revoke(fixture.ada, bobs),
    );
    return invariants.check();
  },

  // an account's address may change one day: then only the membership knows
  "invitation.accepted: membership": async ({ fixture, actions }) => {
    const bob = await fixture.join(bobs, "admin");
    await fixture.world.table.write(remove(invitationKeys.addressIn(fixture.organization, addressOf(bobs))));
    await fixture.invite(bobs, "read");
    await actions.accept(bob, await actions.linkTo(bobs));
    const membership = await fixture.world.table.get(memberKeys.member(fixture.organization, bob.account));
    return membership?.role === "admin" ? [] : ["a membership was overwritten"];
  },

  "invitation.accepted: organization": purgedBetween("accept"),
  "invitation.ended: organization": async (context) => [
    ...(await purgedBetween("revoke")(context)),
    ...(await purgedBetween("decline")(context)),
    ...(await purgedBetween("expire")(context)),
  ],

  "invitation.ended: address declined": async ({ fixture, actions, invariants, overtake }) => {
    const bob = await fixture.world.person(bobs);
    await fixture.invite(bobs);
    const link = await actions.linkTo(bobs);
    await overtake(
      () => actions.decline(bob, link),
      () => actions.accept(bob, link),
    );
    return invariants.check();
  },

  "invitation.ended: address revoked": async ({ fixture, actions, invariants, overtake }) => {
    const bob = await fixture.world.person(bobs);
    await fixture.invite(bobs);
    const link = await actions.linkTo(bobs);
    await overtake(
      () => actions.revoke(fixture.ada, bobs),
      () => actions.decline(bob, link),
    );
    return invariants.check();
  },

  "invitation.ended: address expired": async ({ fixture, actions, overtake }) => {
    await fixture.invite(bobs);
    fixture.world.clock.pass(8 * day);
    const answers = await overtake(
      () => actions.expire(),
      () => actions.resend(fixture.ada, bobs),
    );
    expect(answers).toEqual(["done", "done"]);
    return (await fixture.rowOf(bobs))?.state === "pending" ? [] : ["a new invitation has expired"];
  },

  "invitation.role_changed: address": async ({ fixture, actions, invariants, overtake }) => {
    await fixture.invite(bobs);
    await invariants.check();
    await overtake(
      () => actions.changeInvitedRole(fixture.ada, bobs, "write"),
      () => actions.changeInvitedRole(fixture.ada, bobs, "admin"),
    );
    return invariants.check();
  },

  "invitation.requested: address": async ({ fixture, actions, overtake }) => {
    const bob = await fixture.world.person(bobs);
    await fixture.invite(bobs);
    const link = await actions.linkTo(bobs);
    fixture.world.clock.pass(8 * day);
    const answers = await overtake(
      () => actions.requestInvitation(bob, link),
      () => actions.requestInvitation(bob, link),
    );
    return answers.includes("rate.limited") ? [] : ["owners and admins are notified twice"];
  },

  "invitation.suppression_removed: address": async ({ fixture, actions, overtake }) => {
    await fixture.invite(bobs);
    const key = invitationKeys.addressIn(fixture.organization, addressOf(bobs));
    await fixture.world.table.write(put(mailKeys.suppression(addressOf(bobs)), { bounced: actions.instant() }));
    await overtake(
      () => actions.removeSuppression(fixture.ada, bobs),
      () => fixture.world.table.write(remove(key)),
    );
    return (await fixture.world.table.get(key)) ? ["a row without an invitation"] : [];
  },

  "no event: address": async ({ fixture, actions, overtake }) => {
    await fixture.invite(bobs);
    fixture.world.clock.pass(6 * day);
    await overtake(
      () => actions.remind(),
      () => actions.resend(fixture.ada, bobs),
    );
    return (await fixture.rowOf(bobs))?.reminder ? ["a new invitation is marked as reminded"] : [];
  },
};

describe("each guard of invitations has its race", () => {
  testGuards(races, (guard) => guard.startsWith("invitation.") || guard === "no event: address");
});

/** Races for guards that do more than check the state of a row. */
const finer: Record<string, Scenario> = {
  "an admin revokes an invitation that has become an owner's": async ({ fixture, actions, invariants, overtake }) => {
    const carol = await fixture.join(carols, "admin");
    await fixture.invite(bobs, "write");
    await invariants.check();
    await overtake(
      () => actions.revoke(carol, bobs),
      () => actions.changeInvitedRole(fixture.ada, bobs, "owner"),
    );
    return [
      ...(await invariants.check()),
      ...((await fixture.rowOf(bobs))?.state === "pending" ? [] : ["it was revoked"]),
    ];
  },

  "a resent invitation loses the role that it was just given": async (context) => {
    const { fixture, actions, invariants, overtake } = context;
    await fixture.invite(bobs, "admin");
    await invariants.check();
    fixture.world.clock.pass(600);
    await overtake(
      () => actions.resend(fixture.ada, bobs),
      () => actions.changeInvitedRole(fixture.ada, bobs, "read"),
    );
    return invariants.check();
  },

  "somebody joins with a role that the invitation no longer has": async ({
    fixture,
    actions,
    invariants,
    overtake,
  }) => {
    const bob = await fixture.world.person(bobs);
    await fixture.invite(bobs, "admin");
    const link = await actions.linkTo(bobs);
    const answers = await overtake(
      () => actions.accept(bob, link),
      () => actions.changeInvitedRole(fixture.ada, bobs, "read"),
    );
    return [
      ...(await invariants.check()),
      ...(answers[0] === "invitation.changed" ? [] : [`accepting was ${answers[0]}`]),
    ];
  },

  "the old link accepts while a new one is sent": async ({ fixture, actions, invariants, overtake }) => {
    const bob = await fixture.world.person(bobs);
    await fixture.invite(bobs);
    const link = await actions.linkTo(bobs);
    fixture.world.clock.pass(600);
    const answers = await overtake(
      () => actions.accept(bob, link),
      () => actions.resend(fixture.ada, bobs),
    );
    return [
      ...(await invariants.check()),
      ...(answers[0] === "invitation.superseded" ? [] : [`the old one was ${answers[0]}`]),
    ];
  },

  "the old link declines while a new one is sent": async ({ fixture, actions, invariants, overtake }) => {
    const bob = await fixture.world.person(bobs);
    await fixture.invite(bobs);
    const link = await actions.linkTo(bobs);
    fixture.world.clock.pass(600);
    const answers = await overtake(
      () => actions.decline(bob, link),
      () => actions.resend(fixture.ada, bobs),
    );
    expect(answers).toEqual(["invitation.changed", "done"]);
    const row = await fixture.rowOf(bobs);
    return [...(await invariants.check()), ...(row?.state === "pending" ? [] : ["a new invitation was declined"])];
  },

  "an invitation is accepted after it expired": async ({ fixture, actions, invariants }) => {
    const bob = await fixture.world.person(bobs);
    await fixture.invite(bobs);
    const link = await actions.linkTo(bobs);
    fixture.world.clock.pass(7 * day - 1);
    const answer = await actions.accept(bob, link);
    return [...(await invariants.check()), ...(answer === "done" ? [] : [answer])];
  },

  "an invitation is changed after it was accepted": async ({ fixture, actions, overtake }) => {
    const bob = await fixture.world.person(bobs);
    await fixture.invite(bobs);
    const link = await actions.linkTo(bobs);
    const answers = await overtake(
      () => actions.changeInvitedRole(fixture.ada, bobs, "admin"),
      () => actions.accept(bob, link),
    );
    return answers.join() === "invitation.used,done" ? [] : answers;
  },

  "an invitation that another member took over is revoked": async ({ fixture, actions, overtake }) => {
    const carol = await fixture.join(carols, "admin");
    await fixture.invite(bobs, "read", carol);
    await actions.remove(fixture.ada, carol);
    await overtake(
      () => actions.revokeSent(carol),
      () => actions.changeInvitedRole(fixture.ada, bobs, "write"),
    );
    return (await fixture.rowOf(bobs))?.state === "pending" ? [] : ["it was revoked"];
  },

  "an organization that may no longer grow invites": async ({ fixture, actions, overtake }) => {
    const organizationRow = organizationKeys.organization(fixture.organization);
    const [answer] = await overtake(
      () => actions.send(fixture.ada, { email: bobs }),
      () => fixture.world.table.write(update(organizationRow, { set: { growth: false } })),
    );
    return answer === "organization.frozen" ? [] : [`inviting was ${answer}`];
  },

  "more is mailed in a day than allowed": async ({ fixture, actions, overtake }) => {
    const organizationRow = organizationKeys.organization(fixture.organization);
    const today = actions.instant().slice(0, 10);
    await fixture.world.table.write(
      update(organizationRow, { set: { grantedSeats: 0, sentOn: today, sentToday: 49 } }),
    );
    await overtake(
      () => actions.send(fixture.ada, { email: bobs }),
      () => actions.send(fixture.ada, { email: carols }),
    );
    const { sentToday } = await fixture.organizationRow();
    return sentToday === 50 ? [] : [`${String(sentToday)} were mailed`];
  },

  "the count of a new day begins twice": async ({ fixture, actions, overtake }) => {
    await overtake(
      () => actions.send(fixture.ada, { email: bobs }),
      () => actions.send(fixture.ada, { email: carols }),
    );
    const { sentToday } = await fixture.organizationRow();
    return sentToday === 2 ? [] : [`${String(sentToday)} were counted`];
  },
};

test.each(Object.entries(finer))("it never happens that %s", async (_, race) => {
  expect((await runScenario(race)).wrong).toEqual([]);
});
