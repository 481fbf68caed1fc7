import { openStage, type Stage } from "@muster/local/testing/stage.ts";
import { told } from "@muster/local/testing/told.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { provide } from "../kernel/context.ts";
import type { ID } from "../kernel/id.ts";
import * as Member from "../member/member.ts";
import { Keys } from "../table/keys.ts";
import { update } from "../table/table.ts";
import * as Answer from "./answer.ts";
import * as Ask from "./ask.ts";
import { idOf } from "./invitation.ts";
import * as List from "./list.ts";
import * as Manage from "./manage.ts";
import * as Offer from "./offer.ts";

const day = 86_400;
const anonymous = { actor: { type: "public" as const, origin: { ip: "203.0.113.9", agent: "" } } };

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ seats: 4 });
});

const asAda = <R>(run: () => Promise<R>) => stage.as(stage.ada, run);
const idFor = async (email: string) => idOf(String((await stage.rowOf(email))?.pk));
const outcome = async (token: string) => (await provide(anonymous, () => Answer.preview({ token }))).outcome;
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

describe("a link", () => {
  test("shows what it offers and says how it stands, whatever became of it", async () => {
    await stage.invite("bob@example.com", "write");
    const first = await stage.tokenOf("bob@example.com");
    expect(await provide(anonymous, () => Answer.preview({ token: first }))).toEqual({
      ...{ invitation: await idFor("bob@example.com"), email: "bob@example.com", role: "write", outcome: "open" },
      ...{ organization: { id: stage.organization, name: "Acme" }, invitedBy: "Ada" },
      expiresAt: "2026-12-01T09:00:00.000Z",
    });
    stage.world.clock.pass(600);
    await asAda(async () => Offer.resend({ invitation: await idFor("bob@example.com") }));
    expect(await outcome(first)).toBe("superseded");
    const second = await stage.tokenOf("bob@example.com");
    expect(await outcome(second)).toBe("open");
    stage.world.clock.pass(8 * day);
    expect(await outcome(second)).toBe("expired");
    await asAda(async () => Manage.revoke({ invitation: await idFor("bob@example.com") }));
    expect(await outcome(second)).toBe("revoked");
  });

  test("that was made up leads nowhere", async () => {
    await stage.invite("bob@example.com");
    const token = await stage.tokenOf("bob@example.com");
    const forged = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
    const elsewhere = token.replace(/\d+\./, "2.");
    for (const made of [forged, elsewhere, "", "mst_inv_", token.slice(0, -1)]) {
      expect(await told(outcome(made))).toBe("invitation.missing");
    }
  });

  test("is accepted by the invited address only, and stays open for it", async () => {
    const [bob, eve] = [await stage.world.person("bob@example.com"), await stage.world.person("eve@example.com")];
    await stage.invite(bob.email, "write");
    const token = await stage.tokenOf(bob.email);
    expect(await told(stage.world.as(eve, () => Answer.accept({ token })))).toBe("invitation.wrong_account");
    expect(await told(stage.world.as(eve, () => Answer.decline({ token })))).toBe("invitation.wrong_account");
    expect(await stage.world.as(bob, () => Answer.accept({ token }))).toEqual({
      ...{ organization: { id: stage.organization, name: "Acme" }, role: "write" },
    });
    expect(await told(stage.world.as(bob, () => Answer.accept({ token })))).toBe("member.exists");
    expect(await outcome(token)).toBe("used");
    expect(await free()).toBe(3);
    expect(await stage.world.table.get(Keys.member(stage.organization, bob.account))).toMatchObject({ role: "write" });
  });

  test("is dead once who invited may not invite in this role any more", async () => {
    const bob = await stage.join("bob@example.com", "admin");
    const carol = await stage.world.person("carol@example.com");
    await stage.invite(carol.email, "admin", bob);
    const token = await stage.tokenOf(carol.email);
    await asAda(() => Member.changeRole({ account: bob.account, role: "write" }));
    expect(await outcome(token)).toBe("inviter_gone");
    expect(await told(stage.world.as(carol, () => Answer.accept({ token })))).toBe("invitation.inviter_gone");
    await asAda(async () => Manage.changeRole({ invitation: await idFor(carol.email), role: "read" }));
    expect(await told(stage.world.as(carol, () => Answer.accept({ token })))).toBe("done");
  });

  test("leads to nobody's home once the organization is suspended or deleted", async () => {
    const bob = await stage.world.person("bob@example.com");
    await stage.invite(bob.email);
    const token = await stage.tokenOf(bob.email);
    const become = (state: string) =>
      stage.world.table.write(update(Keys.organization(stage.organization), { set: { state } }));
    for (const [state, shown, code] of [
      ["suspended", "suspended", "organization.suspended"],
      ["deleted", "deleted", "invitation.organization_gone"],
    ] as const) {
      await become(state);
      expect(await outcome(token)).toBe(shown);
      expect(await told(stage.world.as(bob, () => Answer.accept({ token })))).toBe(code);
      expect(await told(provide(anonymous, () => Ask.ask({ token })))).toBe(code);
      expect((await stage.world.as(bob, () => Answer.mine({}))).items).toEqual([]);
    }
    await become("active");
    expect(await told(stage.world.as(bob, () => Answer.accept({ token })))).toBe("done");
  });

  test("asks for a fresh invitation once a day", async () => {
    await stage.invite("bob@example.com");
    const token = await stage.tokenOf("bob@example.com");
    const ask = () => told(provide(anonymous, () => Ask.ask({ token })));
    expect(await ask()).toBe("invitation.open");
    stage.world.clock.pass(8 * day);
    expect([await ask(), await ask()]).toEqual(["done", "rate.limited"]);
    stage.world.clock.pass(day);
    expect(await ask()).toBe("done");
    expect((await events()).filter((type) => type === "invitation.requested")).toHaveLength(2);
  });
});

