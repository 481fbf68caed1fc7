import { openStage, type Stage } from "@muster/local/testing/stage.ts";
import { told } from "@muster/local/testing/told.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { Keys } from "../table/keys.ts";
import { update } from "../table/table.ts";
import * as Answer from "./answer.ts";
import { idOf } from "./invitation.ts";
import * as Manage from "./manage.ts";
import * as Offer from "./offer.ts";

const day = 86_400;

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ seats: 4 });
});

const asAda = <R>(run: () => Promise<R>) => stage.as(stage.ada, run);
const idFor = async (email: string) => idOf(String((await stage.rowOf(email))?.pk));
const free = async () => (await stage.home()).free;
const events = async () =>
  (await stage.world.table.query(Keys.outbox(stage.organization))).items.map(({ type }) => type);

describe("inviting", () => {
  test("labels each row before it sends, and changes nothing by it", async () => {
    await stage.join("bob@example.com", "admin");
    await stage.invite("carol@example.com");
    const rows = [
      { email: " New@Example.com ", role: "WRITE", name: "Newton" },
      { email: "new@example.com" },
      { email: "bob@example.com" },
      { email: "carol@example.com" },
      { email: "not an address" },
      { email: "dora@example.com", role: "king" },
      { email: "emil@example.com" },
      { email: "fred@example.com" },
    ];
    const before = await stage.world.rows.scan();
    const { items, seats } = await asAda(() => Offer.review({ invitations: rows }));
    expect(items.map(({ label }) => label)).toEqual([
      ...[
        "ready",
        "duplicate",
        "already_member",
        "already_invited",
        "invalid_email",
        "unknown_role",
        "ready",
        "no_seat",
      ],
    ]);
    expect(items[0]).toEqual({
      ...{ email: "new@example.com", role: "write", name: "Newton", label: "ready" },
      message: "Ready to be sent.",
    });
    expect(items[1]?.role).toBe("read");
    expect(seats).toMatchObject({ capacity: 5, committed: 3 });
    expect(await stage.world.rows.scan()).toEqual(before);
  });

  test("invites the rows that nothing stands in the way of, and says what became of each", async () => {
    const invitations = ["b", "c", "d", "e", "f"].map((name) => ({ email: `${name}@example.com` }));
    const { items, seats } = await asAda(() => Offer.send({ invitations, message: "Welcome\non board" }));
    expect(items.map((item) => item.outcome)).toEqual(["invited", "invited", "invited", "invited", "no_seat"]);
    expect(seats).toMatchObject({ capacity: 5, committed: 5 });
    expect(await stage.rowOf("b@example.com")).toMatchObject({
      ...{
        state: "pending",
        role: "read",
        attempt: 1,
        mail: "queued",
        message: "Welcome\non board",
        by: stage.ada.account,
      },
      expiresAt: "2026-12-01T09:00:00.000Z",
    });
    expect(await free()).toBe(0);
    expect(await events()).toEqual(["organization.created", "invitation.created"]);
  });

  test("takes 100 rows at once, in their order", async () => {
    stage = await openStage({ seats: 90 });
    const invitations = Array.from({ length: 100 }, (_, n) => ({ email: `p${n}@example.com` }));
    const { items } = await asAda(() => Offer.send({ invitations }));
    expect(items.map((item) => item.outcome)).toEqual([...Array(90).fill("invited"), ...Array(10).fill("no_seat")]);
    expect(await free()).toBe(0);
  });

  test("hands out no role above one's own", async () => {
    const bob = await stage.join("bob@example.com", "admin");
    expect(await stage.invite("carol@example.com", "owner", bob)).toBe("not_allowed");
    expect(await stage.invite("carol@example.com", "admin", bob)).toBe("invited");
    const dora = await stage.join("dora@example.com", "write");
    expect(await told(stage.invite("emil@example.com", "read", dora))).toBe("actor.forbidden");
  });

  test("carries no message of one's own on the free plan, until an operator grants seats", async () => {
    await stage.world.table.write(update(Keys.organization(stage.organization), { set: { granted: false } }));
    const invitations = [{ email: "bob@example.com" }];
    expect(await told(asAda(() => Offer.send({ invitations, message: "Hi" })))).toBe("invitation.message_refused");
    expect(await told(asAda(() => Offer.send({ invitations })))).toBe("done");
  });

  test("is limited each day, and open again on the next", async () => {
    stage = await openStage({ seats: 200 });
    await stage.world.table.write(update(Keys.organization(stage.organization), { set: { granted: false } }));
    const rows = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, n) => ({ email: `p${from + n}@example.com` }));
    const { items } = await asAda(() => Offer.send({ invitations: rows(0, 60) }));
    expect(items.filter((item) => item.outcome === "invited")).toHaveLength(50);
    expect(items.at(-1)?.outcome).toBe("daily_limit");
    stage.world.clock.pass(day);
    expect(await stage.invite("p55@example.com")).toBe("invited");
  });

  test("invites nobody where an organization may not grow", async () => {
    await stage.world.table.write(update(Keys.organization(stage.organization), { set: { growth: false } }));
    expect(await told(stage.invite("bob@example.com"))).toBe("organization.frozen");
  });

  test("invites an address again whose invitation ended in whatever way", async () => {
    const bob = await stage.world.person("bob@example.com");
    await stage.invite(bob.email);
    await asAda(async () => Manage.revoke({ invitation: await idFor(bob.email) }));
    expect(await stage.invite(bob.email)).toBe("invited");
    const token = await stage.tokenOf(bob.email);
    await stage.world.as(bob, () => Answer.decline({ token }));
    expect(await stage.invite(bob.email)).toBe("invited");
    stage.world.clock.pass(8 * day);
    expect(await stage.invite(bob.email)).toBe("invited");
    expect(await stage.rowOf(bob.email)).toMatchObject({ attempt: 4, state: "pending" });
    expect(await free()).toBe(3);
  });
});

