import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { addReport } from "@muster/local/testing/fixtures/updates.ts";
import { type Follower, openFollower } from "@muster/local/testing/worlds/follower.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import { minuteSeconds } from "../base/duration.ts";
import { create, type ID } from "../base/id.ts";
import * as Comment from "../comment/comment.ts";
import { report as reportComment } from "../comment/report.ts";
import { asSystem } from "../kernel/context.ts";
import * as Member from "../member/member.ts";
import { type Step, type Table, typed, update } from "../table/table.ts";
import * as Team from "../team/team.ts";
import { erase, eraseFeed } from "./erase.ts";
import { eraseComment } from "./erase-comment.ts";
import { updateKeys } from "./keys.ts";
import { undoMinutes } from "./limits.ts";
import * as Removal from "./remove.ts";
import * as Report from "./report.ts";
import * as Update from "./update.ts";

let fixture: OrganizationFixture;
let follower: Follower;
let ada: Person;
let carol: Person;
let rita: Person;

/** Ada owns Acme; Carol and Rita may read. */
beforeEach(async () => {
  fixture = await openOrganization({ seats: 20 });
  follower = await openFollower(fixture);
  ada = fixture.ada;
  carol = await fixture.join("carol@example.com");
  rita = await fixture.join("rita@example.com");
  fixture.world.clock.pass(600);
});

const as = <R>(person: Person, run: () => Promise<R>) => fixture.as(person, run);
const post = async (more: { team?: ID<"team"> } = {}) =>
  (await as(ada, () => Update.create({ title: "Release", content: "Text.", ...more }))).id;
const report = (id: ID<"update">, by: Person) => as(by, () => Report.report({ update: id, reason: "spam" }));
const rows = async () => (await fixture.world.table.query(updateKeys.reportedIn(fixture.organization))).items;
const reporters = async () => (await rows()).map((row) => Report.reportsIn(row).map(({ account }) => account));
const untilErased = () => fixture.world.clock.pass((undoMinutes + 5) * minuteSeconds);

async function drain(): Promise<void> {
  await follower.view();
  await follower.work();
  await asSystem("follow", () => Audit.follow({ owner: fixture.organization }));
}

/** Does something between the decision about the reports of a text and its write, once. */
function beforeDecision(then: () => Promise<unknown>): void {
  const { table } = fixture.world;
  const write: Table["write"] = async (...steps) => {
    if (!steps.some(({ key }) => key.pk.endsWith("#reported"))) return table.write(...steps);
    fixture.world.rebind();
    await then();
    return table.write(...steps);
  };
  fixture.world.rebind({ table: typed({ ...table, write }) });
}

/** Removes the first report of a text, as when the one who made it leaves. */
async function forgetFirst(id: ID<"update">, comment?: ID<"comment">): Promise<void> {
  const { organization, world } = fixture;
  const key = updateKeys.reported(organization, id, comment);
  const [first = ""] = (await world.table.get(key))?.reports ?? [];
  await world.table.write(update(key, { drop: { reports: new Set([first]) } }));
}

describe("who leaves", () => {
  test("and returns can report the same text again", async () => {
    const id = await post();
    await report(id, rita);
    await as(ada, () => Member.remove({ account: rita.account }));
    await drain();
    expect(await rows()).toEqual([]);
    const returned = await fixture.join("rita@example.com");
    expect(returned.account).toBe(rita.account);
    await report(id, returned);
    expect(await reporters()).toEqual([[rita.account]]);
  });

  test("leaves nothing of what they did with a text that was erased", async () => {
    const { table } = fixture.world;
    const id = await post();
    await report(id, rita);
    const key = updateKeys.activity(id, rita.account);
    await table.project([{ remove: key }]);
    await as(ada, () => Member.remove({ account: rita.account }));
    await drain();
    expect([await table.get(key), await rows()]).toEqual([undefined, []]);
  });

  test("takes their report along also while somebody else makes one", async () => {
    const id = await post();
    await report(id, rita);
    await as(ada, () => Member.remove({ account: rita.account }));
    beforeDecision(() => report(id, carol));
    await drain();
    expect(await reporters()).toEqual([[carol.account]]);
  });
});

