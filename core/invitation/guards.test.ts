import { type Play, play, testGuards } from "@muster/local/testing/scenes.ts";
import { describe, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import { Keys } from "../table/keys.ts";
import { put, remove, update } from "../table/table.ts";

const day = 86_400;
const [bobs, carols] = ["bob@example.com", "carol@example.com"];

/** An organization that is purged meanwhile leaves no row that counts the seats of nothing. */
const purgedMeanwhile =
  (deed: "decline" | "revoke" | "expire" | "accept"): Play =>
  async ({ stage, deeds, overtake }) => {
    const bob = await stage.world.person(bobs);
    await stage.invite(bobs, "owner");
    const link = await deeds.linkTo(bobs);
    if (deed === "expire") stage.world.clock.pass(8 * day);
    const home = Keys.organization(stage.organization);
    const row = await stage.home();
    const slow = {
      decline: () => deeds.decline(bob, link),
      revoke: () => deeds.revoke(stage.ada, bobs),
      accept: () => deeds.accept(bob, link),
      expire: () => deeds.expire(),
    };
    await overtake(slow[deed], () => stage.world.table.write(remove(home)));
    const found = await stage.world.table.get(home);
    await stage.world.table.write(put(home, row));
    return found ? ["a purged organization came back"] : [];
  };

/** A race for each guard, which shows what happens without it. */
const races: Record<string, Play> = {
  "invitation.offered: address new": async ({ stage, deeds, books, overtake }) => {
    await stage.invite(carols);
    await overtake(
      () => deeds.send(stage.ada, { email: bobs }),
      () => deeds.send(stage.ada, { email: bobs, role: "write" }),
    );
    return books.look();
  },

  "invitation.offered: address known": async ({ stage, deeds, books, overtake }) => {
    await deeds.send(stage.ada, { email: bobs });
    await deeds.revoke(stage.ada, bobs);
    stage.world.clock.pass(600);
    await overtake(
      () => deeds.resend(stage.ada, bobs),
      () => deeds.resend(stage.ada, bobs),
    );
    return books.look();
  },

  "invitation.offered: organization": async ({ stage, deeds, books, overtake }) => {
    const row = (n: number) => ({ email: `p${n}@example.com` });
    await stage.invite(carols);
    await overtake(
      () => deeds.send(stage.ada, row(0), row(1), row(2), row(3)),
      () => deeds.send(stage.ada, row(4), row(5), row(6), row(7)),
    );
    return books.look();
  },

  "invitation.accepted: address": async ({ stage, deeds, books, overtake }) => {
    const bob = await stage.world.person(bobs);
    await stage.invite(bobs);
    const link = await deeds.linkTo(bobs);
    await overtake(
      () => deeds.accept(bob, link),
      () => deeds.revoke(stage.ada, bobs),
    );
    return books.look();
  },

  // whose address an account has may change one day: then the membership alone knows
  "invitation.accepted: membership": async ({ stage, deeds }) => {
    const bob = await stage.join(bobs, "admin");
    await stage.world.table.write(remove(Keys.addressIn(stage.organization, addressOf(bobs))));
    await stage.invite(bobs, "read");
    await deeds.accept(bob, await deeds.linkTo(bobs));
    const membership = await stage.world.table.get(Keys.member(stage.organization, bob.account));
    return membership?.role === "admin" ? [] : ["a membership was overwritten"];
  },

  "invitation.accepted: organization": purgedMeanwhile("accept"),
  "invitation.ended: organization": async (scene) => [
    ...(await purgedMeanwhile("revoke")(scene)),
    ...(await purgedMeanwhile("decline")(scene)),
    ...(await purgedMeanwhile("expire")(scene)),
  ],

  "invitation.ended: address declined": async ({ stage, deeds, books, overtake }) => {
    const bob = await stage.world.person(bobs);
    await stage.invite(bobs);
    const link = await deeds.linkTo(bobs);
    await overtake(
      () => deeds.decline(bob, link),
      () => deeds.accept(bob, link),
    );
    return books.look();
  },

  "invitation.ended: address revoked": async ({ stage, deeds, books, overtake }) => {
    const bob = await stage.world.person(bobs);
    await stage.invite(bobs);
    const link = await deeds.linkTo(bobs);
    await overtake(
      () => deeds.revoke(stage.ada, bobs),
      () => deeds.decline(bob, link),
    );
    return books.look();
  },

  "invitation.ended: address expired": async ({ stage, deeds, overtake }) => {
    await stage.invite(bobs);
    stage.world.clock.pass(8 * day);
    const answers = await overtake(
      () => deeds.expire(),
      () => deeds.resend(stage.ada, bobs),
    );
    expect(answers).toEqual(["done", "done"]);
    return (await stage.rowOf(bobs))?.state === "pending" ? [] : ["a fresh invitation has expired"];
  },

  "invitation.role_changed: address": async ({ stage, deeds, books, overtake }) => {
    await stage.invite(bobs);
    await books.look();
    await overtake(
      () => deeds.offerRole(stage.ada, bobs, "write"),
      () => deeds.offerRole(stage.ada, bobs, "admin"),
    );
    return books.look();
  },

  "invitation.requested: address": async ({ stage, deeds, overtake }) => {
    const bob = await stage.world.person(bobs);
    await stage.invite(bobs);
    const link = await deeds.linkTo(bobs);
    stage.world.clock.pass(8 * day);
    const answers = await overtake(
      () => deeds.ask(bob, link),
      () => deeds.ask(bob, link),
    );
    return answers.includes("rate.limited") ? [] : ["owners and admins are told twice"];
  },

  "invitation.unblocked: block": async ({ stage, deeds, overtake }) => {
    await stage.invite(bobs);
    const block = Keys.mailBlock(addressOf(bobs));
    await stage.world.table.write(put(block, { bounced: deeds.instant() }));
    await overtake(
      () => deeds.unblock(stage.ada, bobs),
      () => stage.world.table.write(update(block, { set: { complained: deeds.instant() } })),
    );
    return (await stage.world.table.get(block)) ? [] : ["a complaint was forgotten"];
  },

  "no event: address": async ({ stage, deeds, overtake }) => {
    await stage.invite(bobs);
    stage.world.clock.pass(6 * day);
    await overtake(
      () => deeds.remind(),
      () => deeds.resend(stage.ada, bobs),
    );
    return (await stage.rowOf(bobs))?.reminder ? ["a fresh invitation counts as reminded of"] : [];
  },
};

describe("each guard of invitations has its race", () => {
  testGuards(races, (guard) => guard.startsWith("invitation.") || guard === "no event: address");
});

/** What guards hold to beyond the state of a row. */
const finer: Record<string, Play> = {
  "an admin takes back an invitation that has become an owner's": async ({ stage, deeds, books, overtake }) => {
    const carol = await stage.join(carols, "admin");
    await stage.invite(bobs, "write");
    await books.look();
    await overtake(
      () => deeds.revoke(carol, bobs),
      () => deeds.offerRole(stage.ada, bobs, "owner"),
    );
    return [...(await books.look()), ...((await stage.rowOf(bobs))?.state === "pending" ? [] : ["it was taken back"])];
  },

  "an invitation that is mailed again forgets the role that it has got meanwhile": async (scene) => {
    const { stage, deeds, books, overtake } = scene;
    await stage.invite(bobs, "admin");
    await books.look();
    stage.world.clock.pass(600);
    await overtake(
      () => deeds.resend(stage.ada, bobs),
      () => deeds.offerRole(stage.ada, bobs, "read"),
    );
    return books.look();
  },

  "somebody joins in a role that was taken from the invitation": async ({ stage, deeds, books, overtake }) => {
    const bob = await stage.world.person(bobs);
    await stage.invite(bobs, "admin");
    const link = await deeds.linkTo(bobs);
    const answers = await overtake(
      () => deeds.accept(bob, link),
      () => deeds.offerRole(stage.ada, bobs, "read"),
    );
    return [...(await books.look()), ...(answers[0] === "invitation.changed" ? [] : [`accepting was ${answers[0]}`])];
  },

  "the old link opens while a new one is mailed": async ({ stage, deeds, books, overtake }) => {
    const bob = await stage.world.person(bobs);
    await stage.invite(bobs);
    const link = await deeds.linkTo(bobs);
    stage.world.clock.pass(600);
    const answers = await overtake(
      () => deeds.accept(bob, link),
      () => deeds.resend(stage.ada, bobs),
    );
    return [
      ...(await books.look()),
      ...(answers[0] === "invitation.superseded" ? [] : [`the old one was ${answers[0]}`]),
    ];
  },

  "the old link declines while a new one is mailed": async ({ stage, deeds, books, overtake }) => {
    const bob = await stage.world.person(bobs);
    await stage.invite(bobs);
    const link = await deeds.linkTo(bobs);
    stage.world.clock.pass(600);
    const answers = await overtake(
      () => deeds.decline(bob, link),
      () => deeds.resend(stage.ada, bobs),
    );
    expect(answers).toEqual(["invitation.changed", "done"]);
    const row = await stage.rowOf(bobs);
    return [...(await books.look()), ...(row?.state === "pending" ? [] : ["a fresh invitation was declined"])];
  },

  "an invitation is accepted after its end": async ({ stage, deeds, books }) => {
    const bob = await stage.world.person(bobs);
    await stage.invite(bobs);
    const link = await deeds.linkTo(bobs);
    stage.world.clock.pass(7 * day - 1);
    const answer = await deeds.accept(bob, link);
    return [...(await books.look()), ...(answer === "done" ? [] : [answer])];
  },

  "an invitation is changed after it was accepted": async ({ stage, deeds, overtake }) => {
    const bob = await stage.world.person(bobs);
    await stage.invite(bobs);
    const link = await deeds.linkTo(bobs);
    const answers = await overtake(
      () => deeds.offerRole(stage.ada, bobs, "admin"),
      () => deeds.accept(bob, link),
    );
    return answers.join() === "invitation.used,done" ? [] : answers;
  },

  "an invitation is withdrawn that another has taken over": async ({ stage, deeds, overtake }) => {
    const carol = await stage.join(carols, "admin");
    await stage.invite(bobs, "read", carol);
    await deeds.remove(stage.ada, carol);
    await overtake(
      () => deeds.withdraw(carol),
      () => deeds.offerRole(stage.ada, bobs, "write"),
    );
    return (await stage.rowOf(bobs))?.state === "pending" ? [] : ["it was withdrawn"];
  },

  "an organization that may not grow any more invites": async ({ stage, deeds, overtake }) => {
    const home = Keys.organization(stage.organization);
    const [answer] = await overtake(
      () => deeds.send(stage.ada, { email: bobs }),
      () => stage.world.table.write(update(home, { set: { growth: false } })),
    );
    return answer === "organization.frozen" ? [] : [`inviting was ${answer}`];
  },

  "more is mailed in a day than may be": async ({ stage, deeds, overtake }) => {
    const home = Keys.organization(stage.organization);
    const today = deeds.instant().slice(0, 10);
    await stage.world.table.write(update(home, { set: { granted: false, sentOn: today, sentToday: 49 } }));
    await overtake(
      () => deeds.send(stage.ada, { email: bobs }),
      () => deeds.send(stage.ada, { email: carols }),
    );
    const { sentToday } = await stage.home();
    return sentToday === 50 ? [] : [`${String(sentToday)} were mailed`];
  },

  "the count of a new day begins twice": async ({ stage, deeds, overtake }) => {
    await overtake(
      () => deeds.send(stage.ada, { email: bobs }),
      () => deeds.send(stage.ada, { email: carols }),
    );
    const { sentToday } = await stage.home();
    return sentToday === 2 ? [] : [`${String(sentToday)} were counted`];
  },
};

test.each(Object.entries(finer))("it never happens that %s", async (_, race) => {
  expect((await play(race)).wrong).toEqual([]);
});
