import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type Follower, openFollower } from "@muster/local/testing/worlds/follower.ts";
import { lagging } from "@muster/local/testing/worlds/lagging.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import * as Comment from "../comment/comment.ts";
import * as Member from "../member/member.ts";
import * as Setting from "../setting/setting.ts";
import { type Change, type Table, typed } from "../table/table.ts";
import { teamKeys } from "../team/keys.ts";
import { addLead } from "../team/lead.ts";
import * as Members from "../team/members.ts";
import * as Team from "../team/team.ts";
import * as Activity from "./activity.ts";
import * as Feed from "./feed.ts";
import { updateKeys } from "./keys.ts";
import { maxPins, pageSize } from "./limits.ts";
import { mentionable } from "./mentionable.ts";
import * as News from "./news.ts";
import * as Removal from "./remove.ts";
import * as Update from "./update.ts";

let fixture: OrganizationFixture;
let follower: Follower;
let bob: Person;
let rita: Person;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 50 });
  follower = await openFollower(fixture);
  bob = await fixture.join("bob@example.com", "write");
  rita = await fixture.join("rita@example.com", "read");
});

const as = <R>(person: Person, run: () => Promise<R>) => fixture.as(person, run);
const asAda = <R>(run: () => Promise<R>) => as(fixture.ada, run);
const post = (title: string, more: Partial<Parameters<typeof Update.create>[0]> = {}, person = bob) => {
  fixture.world.clock.pass(1);
  return as(person, () => Update.create({ title, content: `About ${title}.`, ...more }));
};
const feed = (filters: Parameters<typeof Feed.list>[0] = {}, person = rita) => as(person, () => Feed.list(filters));
const titles = async (filters: Parameters<typeof Feed.list>[0] = {}, person = rita) =>
  (await feed(filters, person)).items.map(({ title }) => title);
async function team(name: string, ...people: Person[]): Promise<ID.ID<"team">> {
  const { id } = await asAda(() => Team.create({ name }));
  if (people.length > 0) {
    await asAda(() => Members.addMembers({ team: id, accounts: people.map(({ account }) => account) }));
  }
  return id;
}
const one = async (id: ID.ID<"update">, person = rita) => as(person, () => Update.get({ update: id }));

