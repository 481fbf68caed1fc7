import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { addReport, addUpdate } from "@muster/local/testing/fixtures/updates.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type Follower, openFollower } from "@muster/local/testing/worlds/follower.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import { minuteSeconds } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import * as Comment from "../comment/comment.ts";
import { report as reportComment } from "../comment/report.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { reactsTo } from "../kernel/reaction.ts";
import * as Member from "../member/member.ts";
import * as Notifications from "../notification/list.ts";
import * as Notification from "../notification/notification.ts";
import * as Limits from "../rate/limits.ts";
import { update as change, put, type Table, typed } from "../table/table.ts";
import * as Members from "../team/members.ts";
import * as Team from "../team/team.ts";
import { removeByAuthor } from "./author.ts";
import { updateKeys } from "./keys.ts";
import { maxReports, undoMinutes } from "./limits.ts";
import * as Removal from "./remove.ts";
import * as Report from "./report.ts";
import * as Update from "./update.ts";

let fixture: OrganizationFixture;
let follower: Follower;
let ada: Person;
let bob: Person;
let carol: Person;
let rita: Person;
let logged = 0;

/** Ada owns Acme; Bob and Carol may write, Rita may read. */
beforeEach(async () => {
  fixture = await openOrganization({ seats: 20 });
  follower = await openFollower(fixture);
  ada = fixture.ada;
  bob = await fixture.join("bob@example.com", "write");
  carol = await fixture.join("carol@example.com", "write");
  rita = await fixture.join("rita@example.com", "read");
  // ids that other tests made are later than the first moment of this world
  fixture.world.clock.pass(600);
  logged = 0;
});

type Thing = { id: ID.ID<"update"> };
const as = <R>(person: Person, run: () => Promise<R>) => fixture.as(person, run);
const post = (more: { team?: ID.ID<"team"> } = {}, by = bob) =>
  as(by, () => Update.create({ title: "Release", content: "Text.", ...more }));
const comment = ({ id }: Thing) => as(bob, () => Comment.create({ update: id, content: "No." }));
const report = ({ id }: Thing, by: Person, note?: string) =>
  as(by, () => Report.report({ update: id, reason: "spam", ...(note !== undefined && { note }) }));
const reportBelow = (on: Thing, { id }: { id: ID.ID<"comment"> }, by: Person) =>
  as(by, () => reportComment({ update: on.id, comment: id, reason: "offensive" }));
const listed = async () => (await as(ada, () => Report.listReports({}))).items;
const dismiss = ({ id }: Thing, comment?: ID.ID<"comment">) =>
  as(ada, () => Report.dismissReports({ update: id, ...(comment && { comment }) }));
const dismissSeen = ({ id }: Thing, seen: number) => as(ada, () => Report.dismissReports({ update: id, seen }));
const rows = async () => (await fixture.world.table.query(updateKeys.reportedIn(fixture.organization))).items;
const untilErased = () => fixture.world.clock.pass((undoMinutes + 5) * minuteSeconds);
const kindsOf = async (person: Person) =>
  (await as(person, () => Notifications.list({}))).items.map(({ kind }) => kind).filter((kind) => /report/.test(kind));

/** Runs what follows from the events since the last call. */
async function drain(): Promise<void> {
  await follower.view();
  await follower.work();
  await asSystem("follow", () => Audit.follow({ owner: fixture.organization }));
  for (;;) {
    const row = await fixture.world.table.get(kernelKeys.logged(fixture.organization, logged + 1));
    if (!row) return;
    logged++;
    const announcement = Audit.announcement(row);
    if (!announcement || !reactsTo(announcement.type, Notification.reactions)) continue;
    await asSystem("work", () => Notification.react(announcement));
  }
}

