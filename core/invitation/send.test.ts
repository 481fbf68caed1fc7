import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { kernelKeys } from "../kernel/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import { update } from "../table/table.ts";
import { idOf } from "./invitation.ts";
import * as Manage from "./manage.ts";
import * as Recipient from "./recipient.ts";
import * as Resending from "./resending.ts";
import * as Reviewing from "./review.ts";
import * as Sending from "./send.ts";

const day = 86_400;

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 4 });
});

const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const idFor = async (email: string) => idOf(String((await fixture.rowOf(email))?.pk));
const free = async () => (await fixture.organizationRow()).free;
const events = async () =>
  (await fixture.world.table.query(kernelKeys.outbox(fixture.organization))).items.map(({ type }) => type);

describe("inviting", () => {
  test("checks each row before it sends, and changes nothing", async () => {
    await fixture.join("bob@example.com", "admin");
    await fixture.invite("carol@example.com");
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
    const before = await fixture.world.rows.scan();
    const { items, seats } = await asAda(() => Reviewing.review({ invitations: rows }));
    expect(items.map(({ label }) => label)).toEqual([
      "ready",
      "duplicate",
      "already_member",
      "already_invited",
      "invalid_email",
      "unknown_role",
      "ready",
      "no_seat",
    ]);
    expect(items[0]).toEqual({
      email: "new@example.com",
      role: "write",
      name: "Newton",
      label: "ready",
      message: "Ready to be sent.",
    });
    expect(items[1]?.role).toBe("read");
    expect(seats).toMatchObject({ capacity: 5, committed: 3 });
    expect(await fixture.world.rows.scan()).toEqual(before);
  });

  test("invites the rows that can be invited, and returns what happened to each", async () => {
    const invitations = ["b", "c", "d", "e", "f"].map((name) => ({ email: `${name}@example.com` }));
    const { items, seats } = await asAda(() => Sending.send({ invitations, message: "Welcome\non board" }));
    expect(items.map((item) => item.outcome)).toEqual(["invited", "invited", "invited", "invited", "no_seat"]);
    expect(seats).toMatchObject({ capacity: 5, committed: 5 });
    expect(await fixture.rowOf("b@example.com")).toMatchObject({
      state: "pending",
      role: "read",
      attempt: 1,
      mail: "queued",
      message: "Welcome\non board",
      by: fixture.ada.account,
      expiresAt: "2026-12-01T09:00:00.000Z",
    });
    expect(await free()).toBe(0);
    expect(await events()).toEqual(["organization.created", "invitation.created"]);
  });

  test("names the letter that an address cannot have, when it reviews and when it sends", async () => {
    const input = { invitations: [{ email: "jürgen@example.com" }, { email: "jürgen" }] };
    const reviewed = await asAda(() => Reviewing.review(input));
    const sent = await asAda(() => Sending.send(input));
    for (const { items } of [reviewed, sent]) {
      expect(items.map(({ message }) => message)).toEqual([
        "The letter “ü” cannot be used before the @.",
        "This is not an email address.",
      ]);
    }
  });

  test("takes 100 rows at once, in order", async () => {
    fixture = await openOrganization({ seats: 90 });
    const invitations = Array.from({ length: 100 }, (_, n) => ({ email: `p${n}@example.com` }));
    const { items } = await asAda(() => Sending.send({ invitations }));
    expect(items.map((item) => item.outcome)).toEqual([...Array(90).fill("invited"), ...Array(10).fill("no_seat")]);
    expect(await free()).toBe(0);
  });

  test("grants no role above one's own", async () => {
    const bob = await fixture.join("bob@example.com", "admin");
    expect(await fixture.invite("carol@example.com", "owner", bob)).toBe("not_allowed");
    expect(await fixture.invite("carol@example.com", "admin", bob)).toBe("invited");
    const dora = await fixture.join("dora@example.com", "write");
    expect(await resultOf(fixture.invite("emil@example.com", "read", dora))).toBe("actor.forbidden");
  });

  test("includes no custom message on the free plan, until an operator grants seats", async () => {
    await fixture.world.table.write(
      update(organizationKeys.organization(fixture.organization), { set: { grantedSeats: 0 } }),
    );
    const invitations = [{ email: "bob@example.com" }];
    expect(await resultOf(asAda(() => Sending.send({ invitations, message: "Hi" })))).toBe(
      "invitation.message_not_allowed",
    );
    expect(await resultOf(asAda(() => Sending.send({ invitations })))).toBe("done");
  });

  test("is limited each day, and possible again on the next", async () => {
    fixture = await openOrganization({ seats: 200 });
    await fixture.world.table.write(
      update(organizationKeys.organization(fixture.organization), { set: { grantedSeats: 0 } }),
    );
    const rows = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, n) => ({ email: `p${from + n}@example.com` }));
    const { items } = await asAda(() => Sending.send({ invitations: rows(0, 60) }));
    expect(items.filter((item) => item.outcome === "invited")).toHaveLength(50);
    expect(items.at(-1)?.outcome).toBe("daily_limit");
    fixture.world.clock.pass(day);
    expect(await fixture.invite("p55@example.com")).toBe("invited");
  });

  describe("by one account, for organizations that neither pay nor were granted seats,", () => {
    const rows = (name: string, count: number) =>
      Array.from({ length: count }, (_, n) => ({ email: `${name}${n}@example.com` }));
    const untrusted = async () => {
      const other = await openOrganization({ seats: 200, beside: fixture });
      await fixture.world.table.write(
        update(organizationKeys.organization(other.organization), { set: { grantedSeats: 0 } }),
      );
      return other;
    };
    const invite = async (other: OrganizationFixture, name: string, count: number, by = fixture.ada) => {
      const { items } = await other.as(by, () => Sending.send({ invitations: rows(name, count) }));
      return items.filter(({ outcome }) => outcome === "invited").length;
    };

    test("are limited together each day: many organizations send no more than a few", async () => {
      const [one, two, three] = [await untrusted(), await untrusted(), await untrusted()];
      expect([await invite(one, "a", 50), await invite(two, "b", 45), await invite(three, "c", 10)]).toEqual([
        50, 45, 5,
      ]);
      const review = () => three.as(fixture.ada, () => Reviewing.review({ invitations: rows("d", 1) }));
      expect((await review()).items[0]?.label).toBe("daily_limit");
      fixture.world.clock.pass(600);
      const invitation = idOf(String((await two.rowOf("b0@example.com"))?.pk));
      expect(await resultOf(two.as(fixture.ada, () => Resending.resend({ invitation })))).toBe(
        "invitation.daily_limit",
      );
      fixture.world.clock.pass(day);
      expect(await invite(three, "d", 1)).toBe(1);
    });

    test("count for nobody else, and not for organizations that pay or were granted seats", async () => {
      const [one, two] = [await untrusted(), await untrusted()];
      const bob = await two.join("bob@example.com", "admin");
      await invite(one, "a", 50);
      await invite(two, "b", 49);
      expect(await invite(await untrusted(), "c", 2)).toBe(0);
      expect(await fixture.invite("carol@example.com")).toBe("invited");
      fixture.world.clock.pass(day);
      expect(await invite(two, "d", 3, bob)).toBe(3);
    });

    test("are counted in the write that makes them", async () => {
      const places = await Promise.all(Array.from({ length: 8 }, untrusted));
      const invited = await Promise.all(places.map((place, n) => invite(place, `p${n}-`, 20)));
      expect(invited.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(100);
    });
  });

  test("invites nobody where an organization may not grow", async () => {
    await fixture.world.table.write(
      update(organizationKeys.organization(fixture.organization), { set: { growth: false } }),
    );
    const invitations = [{ email: "bob@example.com" }];
    expect(await resultOf(asAda(() => Reviewing.review({ invitations })))).toBe("organization.frozen");
    expect(await resultOf(fixture.invite("bob@example.com"))).toBe("organization.frozen");
  });

  test("invites an address again whose invitation ended in any way", async () => {
    const bob = await fixture.world.person("bob@example.com");
    await fixture.invite(bob.email);
    await asAda(async () => Manage.revoke({ invitation: await idFor(bob.email) }));
    expect(await fixture.invite(bob.email)).toBe("invited");
    const token = await fixture.tokenOf(bob.email);
    await fixture.world.as(bob, () => Recipient.decline({ token }));
    expect(await fixture.invite(bob.email)).toBe("invited");
    fixture.world.clock.pass(8 * day);
    expect(await fixture.invite(bob.email)).toBe("invited");
    expect(await fixture.rowOf(bob.email)).toMatchObject({ attempt: 4, state: "pending" });
    expect(await free()).toBe(3);
  });
});