describe("an update", () => {
  test("is posted, read whole, and shown by its start", async () => {
    const content = `${"Word ".repeat(200)}@${rita.account} the end`;
    const { id } = await post("Release", { content, tags: ["#Launch", "launch", "v2"] });
    const shown = (await feed()).items[0];
    expect(shown).toMatchObject({ id, title: "Release", isLong: true, tags: ["launch", "v2"], comments: 0 });
    expect(shown?.content.length).toBeLessThanOrEqual(500);
    expect(shown?.author).toMatchObject({ account: bob.account, name: "Bob" });
    expect(shown?.may).toEqual({ edit: false, remove: false, pin: false, comment: false });
    const whole = await one(id);
    expect([whole.content, whole.isLong, whole.names]).toEqual([content, false, { [rita.account]: "Rita" }]);
    expect((await one(id, bob)).may).toEqual({ edit: true, remove: true, pin: false, comment: true });
    expect((await one(id, fixture.ada)).may).toEqual({ edit: false, remove: true, pin: true, comment: true });
  });

  test.each([
    "[a]: https://example.com",
    "#",
    "[](https://example.com)",
    "&nbsp;",
    "&#8203;",
    "1.",
    "1. [](https://example.com)",
    "> ",
    "*",
    "\ufe0f\u200d",
  ])("that shows nothing is empty: %j", async (content) => {
    expect(await resultOf(post("Blank", { content }))).toBe("input.invalid");
    const { id } = await post("Not blank", { content: `${content}\n\n👍` });
    expect(await resultOf(as(bob, () => Update.edit({ update: id, content })))).toBe("input.invalid");
  });

  test("has what languages and emoji need between visible characters, and what is pasted from pages; its title less", async () => {
    const needed = ["می\u200cخواهم", "👩\u200d💻", "❤\ufe0f"];
    const pasted = ["Donau\u00addampfer", "ภาษา\u200bไทย", "שלום\u200f!"];
    for (const text of [...needed, ...pasted]) await post("Pasted", { content: text });
    for (const title of needed) await post(title);
    for (const title of pasted) expect(await resultOf(post(title))).toBe("input.invalid");
  });

  test("has flags of regions, and no other tags that nobody sees", async () => {
    const wales = "🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}";
    await post("Wales", { content: `Hello ${wales}` });
    expect(await resultOf(post("Hidden", { content: "Hello\u{e0068}\u{e0069}" }))).toBe("input.invalid");
  });

  test("to a team is posted by its members, and by owners and admins", async () => {
    const design = await team("Design", bob);
    const carol = await fixture.join("carol@example.com", "write");
    await post("By a member", { team: design });
    await post("By an owner", { team: design }, fixture.ada);
    expect(await resultOf(post("By another", { team: design }, carol))).toBe("update.other_team");
    expect(await resultOf(post("To none", { team: ID.create("team") }))).toBe("team.missing");
    expect(await titles({ team: design })).toEqual(["By an owner", "By a member"]);
    expect((await feed({ team: design })).items[0]?.team).toEqual({ id: design, name: "Design" });
    expect([await titles({}, rita), await titles({}, bob)]).toEqual([[], ["By an owner", "By a member"]]);
    expect(await titles({ in: "organization" }, bob)).toEqual([]);
  });

  test("to the organization is posted by owners and admins alone where the general settings say so", async () => {
    const design = await team("Design", bob);
    const say = (posting: "admins" | null, revision: number) =>
      asAda(() => Setting.saveGeneral({ updates: { posting }, revision }));
    await say("admins", 0);
    expect(await resultOf(post("By a member"))).toBe("update.admins_only");
    await post("To a team", { team: design });
    await post("By an owner", {}, fixture.ada);
    await say(null, 1);
    await post("By a member");
    expect(await titles({}, bob)).toEqual(["By a member", "By an owner", "To a team"]);
    // it changes while the update is posted
    const { table } = fixture.world;
    const change: Table["change"] = async (step) => {
      fixture.world.rebind();
      await say("admins", 2);
      return table.change(step);
    };
    fixture.world.rebind({ table: typed({ ...table, change }) });
    expect(await resultOf(post("Too late"))).toBe("update.admins_only");
  });

  test("to a team whose leads post is posted by them, owners and admins, while that holds", async () => {
    const lead = await fixture.join("lead@example.com", "write");
    const reader = await fixture.join("reader@example.com", "read");
    const design = await team("Design", bob, lead, reader);
    for (const { account } of [lead, reader]) await asAda(() => addLead({ team: design, account }));
    const look = (person: Person) => as(person, () => Team.get({ team: design }));
    const setPosting = (posting: "members" | "leads") => asAda(() => Team.edit({ team: design, posting }));
    await setPosting("leads");
    expect([(await look(bob)).may.post, (await look(lead)).may.post]).toEqual([false, true]);
    expect((await look(reader)).may.post).toBe(false);
    expect(await resultOf(post("By a member", { team: design }))).toBe("update.leads_only");
    expect(await resultOf(post("By a lead who reads", { team: design }, reader))).toBe("actor.forbidden");
    await post("By a lead", { team: design }, lead);
    await post("By an owner", { team: design }, fixture.ada);
    expect(await titles({ team: design })).toEqual(["By an owner", "By a lead"]);
    await setPosting("members");
    await post("By a member", { team: design });
    expect([(await look(bob)).may.post, (await look(reader)).may.post]).toEqual([true, false]);
  });

  test("names no team that was just made private", async () => {
    const design = await team("Design", bob);
    const { id } = await post("Release", { content: `For @${design}.` });
    expect((await one(id)).names).toEqual({ [design]: "Design" });
    const { table } = fixture.world;
    const before = await table.get(teamKeys.team(fixture.organization, design));
    await asAda(() => Team.edit({ team: design, visibility: "private" }));
    fixture.world.rebind({ table: lagging(table, [before]) });
    expect((await one(id)).names).toEqual({});
    fixture.world.rebind();
  });

  test("is edited by its author alone, and keeps what it said before", async () => {
    const { id } = await post("Release", { tags: ["v1"] });
    fixture.world.clock.pass(60);
    const edit = (person: Person, more: object = {}) =>
      as(person, () => Update.edit({ update: id, content: "Tomorrow.", tags: [], ...more }));
    expect(await resultOf(edit(fixture.ada))).toBe("actor.forbidden");
    expect(await edit(bob, { revision: 0 })).toMatchObject({ content: "Tomorrow.", tags: [], revision: 1 });
    expect(await resultOf(edit(bob, { revision: 0, content: "Never." }))).toBe("update.changed");
    // the same edit again, because its answer was lost
    expect(await edit(bob, { revision: 0 })).toMatchObject({ content: "Tomorrow.", revision: 1 });
    const { items } = await asAda(() => Update.history({ update: id }));
    expect(items).toMatchObject([{ title: "Release", content: "About Release.", tags: ["v1"] }]);
    expect((await edit(bob)).revision).toBe(1);

    const { table } = fixture.world;
    const changed: Change[] = [];
    const write: Table["write"] = (...steps) => {
      changed.push(...steps.flatMap((step) => (step.do === "update" ? [step.change] : [])));
      return table.write(...steps);
    };
    fixture.world.rebind({ table: { ...table, write } });
    await edit(bob, { content: "Later." });
    fixture.world.rebind();
    // the table refuses to set and to remove one attribute at once
    const tagsIn = changed.filter(({ set, unset }) => set && "title" in set && unset?.includes("tags"));
    expect(tagsIn.map(({ set }) => Object.keys(set ?? {}))).toEqual([expect.not.arrayContaining(["tags"])]);
    expect((await feed()).items[0]?.editedAt).toBeDefined();
  });

  test("is deleted by its author, owners and admins, restored for ten minutes, then erased with all below it", async () => {
    const { id } = await post("Release");
    await as(bob, () => Comment.create({ update: id, content: "First." }));
    await as(rita, () => Activity.setReaction({ update: id, reaction: "heart", on: true }));
    await follower.view();
    const remove = (person: Person) => resultOf(as(person, () => Removal.remove({ update: id })));
    expect(await remove(rita)).toBe("actor.forbidden");
    expect(await remove(fixture.ada)).toBe("done");
    expect(await remove(bob)).toBe("update.missing");
    expect([await titles(), await resultOf(one(id))]).toEqual([[], "update.missing"]);
    const late = [
      () => Activity.setReaction({ update: id, reaction: "heart", on: false }),
      () => Comment.create({ update: id, content: "Late." }),
      () => Comment.list({ update: id }),
    ];
    for (const call of late) expect(await resultOf(as<unknown>(bob, call))).toBe("update.missing");
    await asAda(() => Removal.restore({ update: id }));
    const erase = async () => {
      fixture.world.queued.work.push({ job: "eraseUpdate", organization: fixture.organization, update: id });
      await follower.work();
    };
    await erase();
    expect(await titles()).toEqual(["Release"]);
    expect(await remove(bob)).toBe("done");
    await follower.work();
    expect(await fixture.world.table.get(updateKeys.updateText(id))).toBeDefined();
    fixture.world.clock.pass(601);
    expect(await resultOf(as(bob, () => Removal.restore({ update: id })))).toBe("update.not_deleted");
    await erase();
    await follower.view();
    const left = (await fixture.world.rows.scan()).filter(
      (row) => row.pk === id || (String(row.sk).includes(id) && !String(row.pk).includes("#log")),
    );
    expect(left).toEqual([]);
  });

  test("that an owner or admin deleted is not restored by its author", async () => {
    const { id } = await post("Release");
    const { id: comment } = await as(bob, () => Comment.create({ update: id, content: "First." }));
    await asAda(() => Comment.remove({ update: id, comment }));
    expect(await resultOf(as(bob, () => Comment.restore({ update: id, comment })))).toBe("actor.forbidden");
    await asAda(() => Comment.restore({ update: id, comment }));
    await asAda(() => Removal.remove({ update: id }));
    expect(await resultOf(as(bob, () => Removal.restore({ update: id })))).toBe("actor.forbidden");
    expect(await resultOf(asAda(() => Removal.restore({ update: id })))).toBe("done");
    await as(bob, () => Removal.remove({ update: id }));
    expect(await resultOf(as(bob, () => Removal.restore({ update: id })))).toBe("done");
  });

  test("that is pinned while it is deleted leaves its pin to another", async () => {
    const { id } = await post("Release");
    await fixture.world.table.write({
      do: "update",
      key: updateKeys.pins(fixture.organization),
      change: { add: { updates: new Set([id]) } },
    });
    await as(bob, () => Removal.remove({ update: id }));
    expect((await fixture.world.table.get(updateKeys.pins(fixture.organization)))?.updates).toBeUndefined();
  });

  test("of a deleted team is gone with it", async () => {
    const design = await team("Design", bob);
    const { id } = await post("Release", { team: design });
    await as(bob, () => Comment.create({ update: id, content: "First." }));
    await as(bob, () => Activity.visit({ team: design }));
    await follower.view();
    await asAda(() => Team.remove({ team: design }));
    expect([await resultOf(one(id)), await titles({}, bob)]).toEqual(["update.missing", []]);
    await follower.work();
    await follower.view();
    const left = (await fixture.world.rows.scan()).filter(({ pk }) => pk === id || String(pk).startsWith(design));
    expect(left).toEqual([]);
  });

  test("is pinned at the top, five in each place", async () => {
    const ids: ID.ID<"update">[] = [];
    for (let n = 0; n <= maxPins; n++) ids.push((await post(`Update ${n}`)).id);
    const pin = (id: ID.ID<"update"> | undefined) => resultOf(asAda(() => Removal.pin({ update: id as never })));
    for (const id of ids.slice(0, maxPins)) {
      fixture.world.clock.pass(1);
      expect(await pin(id)).toBe("done");
    }
    expect([await pin(ids[0]), await pin(ids[maxPins])]).toEqual(["done", "update.too_many_pins"]);
    const pinned = async () => (await feed()).pinned?.map(({ title }) => title);
    expect(await pinned()).toEqual(["Update 4", "Update 3", "Update 2", "Update 1", "Update 0"]);
    await asAda(() => Removal.unpin({ update: ids[4] as never }));
    await as(bob, () => Removal.remove({ update: ids[3] as never }));
    expect(await pinned()).toEqual(["Update 2", "Update 1", "Update 0"]);
    expect(await pin(ids[maxPins])).toBe("done");
    await as(bob, () => Removal.restore({ update: ids[3] as never }));
    expect(await pinned()).toEqual(["Update 5", "Update 2", "Update 1", "Update 0"]);
  });

  test("of another organization does not exist", async () => {
    const { id } = await post("Release");
    const stranger = await fixture.world.person("stranger@example.com");
    const elsewhere = { id: ID.create("organization"), role: "owner" } as const;
    const run = <R>(call: () => Promise<R>) => resultOf(fixture.world.as(stranger, call, elsewhere));
    expect(await run(() => Update.get({ update: id }))).toBe("update.missing");
    expect(await run(() => Removal.remove({ update: id }))).toBe("update.missing");
    expect(await run(() => Activity.setReaction({ update: id, reaction: "heart", on: true }))).toBe("update.missing");
    expect(await run(() => Comment.create({ update: id, content: "Hello." }))).toBe("update.missing");
    expect(await run(() => Activity.markSeen({ updates: [id] }))).toBe("done");
    expect(await fixture.world.table.get(updateKeys.activity(id, stranger.account))).toBeUndefined();
  });
});

