import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { exampleKey } from "@muster/local/testing/fixtures/secrets.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import type { ID } from "../base/id.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { reactsTo } from "../kernel/reaction.ts";
import * as Member from "../member/member.ts";
import { react, reactions } from "./departure.ts";
import * as Secret from "./secret.ts";

let place: OrganizationFixture;
let bob: Person;
beforeEach(async () => {
  place = await openOrganization();
  bob = await place.join("bob@example.com", "admin");
});

const add = async (by: Person, name: string) =>
  (await place.as(by, () => Secret.create({ name, credentials: exampleKey }))).id;
const replace = (by: Person, secret: ID<"secret">) =>
  place.as(by, () => Secret.replace({ secret, credentials: exampleKey }));
const reasons = async (secret: ID<"secret">) =>
  (await place.as(place.ada, () => Secret.get({ secret }))).rotation?.map(({ reason }) => reason);

/** Runs the stream and the reactions to departures. */
async function follow() {
  await asSystem("follow", () => Audit.follow({ owner: place.organization }));
  const { items } = await place.world.table.query({ ...kernelKeys.log(place.organization), to: "9" });
  const found = items.map(Audit.announcement).filter((event) => event !== undefined);
  for (const event of found) if (reactsTo(event.type, reactions)) await asSystem("work", () => react(event));
}

describe("a key whose newest version somebody entered who was removed or left", () => {
  test("should be replaced, and is in order once it is", async () => {
    const [own, other, replaced] = [await add(bob, "Bob’s"), await add(place.ada, "Ada’s"), await add(bob, "Replaced")];
    await replace(place.ada, replaced);
    await place.as(place.ada, () => Member.remove({ account: bob.account }));
    expect(await reasons(own)).toBeUndefined();
    await follow();
    expect([await reasons(own), await reasons(other), await reasons(replaced)]).toEqual([
      ["departed"],
      undefined,
      undefined,
    ]);
    expect((await place.as(place.ada, () => Secret.get({ secret: own }))).rotation).toEqual([
      { reason: "departed", since: "2026-11-24T09:00:00.000Z" },
    ]);
    await replace(place.ada, own);
    await follow();
    expect(await reasons(own)).toBeUndefined();
  });

  test("is marked when they replaced one of somebody else", async () => {
    const shared = await add(place.ada, "Shared");
    await replace(bob, shared);
    await place.as(bob, () => Member.leave({}));
    await follow();
    await follow();
    expect(await reasons(shared)).toEqual(["departed"]);
  });
});
