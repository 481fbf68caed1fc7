import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { provide } from "../kernel/context.ts";
import { memberKeys } from "../member/keys.ts";
import * as Organization from "../organization/organization.ts";
import { update } from "../table/table.ts";
import { linkDays, undoSeconds } from "./limits.ts";
import * as Preference from "./preference.ts";
import { resubscribe, unsubscribe } from "./unsubscribe.ts";
import { mintToken, mintUndo, read } from "./unsubscribe-link.ts";

let fixture: OrganizationFixture;
let bob: Person;
let own: ID.ID<"organization">;
beforeEach(async () => {
  fixture = await openOrganization();
  bob = await fixture.join("bob@example.com", "write");
  own = (await fixture.world.as(bob, () => Organization.create({ name: "Bob's" }))).id;
});

/** Nobody is signed in. */
const publicly = <R>(run: () => R) =>
  provide({ actor: { type: "public", origin: { ip: "203.0.113.9", agent: "Mail" } } }, run);
const choose = (changes: Parameters<typeof Preference.changePreferences>[0]) =>
  fixture.as(bob, () => Preference.changePreferences(changes));
const chosen = () => fixture.as(bob, () => Preference.getPreferences({}));
const stop = (link: string) => publicly(() => unsubscribe({ link }));

test("the link of a digest ends that of all organizations, and nothing else, and can be undone", async () => {
  await choose({ mentions: "digest", comments: "email", invitations: "off" });
  const ofOwn = memberKeys.member(own, bob.account);
  await fixture.world.table.write(update(ofOwn, { set: { notify: { comments: "digest", rollouts: "digest" } } }));
  const link = mintToken({ account: bob.account });
  const { way, changed, undo } = await stop(link);
  expect(way).toBe("digest");
  expect(new Map(changed.map(({ organization, groups }) => [organization, groups]))).toEqual(
    new Map([
      [fixture.organization, ["mentions"]],
      [own, ["comments", "rollouts"]],
    ]),
  );
  expect(await chosen()).toEqual({
    mentions: "product",
    comments: "email",
    invitations: "off",
    seats: "email",
    rollouts: "email",
  });
  expect(await stop(link)).toMatchObject({ way: "digest", changed: [] });
  await choose({ rollouts: "off" });
  await publicly(() => resubscribe({ link, changed, undo }));
  expect(await chosen()).toEqual({
    mentions: "digest",
    comments: "email",
    invitations: "off",
    seats: "email",
    rollouts: "off",
  });
  expect((await fixture.world.table.get(ofOwn))?.notify).toEqual({ comments: "digest", rollouts: "digest" });
});

test("the link of an email that came at once ends those of its organization", async () => {
  await choose({ mentions: "digest" });
  const link = mintToken({ account: bob.account, organization: fixture.organization });
  expect(await stop(link)).toMatchObject({
    way: "email",
    changed: [{ organization: fixture.organization, groups: ["comments", "invitations", "seats", "rollouts"] }],
  });
  expect(await chosen()).toEqual({
    mentions: "digest",
    comments: "product",
    invitations: "product",
    seats: "product",
    rollouts: "product",
  });
  expect((await fixture.world.table.get(memberKeys.member(own, bob.account)))?.notify).toBeUndefined();
});

test("a link of somebody else, of another deployment or of nobody says so, and changes nothing", async () => {
  const link = mintToken({ account: bob.account });
  const other = mintToken({ account: fixture.ada.account });
  const forged = `${link.slice(0, link.indexOf("."))}${other.slice(other.indexOf("."))}`;
  for (const one of ["", "mst_uns_", forged, `${link}x`, link.replace(".", "0."), link.toLowerCase()]) {
    expect(await resultOf(stop(one))).toBe("notification.link_invalid");
    expect(await resultOf(publicly(() => resubscribe({ link: one, changed: [], undo: mintUndo(one, []) })))).toBe(
      "notification.link_invalid",
    );
  }
  fixture.world.rebind({ pepper: "another pepper, of 32 characters or even more" });
  expect(await resultOf(stop(link))).toBe("notification.link_invalid");
});

test("a former member has nothing left to end, and undoing gives nobody what they had not", async () => {
  const nobody = mintToken({ account: ID.create("account") });
  expect(await stop(nobody)).toMatchObject({ way: "digest", changed: [] });
  const gone = mintToken({ account: bob.account, organization: ID.create("organization") });
  expect(await stop(gone)).toMatchObject({ way: "email", changed: [] });
  await choose({ mentions: "off", comments: "product" });
  const link = mintToken({ account: bob.account, organization: own });
  const changed = [{ organization: fixture.organization, groups: ["mentions" as const, "comments" as const] }];
  await publicly(() => resubscribe({ link, changed, undo: mintUndo(link, changed) }));
  expect(await chosen()).toMatchObject({ mentions: "off", comments: "product" });
  expect(read(link)).toEqual({ account: bob.account, organization: own });
});

describe("an undo", () => {
  test("does only what its unsubscription changed, with the same link", async () => {
    await choose({ mentions: "digest", comments: "product" });
    const link = mintToken({ account: bob.account });
    const { changed, undo } = await stop(link);
    expect(changed).toEqual([{ organization: fixture.organization, groups: ["mentions"] }]);
    const more = [{ organization: fixture.organization, groups: ["mentions" as const, "comments" as const] }];
    const other = mintToken({ account: bob.account, organization: fixture.organization });
    const forged = [
      { link, changed: more, undo },
      { link, changed: [], undo },
      { link: other, changed, undo },
      { link, changed, undo: mintUndo(link, []) },
      { link, changed, undo: `${undo.slice(0, -1)}${undo.endsWith("A") ? "B" : "A"}` },
      { link, changed, undo: link },
      { link, changed, undo: "" },
    ];
    for (const one of forged) {
      expect(await resultOf(publicly(() => resubscribe(one)))).toBe("notification.undo_invalid");
    }
    expect(await chosen()).toMatchObject({ mentions: "product", comments: "product" });
    await publicly(() => resubscribe({ link, changed, undo }));
    expect(await chosen()).toMatchObject({ mentions: "digest", comments: "product" });
  });

  test("works for an hour", async () => {
    await choose({ mentions: "digest" });
    const link = mintToken({ account: bob.account });
    const { changed, undo } = await stop(link);
    fixture.world.clock.pass(undoSeconds);
    expect(await resultOf(publicly(() => resubscribe({ link, changed, undo })))).toBe("notification.undo_invalid");
    expect((await chosen()).mentions).toBe("product");
    fixture.world.clock.pass(-1);
    await publicly(() => resubscribe({ link, changed, undo }));
    expect((await chosen()).mentions).toBe("digest");
  });
});

test("a link works for 90 days, and its day cannot be changed", async () => {
  await choose({ mentions: "digest" });
  const link = mintToken({ account: bob.account });
  fixture.world.clock.pass((linkDays - 1) * daySeconds);
  expect(read(link)).toEqual({ account: bob.account });
  fixture.world.clock.pass(daySeconds);
  expect(await resultOf(stop(link))).toBe("notification.link_invalid");
  const newer = mintToken({ account: bob.account });
  const [body = ""] = newer.split(".");
  expect(await resultOf(stop(`${body}${link.slice(link.indexOf("."))}`))).toBe("notification.link_invalid");
  expect((await chosen()).mentions).toBe("digest");
  expect(await stop(newer)).toMatchObject({ changed: [{ groups: ["mentions"] }] });
});