describe("a feed", () => {
  test("merges the organization and the reader's teams, page by page, losing and doubling none", async () => {
    const [design, sales] = [await team("Design", bob, rita), await team("Sales", bob)];
    const posted: string[] = [];
    for (let n = 0; n < 55; n++) {
      const place = [{}, { team: design }, { team: sales }, { team: design }][n % 7] ?? {};
      posted.unshift((await post(`${n}`, place)).title);
    }
    const walk = async (filters: Parameters<typeof Feed.list>[0], person: Person) => {
      const found: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await feed({ ...filters, ...(cursor !== undefined && { cursor }) }, person);
        expect(page.items.length).toBeLessThanOrEqual(pageSize);
        found.push(...page.items.map(({ title }) => title));
        cursor = page.next;
        if (cursor === undefined) return found;
      }
    };
    expect(await walk({}, bob)).toEqual(posted);
    expect(await walk({}, rita)).toEqual(posted.filter((title) => Number(title) % 7 !== 2));
    expect(await walk({ team: sales }, rita)).toEqual(posted.filter((title) => Number(title) % 7 === 2));
    const ofOrganization = posted.filter((title) => ![1, 2, 3].includes(Number(title) % 7));
    expect(await walk({ in: "organization" }, bob)).toEqual(ofOrganization);
  });

  test("is filtered by tag, author and words, also after an edit and a deletion", async () => {
    const design = await team("Design", bob);
    const { id } = await post("Summer release", { tags: ["launch"] });
    await post("Winter release", { tags: ["launch", "plan"], team: design });
    await post("Lunch", { tags: ["food"] }, fixture.ada);
    await follower.view();
    expect(await titles({ tag: "#Launch" }, bob)).toEqual(["Winter release", "Summer release"]);
    expect(await titles({ tag: "launch" }, rita)).toEqual(["Summer release"]);
    expect(await titles({ author: fixture.ada.account }, bob)).toEqual(["Lunch"]);
    expect(await titles({ search: "rel wint" }, bob)).toEqual(["Winter release"]);
    expect(await titles({ search: "release" }, bob)).toEqual(["Winter release", "Summer release"]);
    expect(await titles({ search: "laun" }, bob)).toEqual(["Winter release", "Summer release"]);
    expect(await titles({ author: bob.account, tag: "plan" }, bob)).toEqual(["Winter release"]);
    const tags = async (search: string, person = bob) =>
      (await as(person, () => Feed.listTags({ search }))).items.map(({ tag }) => tag);
    expect([await tags(""), await tags("#pl"), await tags("pl", rita)]).toEqual([
      ["food", "launch", "plan"],
      ["plan"],
      [],
    ]);
    await as(bob, () => Update.edit({ update: id, title: "Autumn", tags: ["season"] }));
    await follower.view();
    expect([
      await titles({ search: "summer" }),
      await titles({ tag: "launch" }),
      await titles({ tag: "season" }),
    ]).toEqual([[], [], ["Autumn"]]);
    await as(bob, () => Removal.remove({ update: id }));
    await follower.view();
    expect([await titles({ tag: "season" }), await tags("sea", rita)]).toEqual([[], []]);
  });

  test("says when it was last visited, and by its news whether anything changed", async () => {
    expect((await feed()).lastVisit).toBeUndefined();
    await as(rita, () => Activity.visit({}));
    expect((await feed()).lastVisit).toBe(new Date(fixture.world.clock.at).toISOString());
    const news = async (person = rita) => (await as(person, () => News.news({}))).version;
    const seen: string[] = [await news()];
    const follow = async (what: string) => {
      await follower.view();
      const version = await news();
      expect({ what, isNew: !seen.includes(version) }).toEqual({ what, isNew: true });
      seen.push(version);
    };
    const { id } = await post("Release");
    await follow("a new update");
    const { id: comment } = await as(bob, () => Comment.create({ update: id, content: "First." }));
    await follow("a comment");
    await as(bob, () => Comment.setReaction({ update: id, comment, reaction: "eyes", on: true }));
    await follow("a reaction to a comment");
    await as(rita, () => Activity.setReaction({ update: id, reaction: "heart", on: true }));
    await follow("a reaction");
    await as(rita, () => Activity.markSeen({ updates: [id] }));
    await follower.view();
    expect(await news()).toBe(seen.at(-1));
    const design = await team("Design", bob);
    await post("For others", { team: design });
    await follower.view();
    expect(await news()).toBe(seen.at(-1));
  });
});