describe("from one's own list", () => {
  test("an invitation is found without its mail, and accepted", async () => {
    const bob = await stage.world.person("bob@example.com");
    await stage.invite(bob.email, "admin");
    const { items } = await stage.world.as(bob, () => Answer.mine({}));
    expect(items).toMatchObject([{ organization: { name: "Acme" }, role: "admin", invitedBy: "Ada" }]);
    const [mine] = items;
    expect(await told(stage.world.as(bob, () => Answer.accept({ token: mine?.token ?? "" })))).toBe("done");
    expect((await stage.world.as(bob, () => Answer.mine({}))).items).toEqual([]);
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

  test("that ended takes a seat again when it is mailed again", async () => {
    await stage.invite("bob@example.com", "write");
    const invitation = await idFor("bob@example.com");
    await asAda(() => Manage.revoke({ invitation }));
    expect(await free()).toBe(4);
    await asAda(() => Offer.resend({ invitation }));
    expect(await stage.rowOf("bob@example.com")).toMatchObject({ state: "pending", role: "write", attempt: 2 });
    expect(await free()).toBe(3);
  });

  test("of an owner is out of an admin's reach", async () => {
    const bob = await stage.join("bob@example.com", "admin");
    await stage.invite("carol@example.com", "owner");
    const invitation = await idFor("carol@example.com");
    stage.world.clock.pass(600);
    for (const touch of [
      () => Manage.revoke({ invitation }),
      () => Manage.changeRole({ invitation, role: "read" }),
      () => Manage.link({ invitation }),
      () => Offer.resend({ invitation }),
    ]) {
      expect(await told(stage.as(bob, touch as () => Promise<unknown>))).toBe("actor.forbidden");
    }
    expect(await told(asAda(() => Manage.changeRole({ invitation, role: "write" })))).toBe("done");
    expect(await told(stage.as(bob, () => Manage.changeRole({ invitation, role: "owner" })))).toBe("role.forbidden");
  });

  test("is listed by whom it was sent, and among the ended once it has ended", async () => {
    await stage.invite("bob@example.com", "write");
    await stage.invite("carol@example.com");
    await asAda(async () => Manage.revoke({ invitation: await idFor("carol@example.com") }));
    const dora = await stage.join("dora@example.com");
    await asAda(() => Member.remove({ account: dora.account }));
    const list = async (state: "pending" | "ended" | "former") =>
      (await asAda(() => List.list({ state }))).items.map(({ email }) => email);
    expect([await list("pending"), await list("ended"), await list("former")]).toEqual([
      ...[["bob@example.com"], ["carol@example.com"], ["dora@example.com"]],
    ]);
    const { items } = await asAda(() => List.list({}));
    expect(items[0]).toEqual({
      ...{ invitation: await idFor("bob@example.com"), email: "bob@example.com", role: "write", state: "pending" },
      ...{ mail: "queued", at: "2026-12-01T09:00:00.000Z", invitedBy: { account: stage.ada.account, name: "Ada" } },
    });
  });

  test("has mail let through again after a bounce, not after a complaint", async () => {
    await stage.invite("bob@example.com");
    const invitation = await idFor("bob@example.com");
    const block = Keys.mailBlock((await stage.rowOf("bob@example.com"))?.pk as ID<"address">);
    await stage.world.table.write(update(block, { set: { bounced: "2026-11-24T09:00:00.000Z" } }));
    expect(await asAda(() => List.get({ invitation }))).toMatchObject({ blocked: "bounced" });
    await asAda(() => Manage.unblock({ invitation }));
    expect(await stage.world.table.get(block)).toBeUndefined();
    await stage.world.table.write(update(block, { set: { complained: "2026-11-24T09:00:00.000Z" } }));
    expect(await told(asAda(() => Manage.unblock({ invitation })))).toBe("mail.complained");
  });
});
