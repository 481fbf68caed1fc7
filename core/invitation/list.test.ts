import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Member from "../member/member.ts";
import { idOf } from "./invitation.ts";
import * as List from "./list.ts";
import * as Manage from "./manage.ts";
import * as Recipient from "./recipient.ts";

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