describe("comments", () => {
  test("are written, answered on one level, edited, deleted and restored", async () => {
    const { id: update } = await post("Release");
    const write = (content: string, replyTo?: ID.ID<"comment">, person = bob) => {
      fixture.world.clock.pass(1);
      return as(person, () => Comment.create({ update, content, ...(replyTo && { replyTo }) }));
    };
    expect(await resultOf(write("Hello.", undefined, rita))).toBe("actor.forbidden");
    const first = await write(`First, @${rita.account}`);
    const answer = await write("Answer.", first.id, fixture.ada);
    const deeper = await write("Deeper.", answer.id);
    expect(deeper.replyTo).toBe(first.id);
    const list = async (person = rita) => as(person, () => Comment.list({ update }));
    expect((await list()).names).toEqual({ [rita.account]: "Rita" });
    const edit = (person: Person, revision: number, content = "Changed.") =>
      as(person, () => Comment.edit({ update, comment: first.id, content, revision }));
    expect(await resultOf(edit(fixture.ada, 0))).toBe("actor.forbidden");
    expect((await edit(bob, 0)).revision).toBe(1);
    expect(await resultOf(edit(bob, 0, "Never."))).toBe("comment.changed");
    // the same edit again, because its answer was lost
    expect((await edit(bob, 0)).revision).toBe(1);
    const remove = (comment: ID.ID<"comment">, person: Person) =>
      resultOf(as(person, () => Comment.remove({ update, comment })));
    expect([await remove(answer.id, bob), await remove(first.id, fixture.ada), await remove(deeper.id, bob)]).toEqual([
      "actor.forbidden",
      "done",
      "done",
    ]);
    expect((await list()).items.map(({ content, isDeleted }) => [content, isDeleted])).toEqual([
      ["", true],
      ["Answer.", false],
    ]);
    expect(await resultOf(write("Late.", first.id))).toBe("comment.missing");
    await asAda(() => Comment.remove({ update, comment: answer.id }));
    expect((await list()).items).toEqual([]);
    await asAda(() => Comment.restore({ update, comment: answer.id }));
    await asAda(() => Comment.restore({ update, comment: first.id }));
    expect((await list()).items[0]).toMatchObject({ content: "Changed.", isDeleted: false });
    fixture.world.clock.pass(601);
    expect(await resultOf(as(bob, () => Comment.restore({ update, comment: deeper.id })))).toBe("comment.not_deleted");
    await follower.view();
    expect((await one(update)).comments).toBe(2);
  });
});

