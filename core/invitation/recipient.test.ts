import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Account from "../account/account.ts";
import { provide } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { memberKeys } from "../member/keys.ts";
import * as Member from "../member/member.ts";
import { organizationKeys } from "../organization/keys.ts";
import { type Item, keyOf, put, update } from "../table/table.ts";
import { idOf } from "./invitation.ts";
import * as Manage from "./manage.ts";
import * as Recipient from "./recipient.ts";
import * as InvitationRequest from "./request.ts";
import * as Resending from "./resending.ts";

const day = 86_400;
const anonymous = { actor: { type: "public" as const, origin: { ip: "203.0.113.9", agent: "" } } };

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 4 });
});

const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const idFor = async (email: string) => idOf(String((await fixture.rowOf(email))?.pk));
const outcome = async (token: string) => (await provide(anonymous, () => Recipient.preview({ token }))).outcome;
const free = async () => (await fixture.organizationRow()).free;

describe("a link", () => {
  test("shows the invitation and its state, whatever happened to it", async () => {
    await fixture.invite("bob@example.com", "write");
    const first = await fixture.tokenOf("bob@example.com");
    expect(await provide(anonymous, () => Recipient.preview({ token: first }))).toEqual({
      id: await idFor("bob@example.com"),
      email: "bob@example.com",
      role: "write",
      outcome: "open",
      organization: {
        id: fixture.organization,
        name: "Acme",
      },
      invitedBy: "Ada",
      expiresAt: "2026-12-01T09:00:00.000Z",
    });
    fixture.world.clock.pass(600);
    await asAda(async () => Resending.resend({ invitation: await idFor("bob@example.com") }));
    expect(await outcome(first)).toBe("superseded");
    const second = await fixture.tokenOf("bob@example.com");
    expect(await outcome(second)).toBe("open");
    fixture.world.clock.pass(8 * day);
    expect(await outcome(second)).toBe("expired");
    await asAda(async () => Manage.revoke({ invitation: await idFor("bob@example.com") }));
    expect(await outcome(second)).toBe("revoked");
  });

  test("cannot be opened while either row behind it cannot be read", async () => {
    await fixture.invite("bob@example.com");
    const token = await fixture.tokenOf("bob@example.com");
    const { table } = fixture.world;
    const keys = [
      organizationKeys.organization(fixture.organization),
      keyOf((await fixture.rowOf("bob@example.com")) as Item),
    ];
    for (const key of keys) {
      const row = (await table.get(key)) as Item;
      await table.write(update(raw(key), { set: { state: 7 } }));
      expect(await resultOf(outcome(token))).toBe("row.unreadable");
      await table.write(put(raw(key), row));
    }
    expect(await outcome(token)).toBe("open");
  });

  test("is accepted by the invited address only, and stays open for it", async () => {
    const [bob, eve] = [await fixture.world.person("bob@example.com"), await fixture.world.person("eve@example.com")];
    await fixture.world.as(bob, () => Account.edit({ color: "pink" }));
    await fixture.invite(bob.email, "write");
    const token = await fixture.tokenOf(bob.email);
    expect(await resultOf(fixture.world.as(eve, () => Recipient.accept({ token })))).toBe("invitation.wrong_account");
    expect(await resultOf(fixture.world.as(eve, () => Recipient.decline({ token })))).toBe("invitation.wrong_account");
    expect(await fixture.world.as(bob, () => Recipient.accept({ token }))).toEqual({
      organization: {
        id: fixture.organization,
        name: "Acme",
      },
      role: "write",
    });
    expect(await resultOf(fixture.world.as(bob, () => Recipient.accept({ token })))).toBe("member.exists");
    expect(await outcome(token)).toBe("used");
    expect(await free()).toBe(3);
    expect(await fixture.world.table.get(memberKeys.member(fixture.organization, bob.account))).toMatchObject({
      role: "write",
      color: "pink",
    });
  });

  test("stops working once the inviter may no longer grant this role", async () => {
    const bob = await fixture.join("bob@example.com", "admin");
    const carol = await fixture.world.person("carol@example.com");
    await fixture.invite(carol.email, "admin", bob);
    const token = await fixture.tokenOf(carol.email);
    await asAda(() => Member.changeRole({ account: bob.account, role: "write" }));
    expect(await outcome(token)).toBe("inviter_unauthorized");
    expect(await resultOf(fixture.world.as(carol, () => Recipient.accept({ token })))).toBe(
      "invitation.inviter_unauthorized",
    );
    await asAda(async () => Manage.changeRole({ invitation: await idFor(carol.email), role: "read" }));
    expect(await resultOf(fixture.world.as(carol, () => Recipient.accept({ token })))).toBe("done");
  });

  test("names the current inviter", async () => {
    const bob = await fixture.join("bob@example.com", "admin");
    await fixture.invite("carol@example.com", "read", bob);
    const token = await fixture.tokenOf("carol@example.com");
    const invitedBy = async () => (await provide(anonymous, () => Recipient.preview({ token }))).invitedBy;
    expect(await invitedBy()).toBe("Bob");
    await asAda(async () => Manage.changeRole({ invitation: await idFor("carol@example.com"), role: "write" }));
    expect(await invitedBy()).toBe("Ada");
  });

  test("stops working once the organization is suspended or deleted", async () => {
    const bob = await fixture.world.person("bob@example.com");
    await fixture.invite(bob.email);
    const token = await fixture.tokenOf(bob.email);
    const become = (state: string) =>
      fixture.world.table.write(update(raw(organizationKeys.organization(fixture.organization)), { set: { state } }));
    for (const [state, shown, code] of [
      ["suspended", "suspended", "organization.suspended"],
      ["deleted", "deleted", "invitation.organization_deleted"],
    ] as const) {
      await become(state);
      expect(await outcome(token)).toBe(shown);
      expect(await resultOf(fixture.world.as(bob, () => Recipient.accept({ token })))).toBe(code);
      expect(await resultOf(provide(anonymous, () => InvitationRequest.request({ token })))).toBe(code);
      expect((await fixture.world.as(bob, () => Recipient.mine({}))).items).toEqual([]);
    }
    await become("active");
    expect(await resultOf(fixture.world.as(bob, () => Recipient.accept({ token })))).toBe("done");
  });
});