describe("a report", () => {
  test("reaches owners and admins once, with all who reported and why", async () => {
    const update = await post();
    await report(update, rita, "It is an advertisement.");
    fixture.world.clock.pass(1);
    await report(update, carol);
    await drain();
    const [one, ...others] = await listed();
    expect(others).toEqual([]);
    expect(one).toMatchObject({ update: update.id, title: "Release", author: { account: bob.account } });
    expect(one?.reports).toMatchObject([
      { account: rita.account, reason: "spam", note: "It is an advertisement." },
      { account: carol.account, reason: "spam" },
    ]);
    expect(await kindsOf(ada)).toEqual(["update.reported"]);
    expect(await kindsOf(bob)).toEqual([]);
  });

  test("holds no word of the text", async () => {
    const update = await post();
    await reportBelow(update, await comment(update), rita);
    await report(update, rita);
    expect(JSON.stringify(await rows())).not.toMatch(/Release|Text\.|No\./);
  });

  test("is made once by each member, also after a decision", async () => {
    const update = await post();
    await report(update, rita);
    expect(await resultOf(report(update, rita))).toBe("update.reported");
    await dismiss(update);
    expect(await resultOf(report(update, rita))).toBe("update.reported");
    await report(update, carol);
    expect(await listed()).toHaveLength(1);
  });

  test("is not made of what is deleted, or cannot be seen", async () => {
    const update = await post();
    const below = await comment(update);
    await as(bob, () => Comment.remove({ update: update.id, comment: below.id }));
    expect(await resultOf(reportBelow(update, below, rita))).toBe("comment.missing");
    await as(bob, () => Removal.remove({ update: update.id }));
    expect(await resultOf(report(update, rita))).toBe("update.missing");
    const { id: team } = await as(ada, () => Team.create({ name: "Design" }));
    await as(ada, () => Members.addMembers({ team, accounts: [bob.account] }));
    await as(ada, () => Team.edit({ team, visibility: "private" }));
    expect(await resultOf(report(await post({ team }), rita))).toBe("update.missing");
    expect(await rows()).toEqual([]);
  });

  test.each(["update", "comment"] as const)("is refused where the %s is deleted at that moment", async (what) => {
    const update = await post();
    const below = await comment(update);
    const remove = () =>
      what === "update"
        ? as(ada, () => Removal.remove({ update: update.id }))
        : as(ada, () => Comment.remove({ update: update.id, comment: below.id }));
    const { table } = fixture.world;
    const change: Table["change"] = async (step) => {
      fixture.world.rebind();
      await remove();
      return table.change(step);
    };
    fixture.world.rebind({ table: typed({ ...table, change }) });
    const reporting = what === "update" ? report(update, rita) : reportBelow(update, below, rita);
    expect(await resultOf(reporting)).toBe(`${what}.missing`);
    expect(await rows()).toEqual([]);
  });

  test(`is limited to ${Limits.reports.windows[0].quota} an hour, and a text keeps ${maxReports} of them`, async () => {
    const update = await post();
    const { organization } = fixture;
    const reports = Array.from({ length: maxReports }, (_, n) => JSON.stringify({ account: `acc_${n}` }));
    await addReport(fixture.world, { organization, author: bob.account, update: update.id });
    const key = updateKeys.reported(organization, update.id);
    await fixture.world.table.write(change(key, { set: { reports: new Set(reports) } }));
    await report(update, rita);
    expect((await rows())[0]?.reports.size).toBe(maxReports);
    for (let n = 1; n < Limits.reports.windows[0].quota; n++) await report(await post({}, carol), rita);
    expect(await resultOf(report(await post(), rita))).toBe("rate.limited");
  });
});

describe("reports at the same moment", () => {
  test("are both kept, and notify owners and admins once", async () => {
    const update = await post();
    beforeWrite(() => report(update, carol));
    await report(update, rita);
    expect((await listed())[0]?.reports).toHaveLength(2);
    await drain();
    expect(await kindsOf(ada)).toEqual(["update.reported"]);
  });

  test(`do not exceed the ${maxReports} that a text keeps`, async () => {
    const update = await post();
    await fill(update, maxReports - 1);
    beforeWrite(() => report(update, carol));
    await report(update, rita);
    expect((await rows())[0]?.reports.size).toBe(maxReports);
  });

  test("are not lost where so many were just dismissed", async () => {
    const update = await post();
    await fill(update, maxReports);
    beforeWrite(() => dismiss(update));
    await report(update, rita);
    expect((await listed())[0]?.reports.map(({ account }) => account)).toEqual([rita.account]);
    await drain();
    expect(await kindsOf(ada)).toEqual(["update.reported"]);
  });

  test("are listed up to the limit if a release without it kept more", async () => {
    await fill(await post(), maxReports + 1);
    expect((await listed())[0]?.reports).toHaveLength(maxReports);
  });

  /** Does something between the decision about the reports of a text and its write. */
  function beforeWrite(then: () => Promise<unknown>): void {
    const { table } = fixture.world;
    const write: Table["write"] = async (...steps) => {
      fixture.world.rebind();
      await then();
      return table.write(...steps);
    };
    fixture.world.rebind({ table: typed({ ...table, write }) });
  }

  async function fill({ id: update }: Thing, size: number): Promise<void> {
    const { organization, world } = fixture;
    const reportOf = (n: number) => ({ account: bob.account, reason: "spam", note: `${n}`, at: "2026-11-24" });
    const reports = new Set(Array.from({ length: size }, (_, n) => JSON.stringify(reportOf(n))));
    await world.table.write(put(updateKeys.reported(organization, update), { update, author: bob.account, reports }));
  }
});

test("all that is reported is listed once, page by page", async () => {
  const updates: string[] = [];
  for (let n = 0; n < 25; n++) {
    const { organization } = fixture;
    const update = await addUpdate(fixture.world, { organization, author: bob.account });
    updates.push(await addReport(fixture.world, { organization, author: bob.account, update }));
  }
  const first = await as(ada, () => Report.listReports({}));
  const second = await as(ada, () => Report.listReports({ cursor: String(first.next) }));
  expect([first.items.length, second.items.length, second.next]).toEqual([20, 5, undefined]);
  expect([...first.items, ...second.items].map(({ update }) => update)).toEqual(updates.toSorted().toReversed());
});