test("those who can be mentioned are found by the words of their names, members before teams", async () => {
  const carol = await fixture.join("carol@example.com", "read");
  const design = await team("Carpenters", carol);
  await follower.view();
  const offered = async (search?: string) =>
    (await as(bob, () => mentionable(search === undefined ? {} : { search }))).items.map(({ id }) => id);
  expect(await offered("car")).toEqual([carol.account]);
  expect((await offered()).toSorted()).toEqual(
    [fixture.ada.account, bob.account, rita.account, carol.account].toSorted(),
  );
  // a team is offered to those whose mention notifies it
  expect((await asAda(() => mentionable({ search: "car" }))).items.map(({ id }) => id)).toEqual([
    carol.account,
    design,
  ]);
});

test("a text of a private team can mention only its members", async () => {
  const carol = await fixture.join("carol@example.com", "write");
  const design = await team("Design", bob, rita);
  await asAda(() => Team.edit({ team: design, visibility: "private" }));
  await follower.view();
  const offered = async (search: string, where: ID.ID<"team">) =>
    (await as(bob, () => mentionable({ search, team: where }))).items.map(({ name }) => name);
  expect((await offered("", design)).toSorted()).toEqual(["Bob", "Rita"]);
  expect([await offered("car", design), await offered("des", design)]).toEqual([[], ["Design"]]);
  expect(await resultOf(as(carol, () => mentionable({ search: "", team: design })))).toBe("team.missing");
});