describe("an invitation", () => {
  test("is mailed again after a while, and not at once", async () => {
    await stage.invite("bob@example.com");
    const invitation = await idFor("bob@example.com");
    expect(await told(asAda(() => Offer.resend({ invitation })))).toBe("invitation.cooling");
    stage.world.clock.pass(300);
    expect(await asAda(() => Offer.resend({ invitation, lifetimeDays: 30 }))).toMatchObject({
      expiresAt: "2026-12-24T09:05:00.000Z",
    });
    expect(await free()).toBe(3);
  });

  test("is not mailed again once it was accepted", async () => {
    const bob = await stage.join("bob@example.com");
    stage.world.clock.pass(600);
    const invitation = await idFor(bob.email);
    expect(await told(asAda(() => Offer.resend({ invitation })))).toBe("invitation.used");
    expect(await stage.rowOf(bob.email)).toMatchObject({ state: "member", account: bob.account, attempt: 1 });
  });

  test("carries its message again, but not once the organization may not write any more", async () => {
    await asAda(() => Offer.send({ invitations: [{ email: "bob@example.com" }], message: "Welcome" }));
    const invitation = await idFor("bob@example.com");
    stage.world.clock.pass(600);
    await asAda(() => Offer.resend({ invitation }));
    expect(await stage.rowOf("bob@example.com")).toMatchObject({ attempt: 2, message: "Welcome" });
    await stage.world.table.write(update(Keys.organization(stage.organization), { set: { granted: false } }));
    stage.world.clock.pass(600);
    await asAda(() => Offer.resend({ invitation }));
    const row = await stage.rowOf("bob@example.com");
    expect(row).toMatchObject({ state: "pending", attempt: 3 });
    expect(row).not.toHaveProperty("message");
  });

  test("that ended takes a seat again when it is mailed again", async () => {
    await stage.invite("bob@example.com", "write");
    const invitation = await idFor("bob@example.com");
    await asAda(() => Manage.revoke({ invitation }));
    expect(await free()).toBe(4);
    expect(await told(asAda(() => Offer.resend({ invitation })))).toBe("invitation.cooling");
    stage.world.clock.pass(300);
    await asAda(() => Offer.resend({ invitation }));
    expect(await stage.rowOf("bob@example.com")).toMatchObject({ state: "pending", role: "write", attempt: 2 });
    expect(await free()).toBe(3);
  });
});
