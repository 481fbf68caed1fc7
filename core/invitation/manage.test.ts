import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import type { ID } from "../base/id.ts";
import { mailKeys } from "../mail/keys.ts";
import { update } from "../table/table.ts";
import { idOf } from "./invitation.ts";
import * as List from "./list.ts";
import * as Manage from "./manage.ts";
import * as Resending from "./resending.ts";

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 4 });
});

const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const idFor = async (email: string) => idOf(String((await fixture.rowOf(email))?.pk));

describe("an invitation", () => {
  test("of an owner cannot be managed by an admin", async () => {
    const bob = await fixture.join("bob@example.com", "admin");
    await fixture.invite("carol@example.com", "owner");
    const invitation = await idFor("carol@example.com");
    fixture.world.clock.pass(600);
    for (const touch of [
      () => Manage.revoke({ invitation }),
      () => Manage.changeRole({ invitation, role: "read" }),
      () => Manage.link({ invitation }),
      () => Resending.resend({ invitation }),
    ]) {
      expect(await resultOf(fixture.as(bob, touch as () => Promise<unknown>))).toBe("actor.forbidden");
    }
    expect(await resultOf(asAda(() => Manage.changeRole({ invitation, role: "write" })))).toBe("done");
    expect(await resultOf(fixture.as(bob, () => Manage.changeRole({ invitation, role: "owner" })))).toBe(
      "role.forbidden",
    );
  });

  test("can be emailed again after a bounce, by this organization alone, until the next one; not after a complaint", async () => {
    const other = await openOrganization({ seats: 4, beside: fixture });
    await fixture.invite("bob@example.com");
    await other.invite("bob@example.com");
    const invitation = await idFor("bob@example.com");
    const block = mailKeys.suppression((await fixture.rowOf("bob@example.com"))?.pk as ID<"address">);
    const suppressed = async () => [
      (await asAda(() => List.get({ invitation }))).suppressed,
      (await other.as(other.ada, () => List.get({ invitation }))).suppressed,
    ];
    const report = (why: "bounced" | "complained") =>
      fixture.world.table.write(update(block, { set: { [why]: new Date(fixture.world.clock.at).toISOString() } }));
    await report("bounced");
    fixture.world.clock.pass(600);
    expect(await suppressed()).toEqual(["bounced", "bounced"]);
    await asAda(() => Manage.removeSuppression({ invitation }));
    expect(await suppressed()).toEqual([undefined, "bounced"]);
    await asAda(() => Resending.resend({ invitation }));
    expect(await suppressed()).toEqual([undefined, "bounced"]);
    fixture.world.clock.pass(600);
    await report("bounced");
    expect(await suppressed()).toEqual(["bounced", "bounced"]);
    await report("complained");
    expect(await resultOf(asAda(() => Manage.removeSuppression({ invitation })))).toBe("mail.complained");
  });

  test("that is not suppressed has no suppression to remove", async () => {
    await fixture.invite("bob@example.com");
    const before = await fixture.world.rows.scan();
    expect(
      await resultOf(asAda(async () => Manage.removeSuppression({ invitation: await idFor("bob@example.com") }))),
    ).toBe("done");
    expect(await fixture.world.rows.scan()).toEqual(before);
  });
});
