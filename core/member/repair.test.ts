import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { actionsOn } from "@muster/local/testing/fixtures/actions.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { type Follower, openFollower } from "@muster/local/testing/worlds/follower.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { edit } from "../account/account.ts";
import { accountKeys } from "../account/keys.ts";
import type { Step } from "../table/table.ts";
import { memberKeys } from "./keys.ts";

const bobs = "bob@example.com";

let fixture: OrganizationFixture;
let follower: Follower;
let bob: Person;
beforeEach(async () => {
  fixture = await openOrganization();
  follower = await openFollower(fixture);
  bob = await fixture.world.person(bobs);
  await fixture.invite(bobs);
});

const profile = () => fixture.world.table.get(accountKeys.profile(bob.account));
const member = () => fixture.world.table.get(memberKeys.member(fixture.organization, bob.account));
const rename = (name = "Robert") => fixture.world.as(bob, () => edit({ name, color: "pink" }));
const accept = async () => actionsOn(fixture).accept(bob, await fixture.tokenOf(bobs));
const reinstate = () => actionsOn(fixture).reinstate(fixture.ada, bobs);
const removed = async () => {
  await accept();
  await actionsOn(fixture).remove(fixture.ada, bob);
};
const changesProfile = (steps: readonly Step[]) => steps.some(({ key: { sk } }) => sk === "#profile");
const joins = (steps: readonly Step[]) => steps.some(({ do: what, key }) => what === "put" && key.pk === bob.account);

async function overtake(slow: () => Promise<unknown>, fast: () => Promise<unknown>, isMeant: typeof joins) {
  const interleaving = openInterleaving(fixture.world.table);
  fixture.world.rebind({ table: interleaving.table });
  const fastAndSeen = async () => {
    await fast();
    await follower.view();
  };
  await interleaving.overtake(slow, fastAndSeen, isMeant);
  fixture.world.rebind();
}

describe.each([
  { name: "accepting an invitation", prepare: async () => {}, join: accept },
  { name: "being reinstated", prepare: removed, join: reinstate },
])("$name while the profile changes", ({ prepare, join }) => {
  beforeEach(prepare);

  test.each([
    { title: "the profile changes before the membership is written", isLater: joins, slow: join, fast: rename },
    {
      title: "the membership is written before the profile changes",
      isLater: changesProfile,
      slow: rename,
      fast: join,
    },
  ])("shows the new name and color if $title", async ({ isLater, slow, fast }) => {
    await overtake(slow, fast, isLater);
    expect((await member())?.name).not.toBe("Robert");
    await follower.view();
    expect(await member()).toMatchObject({ name: "Robert", color: "pink", rank: expect.stringMatching(/^robert#/) });
    expect(await profile()).toMatchObject({ name: "Robert", color: "pink" });
  });
});

test("a membership is not changed back by an earlier change that is looked at late", async () => {
  await accept();
  await rename("Robert");
  await rename("Bobby");
  await follower.view();
  expect(await member()).toMatchObject({ name: "Bobby", color: "pink" });
});

test("a membership that ends in between stays ended", async () => {
  await overtake(accept, rename, joins);
  const interleaving = openInterleaving(fixture.world.table);
  fixture.world.rebind({ table: interleaving.table });
  await interleaving.overtake(
    () => follower.view(),
    () => actionsOn(fixture).remove(fixture.ada, bob),
  );
  expect(await member()).toBeUndefined();
});