test("who has seen and reacted is listed for those who may see it", async () => {
  const { id: update } = await post("Release");
  await as(rita, () => Activity.markSeen({ updates: [update, ID.create("update")] }));
  await as(rita, () => Activity.markSeen({ updates: [update] }));
  await as(fixture.ada, () => Activity.setReaction({ update, reaction: "thanks", on: true }));
  expect(await as(rita, () => Activity.setReaction({ update, reaction: "heart", on: true }))).toEqual({
    own: ["heart"],
  });
  expect(await as(rita, () => Activity.setReaction({ update, reaction: "heart", on: false }))).toEqual({ own: [] });
  await follower.view();
  const seen = await asAda(() => Activity.listSeen({ update }));
  expect(seen.items).toMatchObject([{ account: rita.account, at: expect.any(String) }]);
  expect(await resultOf(as(rita, () => Activity.listSeen({ update })))).toBe("actor.forbidden");
  const reactions = await as(rita, () => Activity.listReactions({ update }));
  expect(reactions.items).toMatchObject([{ account: fixture.ada.account, reactions: ["thanks"] }]);
  expect([(await one(update)).seen, (await one(update, bob)).seen, (await one(update)).reactions]).toEqual([
    undefined,
    1,
    { thanks: 1 },
  ]);
});

test("your own reaction is shown before it is counted, and counts once", async () => {
  const { id: update } = await post("Release");
  const { id: comment } = await as(fixture.ada, () => Comment.create({ update, content: "Yes." }));
  await as(fixture.ada, () => Activity.setReaction({ update, reaction: "heart", on: true }));
  await as(fixture.ada, () => Comment.setReaction({ update, comment, reaction: "thanks", on: true }));
  const shown = async () => {
    const { items } = await as(fixture.ada, () => Comment.list({ update }));
    return [(await one(update, fixture.ada)).reactions, items[0]?.reactions];
  };
  expect(await shown()).toEqual([{ heart: 1 }, { thanks: 1 }]);
  await follower.view();
  expect(await shown()).toEqual([{ heart: 1 }, { thanks: 1 }]);
  expect((await one(update, bob)).reactions).toEqual({ heart: 1 });
});

test("what a former member wrote stays, without a name", async () => {
  const { id } = await post("Release", { content: `Ask @${bob.account}.` });
  await asAda(() => Member.remove({ account: bob.account }));
  const { author, names } = await one(id);
  expect([author.account, author.name, names]).toEqual([bob.account, undefined, {}]);
});