describe("an invitation", () => {
  test("can be resent after a while, and not at once", async () => {
    await fixture.invite("bob@example.com");
    const invitation = await idFor("bob@example.com");
    expect(await resultOf(asAda(() => Resending.resend({ invitation })))).toBe("invitation.resend_too_soon");
    fixture.world.clock.pass(300);
    expect(await asAda(() => Resending.resend({ invitation, lifetimeDays: 30 }))).toMatchObject({
      expiresAt: "2026-12-24T09:05:00.000Z",
    });
    expect(await free()).toBe(3);
  });

  test("cannot be resent once it was accepted", async () => {
    const bob = await fixture.join("bob@example.com");
    fixture.world.clock.pass(600);
    const invitation = await idFor(bob.email);
    expect(await resultOf(asAda(() => Resending.resend({ invitation })))).toBe("invitation.used");
    expect(await fixture.rowOf(bob.email)).toMatchObject({ state: "member", account: bob.account, attempt: 1 });
  });

  test("keeps its message when resent, unless the organization may no longer write one", async () => {
    await asAda(() => Sending.send({ invitations: [{ email: "bob@example.com" }], message: "Welcome" }));
    const invitation = await idFor("bob@example.com");
    fixture.world.clock.pass(600);
    await asAda(() => Resending.resend({ invitation }));
    expect(await fixture.rowOf("bob@example.com")).toMatchObject({ attempt: 2, message: "Welcome" });
    await fixture.world.table.write(
      update(organizationKeys.organization(fixture.organization), { set: { grantedSeats: 0 } }),
    );
    fixture.world.clock.pass(600);
    await asAda(() => Resending.resend({ invitation }));
    const row = await fixture.rowOf("bob@example.com");
    expect(row).toMatchObject({ state: "pending", attempt: 3 });
    expect(row).not.toHaveProperty("message");
  });

  test("that ended takes a seat again when it is resent", async () => {
    await fixture.invite("bob@example.com", "write");
    const invitation = await idFor("bob@example.com");
    await asAda(() => Manage.revoke({ invitation }));
    expect(await free()).toBe(4);
    expect(await resultOf(asAda(() => Resending.resend({ invitation })))).toBe("invitation.resend_too_soon");
    fixture.world.clock.pass(300);
    await asAda(() => Resending.resend({ invitation }));
    expect(await fixture.rowOf("bob@example.com")).toMatchObject({ state: "pending", role: "write", attempt: 2 });
    expect(await free()).toBe(3);
  });
});