describe("a departure that is noticed late", () => {
  test("takes what was reported before it, not what was reported after a return", async () => {
    const [before, after] = [await post(), await post()];
    await report(before, rita);
    fixture.world.clock.pass(1);
    await as(ada, () => Member.remove({ account: rita.account }));
    fixture.world.clock.pass(1);
    const returned = await fixture.join("rita@example.com");
    await report(after, returned);
    await drain();
    expect((await rows()).map(({ update: id }) => id)).toEqual([after]);
    await report(before, returned);
    expect(await reporters()).toEqual([[rita.account], [rita.account]]);
  });

  test("leaves what was reported after a return while it was looked at", async () => {
    const [before, after] = [await post(), await post()];
    await report(before, rita);
    fixture.world.clock.pass(1);
    await as(ada, () => Member.remove({ account: rita.account }));
    fixture.world.clock.pass(1);
    const { table } = fixture.world;
    const query: Table["query"] = async (asked) => {
      if (!("pk" in asked) || !asked.pk.endsWith("#reported")) return table.query(asked);
      fixture.world.rebind();
      await report(after, await fixture.join("rita@example.com"));
      return table.query(asked);
    };
    fixture.world.rebind({ table: typed({ ...table, query }) });
    await drain();
    expect((await rows()).map(({ update: id }) => id)).toEqual([after]);
  });

  test("takes what a request reported that was under way, by a clock that is ahead", async () => {
    const id = await post();
    await as(ada, () => Member.remove({ account: rita.account }));
    await addReport(fixture.world, {
      organization: fixture.organization,
      author: rita.account,
      update: id,
      at: "2027",
    });
    await drain();
    expect(await rows()).toEqual([]);
  });
});

describe("very many reports", () => {
  const many = 520;
  /** Reports of texts that are long gone, by one member, or of comments on one update. */
  async function addMany(of: { author: ID<"account">; team?: ID<"team"> }, on?: ID<"update">): Promise<void> {
    const { organization, world } = fixture;
    const steps: Step[] = [];
    const table = typed({ ...world.table, write: async (...all) => void steps.push(...all) });
    for (let n = 0; n < many; n++) {
      const about = on ? { update: on, comment: create("comment") } : { update: create("update") };
      await addReport({ table }, { organization, ...of, ...about });
    }
    for (let from = 0; from < many; from += 100) await world.table.write(...steps.slice(from, from + 100));
  }

  /** Notes how many rows of reports each message reads, and never all at once. */
  function watched(): number[] {
    const { table } = fixture.world;
    const reads: number[] = [];
    const query: Table["query"] = async (asked) => {
      const page = await table.query(asked);
      if ("pk" in asked && asked.pk.endsWith("#reported")) reads.push(page.items.length);
      return page;
    };
    fixture.world.rebind({ table: typed({ ...table, query }) });
    return reads;
  }

  test.each(["departure", "team"] as const)("are closed in pages, by several messages, for a %s", async (why) => {
    const { id: team } = await as(ada, () => Team.create({ name: "Design" }));
    await addMany(why === "team" ? { author: carol.account, team } : { author: rita.account });
    await report(await post(), carol);
    await as(ada, () =>
      why === "team" ? Team.remove({ team }) : Member.remove({ account: rita.account }).then(() => {}),
    );
    const reads = watched();
    await drain();
    expect(Math.max(...reads)).toBe(50);
    expect(await reporters()).toEqual([[carol.account]]);
  });

  test("of the comments on one update are closed by several messages", async () => {
    const { organization } = fixture;
    const id = await post();
    await addMany({ author: rita.account }, id);
    await as(ada, () => Removal.remove({ update: id }));
    untilErased();
    const reads = watched();
    await asSystem("work", () => erase({ job: "eraseUpdate", organization, update: id }));
    expect((await rows()).length).toBe(many - 500);
    await follower.work();
    expect(Math.max(...reads)).toBe(50);
    expect([await rows(), await fixture.world.table.get(updateKeys.updateText(id))]).toEqual([[], undefined]);
  });
});

describe("reports that change while they are closed", () => {
  test("of a comment are closed as they are then", async () => {
    const id = await post();
    const { id: comment } = await as(ada, () => Comment.create({ update: id, content: "No." }));
    for (const one of [rita, carol]) await as(one, () => reportComment({ update: id, comment, reason: "spam" }));
    await as(ada, () => Comment.remove({ update: id, comment }));
    untilErased();
    beforeDecision(() => forgetFirst(id, comment));
    const { organization } = fixture;
    await asSystem("work", () => eraseComment({ job: "eraseComment", organization, update: id, comment }));
    expect(await rows()).toEqual([]);
  });

  test("of an update are closed as they are then", async () => {
    const { organization } = fixture;
    const id = await post();
    for (const one of [rita, carol]) await report(id, one);
    await as(ada, () => Removal.remove({ update: id }));
    untilErased();
    beforeDecision(() => forgetFirst(id));
    await asSystem("work", () => erase({ job: "eraseUpdate", organization, update: id }));
    expect(await rows()).toEqual([]);
  });
});

test("with the feed of a team go the reports that were made while it was deleted", async () => {
  const { organization } = fixture;
  const { id: team } = await as(ada, () => Team.create({ name: "Design" }));
  await report(await post({ team }), rita);
  await as(ada, () => Team.remove({ team }));
  await asSystem("work", () => eraseFeed({ job: "eraseFeed", organization, team }));
  expect(await rows()).toEqual([]);
});
