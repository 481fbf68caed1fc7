import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import type { ID } from "../base/id.ts";
import { Keys } from "../table/keys.ts";
import { update } from "../table/table.ts";
import { idOf } from "./invitation.ts";
import * as List from "./list.ts";
import * as Manage from "./manage.ts";
import * as Sending from "./send.ts";

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
      () => Sending.resend({ invitation }),
    ]) {
      expect(await resultOf(fixture.as(bob, touch as () => Promise<unknown>))).toBe("actor.forbidden");
    }
    expect(await resultOf(asAda(() => Manage.changeRole({ invitation, role: "write" })))).toBe("done");
    expect(await resultOf(fixture.as(bob, () => Manage.changeRole({ invitation, role: "owner" })))).toBe(
      "role.forbidden",
    );
  });

  test("can be emailed again after a bounce, not after a complaint", async () => {
    await fixture.invite("bob@example.com");
    const invitation = await idFor("bob@example.com");
    const block = Keys.suppression((await fixture.rowOf("bob@example.com"))?.pk as ID<"address">);
    await fixture.world.table.write(update(block, { set: { bounced: "2026-11-24T09:00:00.000Z" } }));
    expect(await asAda(() => List.get({ invitation }))).toMatchObject({ suppressed: "bounced" });
    await asAda(() => Manage.removeSuppression({ invitation }));
    expect(await fixture.world.table.get(block)).toBeUndefined();
    await fixture.world.table.write(update(block, { set: { complained: "2026-11-24T09:00:00.000Z" } }));
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
