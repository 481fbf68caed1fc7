import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { provide } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import * as Member from "../member/member.ts";
import { keyOf, remove } from "../table/table.ts";
import * as InvitationRequest from "./request.ts";

const day = 86_400;
const anonymous = { actor: { type: "public" as const, origin: { ip: "203.0.113.9", agent: "" } } };

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 4 });
});

const events = async () =>
  (await fixture.world.table.query(kernelKeys.outbox(fixture.organization))).items.map(({ type }) => type);

describe("an expired link", () => {
  test("requests a new invitation once a day", async () => {
    await fixture.invite("bob@example.com");
    const token = await fixture.tokenOf("bob@example.com");
    const request = () => resultOf(provide(anonymous, () => InvitationRequest.request({ token })));
    expect(await request()).toBe("invitation.still_open");
    fixture.world.clock.pass(8 * day);
    expect([await request(), await request()]).toEqual(["done", "rate.limited"]);
    fixture.world.clock.pass(day);
    expect(await request()).toBe("done");
    expect((await events()).filter((type) => type === "invitation.requested")).toHaveLength(2);
  });

  test("requests nothing of an organization that was purged at that moment", async () => {
    await fixture.invite("bob@example.com");
    const token = await fixture.tokenOf("bob@example.com");
    fixture.world.clock.pass(8 * day);
    const row = await fixture.rowOf("bob@example.com");
    const key = keyOf(row ?? {});
    const interleaving = openInterleaving(fixture.world.table);
    fixture.world.rebind({ table: interleaving.table });
    const [answer] = await interleaving.overtake(
      () => resultOf(provide(anonymous, () => InvitationRequest.request({ token }))),
      () => fixture.world.table.write(remove(key)),
    );
    fixture.world.rebind();
    expect(answer).toBe("invitation.missing");
    expect(await fixture.rowOf("bob@example.com")).toBeUndefined();
    expect(await events()).not.toContain("invitation.requested");
  });

  test("cannot request one if it was accepted, whether or not the person is still a member", async () => {
    const bob = await fixture.join("bob@example.com");
    const token = await fixture.tokenOf(bob.email);
    const request = () => resultOf(provide(anonymous, () => InvitationRequest.request({ token })));
    expect(await request()).toBe("invitation.used");
    await fixture.as(bob, () => Member.leave({}));
    expect(await request()).toBe("invitation.used");
    expect(await events()).not.toContain("invitation.requested");
  });
});