describe("a decision", () => {
  test("is told to those who reported, and takes what was reported off the list", async () => {
    const update = await post();
    const below = await comment(update);
    await report(update, rita);
    await reportBelow(update, below, carol);
    await dismiss(update, below.id);
    expect(await listed()).toMatchObject([{ update: update.id, reports: [{ account: rita.account }] }]);
    await drain();
    expect([await kindsOf(carol), await kindsOf(rita)]).toEqual([["update.report_dismissed"], []]);
    expect(await resultOf(dismiss(update, below.id))).toBe("update.not_reported");
  });

  test("is refused while somebody reports it once more", async () => {
    const update = await post();
    await report(update, rita);
    const { table } = fixture.world;
    const write: Table["write"] = async (...steps) => {
      fixture.world.rebind();
      await report(update, carol);
      return table.write(...steps);
    };
    fixture.world.rebind({ table: typed({ ...table, write }) });
    expect(await resultOf(dismiss(update))).toBe("update.reported_again");
    expect((await listed())[0]?.reports).toHaveLength(2);
  });

  test("to delete an update closes its reports when it can no longer be restored", async () => {
    const update = await post();
    await report(update, rita);
    await reportBelow(update, await comment(update), carol);
    await as(bob, () => Removal.remove({ update: update.id }));
    expect(await listed()).toEqual([]);
    await drain();
    await as(bob, () => Removal.restore({ update: update.id }));
    expect(await listed()).toHaveLength(2);
    await as(ada, () => Removal.remove({ update: update.id }));
    untilErased();
    await drain();
    await drain();
    expect(await rows()).toEqual([]);
    expect([await kindsOf(rita), await kindsOf(carol)]).toEqual([["update.report_deleted"], ["update.report_deleted"]]);
  });

  test("to delete a comment closes its reports when it can no longer be restored", async () => {
    const update = await post();
    const below = await comment(update);
    await reportBelow(update, below, rita);
    const at = { update: update.id, comment: below.id };
    await as(bob, () => Comment.remove(at));
    await drain();
    await as(bob, () => Comment.restore(at));
    expect(await listed()).toHaveLength(1);
    await as(ada, () => Comment.remove(at));
    untilErased();
    await drain();
    await drain();
    expect(await rows()).toEqual([]);
    expect(await kindsOf(rita)).toEqual(["update.report_deleted"]);
  });

  test("to delete all that a former member wrote, or a team, closes what was reported of it", async () => {
    const { id: team } = await as(ada, () => Team.create({ name: "Design" }));
    const [own, others] = [await post(), await post({}, carol)];
    const below = await comment(others);
    const inTeam = await post({ team }, ada);
    for (const update of [own, inTeam]) await report(update, rita);
    await reportBelow(others, below, rita);
    await as(ada, () => Member.remove({ account: bob.account }));
    fixture.world.clock.pass(1);
    await as(ada, () => removeByAuthor({ account: bob.account }));
    await as(ada, () => Team.remove({ team }));
    await drain();
    untilErased();
    const { organization } = fixture;
    fixture.world.queued.work.push({ job: "eraseUpdate", organization, update: own.id });
    await drain();
    expect(await rows()).toEqual([]);
  });
});

test("who leaves takes their reports along", async () => {
  const [one, other] = [await post(), await post()];
  await report(one, rita, "Private words.");
  await report(other, rita);
  await report(other, carol);
  await as(ada, () => Member.remove({ account: rita.account }));
  await drain();
  expect((await listed()).map(({ update, reports }) => [update, reports.map(({ account }) => account)])).toEqual([
    [other.id, [carol.account]],
  ]);
  expect(JSON.stringify((await rows()).map(({ reports }) => [...reports]))).not.toContain("Private words");
});

test("a report that cannot be read is left out", async () => {
  const update = await post();
  await report(update, rita);
  const [row] = await rows();
  const reports = new Set(["{", ...(row?.reports ?? [])]);
  await fixture.world.table.write(change(updateKeys.reported(fixture.organization, update.id), { set: { reports } }));
  expect((await listed())[0]?.reports.map(({ account }) => account)).toEqual([rita.account]);
});

test("only the reports that were seen are dismissed, and nobody learns who reported their own text", async () => {
  const one = await post();
  await report(one, rita);
  await report(one, carol);
  expect(await resultOf(dismissSeen(one, 1))).toBe("update.reported_again");
  expect((await rows())[0]?.reports.size).toBe(2);
  expect(await resultOf(dismissSeen(one, 2))).toBe("done");
  const own = await post({}, ada);
  await report(own, rita);
  await drain();
  expect(await listed()).toEqual([]);
  expect(await resultOf(dismiss(own))).toBe("update.not_reported");
  // of both texts, only the first one's report is told to its reader
  expect(await kindsOf(ada)).toEqual(["update.reported"]);
});