describe("declining", () => {
  test("gives the seat back, once", async () => {
    const bob = await fixture.world.person("bob@example.com");
    await fixture.invite(bob.email);
    const token = await fixture.tokenOf(bob.email);
    const decline = () => resultOf(fixture.world.as(bob, () => Recipient.decline({ token })));
    expect([await decline(), await decline()]).toEqual(["done", "invitation.declined"]);
    expect(await free()).toBe(4);
    const { items } = await fixture.world.table.query(kernelKeys.outbox(fixture.organization));
    const ended = items.filter(({ type }) => type === "invitation.ended");
    expect(ended.map(({ actor, data }) => [actor, data])).toEqual([
      [bob.account, { invitations: [await idFor(bob.email)], state: "declined" }],
    ]);
  });

  test("requires the newest link, before it expires, and an open organization", async () => {
    const bob = await fixture.world.person("bob@example.com");
    await fixture.invite(bob.email);
    const first = await fixture.tokenOf(bob.email);
    const decline = (token: string) => resultOf(fixture.world.as(bob, () => Recipient.decline({ token })));
    fixture.world.clock.pass(600);
    await asAda(async () => Resending.resend({ invitation: await idFor(bob.email) }));
    expect(await decline(first)).toBe("invitation.superseded");
    const second = await fixture.tokenOf(bob.email);
    const become = (state: string) =>
      fixture.world.table.write(update(raw(organizationKeys.organization(fixture.organization)), { set: { state } }));
    await become("suspended");
    expect(await decline(second)).toBe("organization.suspended");
    await become("active");
    fixture.world.clock.pass(8 * day);
    expect(await decline(second)).toBe("invitation.expired");
    expect(await fixture.rowOf(bob.email)).toMatchObject({ state: "pending", attempt: 2 });
    expect(await free()).toBe(3);
  });

  test("works even if the inviter may no longer invite", async () => {
    const [bob, carol] = [
      await fixture.join("bob@example.com", "admin"),
      await fixture.world.person("carol@example.com"),
    ];
    await fixture.invite(carol.email, "read", bob);
    await asAda(() => Member.changeRole({ account: bob.account, role: "read" }));
    const token = await fixture.tokenOf(carol.email);
    expect(await resultOf(fixture.world.as(carol, () => Recipient.decline({ token })))).toBe("done");
  });
});

describe("in my list", () => {
  test("an invitation is found without its email, and accepted", async () => {
    const bob = await fixture.world.person("bob@example.com");
    await fixture.invite(bob.email, "admin");
    const { items } = await fixture.world.as(bob, () => Recipient.mine({}));
    expect(items).toMatchObject([{ organization: { name: "Acme" }, role: "admin", invitedBy: "Ada" }]);
    const [mine] = items;
    expect(await resultOf(fixture.world.as(bob, () => Recipient.accept({ token: mine?.token ?? "" })))).toBe("done");
    expect((await fixture.world.as(bob, () => Recipient.mine({}))).items).toEqual([]);
  });
});
