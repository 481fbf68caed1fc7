import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { addComment, addUpdate } from "@muster/local/testing/fixtures/updates.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type Follower, openFollower } from "@muster/local/testing/worlds/follower.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { hourMs } from "../base/duration.ts";
import type * as ID from "../base/id.ts";
import * as Comment from "../comment/comment.ts";
import { commentKeys } from "../comment/keys.ts";
import { asSystem } from "../kernel/context.ts";
import * as Member from "../member/member.ts";
import * as Team from "../team/team.ts";
import { type AuthorJob, continueRemoval, removeByAuthor } from "./author.ts";
import * as Feed from "./feed.ts";
import { updateKeys } from "./keys.ts";
import * as Removal from "./remove.ts";
import * as Update from "./update.ts";

let fixture: OrganizationFixture;
let follower: Follower;
let bob: Person;
let carol: Person;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 10 });
  follower = await openFollower(fixture);
  bob = await fixture.join("bob@example.com", "write");
  carol = await fixture.join("carol@example.com", "write");
});

const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const post = (person: Person, title: string) => {
  fixture.world.clock.pass(1);
  return fixture.as(person, () => Update.create({ title, content: "Text." }));
};
const comment = (person: Person, update: ID.ID<"update">, content: string) => {
  fixture.world.clock.pass(1);
  return fixture.as(person, () => Comment.create({ update, content }));
};
const titles = async (where: Parameters<typeof Feed.list>[0] = {}) =>
  (await asAda(() => Feed.list(where))).items.map(({ title }) => title);
const comments = async (update: ID.ID<"update">) =>
  (await asAda(() => Comment.list({ update }))).items.map(({ content }) => content);
const leave = (person: Person) => asAda(() => Member.remove({ account: person.account }));
const removeAll = (person = bob) => asAda(() => removeByAuthor({ account: person.account }));

describe("all that a former member wrote", () => {
  test("is deleted, in the organization and in teams, and nothing of anybody else", async () => {
    const { id: team } = await asAda(() => Team.create({ name: "Design" }));
    const [own, others] = [await post(bob, "Of Bob"), await post(carol, "Of Carol")];
    await comment(carol, own.id, "Below Bob");
    const gone = await comment(bob, others.id, "Of Bob");
    await comment(carol, others.id, "Of Carol");
    await addUpdate(fixture.world, { organization: fixture.organization, author: bob.account, team });
    await leave(bob);
    fixture.world.clock.pass(1);
    await removeAll();
    await follower.work();
    expect([await titles(), await titles({ team })]).toEqual([["Of Carol"], []]);
    expect(await comments(others.id)).toEqual(["Of Carol"]);
    // its text is gone, so it cannot be restored; an update can
    const restore = () => asAda(() => Comment.restore({ update: others.id, comment: gone.id }));
    expect(await resultOf(restore())).toBe("comment.not_deleted");
    expect((await fixture.world.table.get(commentKeys.comment(others.id, gone.id)))?.content).toBe("");
    await asAda(() => Removal.restore({ update: own.id }));
    expect(await titles()).toEqual(["Of Carol", "Of Bob"]);
  });

  test("is refused of a member, and to members who do not manage the organization", async () => {
    await post(bob, "Of Bob");
    expect(await resultOf(removeAll())).toBe("update.author_is_member");
    await leave(bob);
    expect(await resultOf(fixture.as(carol, () => removeByAuthor({ account: bob.account })))).toBe("actor.forbidden");
    await follower.work();
    expect(await titles()).toEqual(["Of Bob"]);
  });

  test("leaves what they write when they are back", async () => {
    // ids that other tests made are later than the first moment of this world
    fixture.world.clock.pass(600);
    await post(bob, "Before");
    await leave(bob);
    fixture.world.clock.pass(1);
    await removeAll();
    fixture.world.clock.pass(60);
    bob = await fixture.join("bob@example.com", "write");
    const { id } = await post(bob, "After");
    await comment(bob, id, "After");
    await follower.work();
    expect(await titles()).toEqual(["After"]);
    expect(await comments(id)).toEqual(["After"]);
  });

  test("is erased also where its job ended between a deletion and what follows from it", async () => {
    const { id } = await post(bob, "Of Bob");
    await leave(bob);
    const until = new Date(fixture.world.clock.at + hourMs).toISOString();
    const { organization } = fixture;
    const job: AuthorJob = { job: "removeByAuthor", organization, author: bob.account, by: fixture.ada.account, until };
    await asSystem("work", () => continueRemoval(job));
    fixture.world.queued.work.length = 0;
    await asSystem("work", () => continueRemoval(job));
    expect(fixture.world.queued.work).toEqual([{ job: "eraseUpdate", organization, update: id }]);
  });

  test("is gone below an update that was deleted and is restored", async () => {
    fixture.world.clock.pass(600);
    const others = await post(carol, "Of Carol");
    await comment(bob, others.id, "Of Bob");
    await asAda(() => Removal.remove({ update: others.id }));
    await leave(bob);
    fixture.world.clock.pass(1);
    await removeAll();
    await follower.work();
    await asAda(() => Removal.restore({ update: others.id }));
    expect(await comments(others.id)).toEqual([]);
  });

  test("is deleted a limited amount at a time, however much there is", async () => {
    const given = { organization: fixture.organization };
    let commented: ID.ID<"update"> = "upd_";
    for (let n = 0; n < 220; n++) {
      const author = n % 2 === 0 ? bob.account : carol.account;
      const update = await addUpdate(fixture.world, { ...given, author });
      if (n === 1) commented = update;
    }
    for (let n = 0; n < 210; n++) {
      await addComment(fixture.world, { ...given, author: bob.account, update: commented });
    }
    await leave(bob);
    const until = new Date(fixture.world.clock.at + hourMs).toISOString();
    const job: AuthorJob = { job: "removeByAuthor", ...given, author: bob.account, by: fixture.ada.account, until };
    let next: AuthorJob | undefined = job;
    let [messages, erased] = [0, 0];
    while (next) {
      fixture.world.queued.work.length = 0;
      const current: AuthorJob = next;
      await asSystem("work", () => continueRemoval(current));
      const queued = fixture.world.queued.work as AuthorJob[];
      next = queued.find(({ job: kind }) => kind === "removeByAuthor");
      erased += queued.filter(({ job: kind }) => kind !== "removeByAuthor").length;
      messages++;
    }
    expect([messages, erased]).toEqual([2, 110]);
    const { items } = await fixture.world.table.query(updateKeys.updates(fixture.organization));
    expect(
      items.filter(({ deletedAt }) => deletedAt === undefined).every(({ author }) => author === carol.account),
    ).toBe(true);
    const below = await fixture.world.table.query({ ...commentKeys.comments(commented), limit: 300 });
    expect(below.items.filter(({ deletedAt }) => deletedAt === undefined)).toEqual([]);
    expect(items.filter(({ deletedAt }) => deletedAt !== undefined)).toHaveLength(110);
  });
});
