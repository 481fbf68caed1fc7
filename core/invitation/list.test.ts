import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import * as Member from "../member/member.ts";
import { update } from "../table/table.ts";
import { idOf } from "./invitation.ts";
import { invitationKeys } from "./keys.ts";
import * as List from "./list.ts";
import * as Manage from "./manage.ts";
import * as Recipient from "./recipient.ts";
import type { AddressRow } from "./row.ts";

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 4 });
});

const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const idFor = async (email: string) => idOf(String((await fixture.rowOf(email))?.pk));

describe("an invitation", () => {
  test("is listed with its inviter, and among the ended ones once it has ended", async () => {
    await fixture.invite("bob@example.com", "write");
    await fixture.invite("carol@example.com");
    await asAda(async () => Manage.revoke({ invitation: await idFor("carol@example.com") }));
    const dora = await fixture.join("dora@example.com");
    await asAda(() => Member.remove({ account: dora.account }));
    const list = async (state: "pending" | "ended" | "former") =>
      (await asAda(() => List.list({ state }))).items.map(({ email }) => email);
    expect([await list("pending"), await list("ended"), await list("former")]).toEqual([
      ["bob@example.com"],
      ["carol@example.com"],
      ["dora@example.com"],
    ]);
    const { items } = await asAda(() => List.list({}));
    expect(items[0]).toEqual({
      id: await idFor("bob@example.com"),
      email: "bob@example.com",
      role: "write",
      state: "pending",
      teams: [],
      mail: "queued",
      at: "2026-12-01T09:00:00.000Z",
      invitedBy: {
        account: fixture.ada.account,
        name: "Ada",
      },
    });
  });

  test("whose email has not left is listed by its status, with when that was requested", async () => {
    const { world } = fixture;
    const change = (email: string, set: Partial<AddressRow>) =>
      world.table.write(update(invitationKeys.addressIn(fixture.organization, addressOf(email)), { set }));
    const requested = new Date(world.clock.at).toISOString();
    for (const name of ["bob", "carol", "dora"]) await fixture.invite(`${name}@example.com`);
    await change("carol@example.com", { mail: "failed" });
    world.clock.pass(3_600);
    const list = async (mail?: "queued" | "unconfirmed" | "failed") =>
      (await asAda(() => List.list(mail ? { mail } : {}))).items.map(({ email, mailAt }) => [email, mailAt] as const);
    expect(new Map(await list("queued"))).toEqual(
      new Map([
        ["bob@example.com", requested],
        ["dora@example.com", requested],
      ]),
    );
    expect(await list("failed")).toEqual([["carol@example.com", requested]]);
    expect(await list("unconfirmed")).toEqual([]);
    expect((await list()).map(([, at]) => at)).toEqual([undefined, undefined, undefined]);
    const get = async () => asAda(async () => List.get({ invitation: await idFor("carol@example.com") }));
    expect(await get()).toMatchObject({ mail: "failed", mailAt: requested });
    await change("carol@example.com", { mail: "sent", reminder: "unconfirmed" });
    expect(await get()).toMatchObject({ mail: "sent", reminder: "unconfirmed" });
    expect(await get()).not.toHaveProperty("mailAt");
  });

  test("that has just been emailed is in no list of those that wait, although the index lags", async () => {
    const { world } = fixture;
    await fixture.invite("bob@example.com");
    const page = await world.table.query({ list: invitationKeys.invitations(fixture.organization) });
    const key = invitationKeys.addressIn(fixture.organization, addressOf("bob@example.com"));
    await world.table.write(update(key, { set: { mail: "sent" } }));
    const query: typeof world.table.query = async (asked) =>
      "list" in asked ? (page as never) : world.table.query(asked);
    world.rebind({ table: { ...world.table, query } });
    expect((await asAda(() => List.list({ mail: "queued" }))).items).toEqual([]);
  });

  test("that was accepted is listed among the members only", async () => {
    await fixture.invite("bob@example.com");
    const invitation = await idFor("bob@example.com");
    const get = () => asAda(() => List.get({ invitation }));
    expect(await get()).toMatchObject({ id: invitation, email: "bob@example.com", state: "pending", attempt: 1 });
    await fixture.world.as(await fixture.world.person("bob@example.com"), async () =>
      Recipient.accept({ token: await fixture.tokenOf("bob@example.com") }),
    );
    expect(await resultOf(get())).toBe("invitation.missing");
  });
});
