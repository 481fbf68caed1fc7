import { follow } from "@muster/local/testing/fixtures/members.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { memberPut, notificationPut, putAll } from "@muster/local/testing/fixtures/rows.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { view } from "@muster/local/testing/worlds/follower.ts";
import { lagging } from "@muster/local/testing/worlds/lagging.ts";
import { rememberWorld } from "@muster/local/testing/worlds/remember.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import * as ID from "../base/id.ts";
import * as Comment from "../comment/comment.ts";
import { asSystem, provide } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { MailPostponed } from "../kernel/mail-error.ts";
import { reactsTo } from "../kernel/reaction.ts";
import * as Mail from "../mail/mail.ts";
import { memberKeys } from "../member/keys.ts";
import * as Member from "../member/member.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Organization from "../organization/organization.ts";
import * as Limits from "../rate/limits.ts";
import { type Item, keyOf, put, type Table, typed, update } from "../table/table.ts";
import { teamKeys } from "../team/keys.ts";
import * as Members from "../team/members.ts";
import * as Team from "../team/team.ts";
import { mute } from "../update/mute.ts";
import * as Removal from "../update/remove.ts";
import { report } from "../update/report.ts";
import * as Update from "../update/update.ts";
import { notificationKeys } from "./keys.ts";
import { maxMailedTeam } from "./limits.ts";
import { list } from "./list.ts";
import * as Notification from "./notification.ts";
import * as Preference from "./preference.ts";
import * as TeamMention from "./team-mention.ts";
import { unsubscribe } from "./unsubscribe.ts";
import { mintToken } from "./unsubscribe-link.ts";

let fixture: OrganizationFixture;
let ada: Person;
let [bob, rita, carol]: Person[] = [];
let logged = 0;
let loggedBefore = 0;
let restore: () => Promise<void>;

/** Ada owns Acme; Bob and Carol may write, Rita may read. */
beforeAll(async () => {
  fixture = await openOrganization({ seats: 50 });
  ada = fixture.ada;
  bob = await fixture.join("bob@example.com", "write");
  rita = await fixture.join("rita@example.com", "read");
  carol = await fixture.join("carol@example.com", "write");
  logged = 0;
  await drain();
  for (const one of [ada, bob, rita, carol]) await forget(one);
  fixture.world.queued.mail.length = 0;
  await seen(ada, bob, rita, carol);
  loggedBefore = logged;
  restore = await rememberWorld(fixture.world);
});
beforeEach(async () => {
  await restore();
  logged = loggedBefore;
});

const as = <R>(person: Person | undefined, run: () => Promise<R>) => fixture.as(person as Person, run);
const at = (...people: (Person | undefined)[]) => people.map((one) => `@${one?.account}`).join(" ");
const post = (content: string, more: { team?: ID.ID<"team"> } = {}, by = bob) =>
  as(by, () => Update.create({ title: "Release", content, ...more }));
const comment = (on: { id: ID.ID<"update"> }, by: Person | undefined, content: string, replyTo?: ID.ID<"comment">) =>
  as(by, () => Comment.create({ update: on.id, content, ...(replyTo && { replyTo }) }));

async function forget({ account }: Person): Promise<void> {
  const { items } = await fixture.world.table.query(notificationKeys.notifications(account));
  await fixture.world.table.project(items.map((row) => ({ remove: keyOf(row) })));
}

async function team(name: string, ...people: (Person | undefined)[]): Promise<ID.ID<"team">> {
  const { id } = await as(ada, () => Team.create({ name }));
  const accounts = people.map((one) => (one as Person).account);
  await as(ada, () => Members.addMembers({ team: id, accounts }));
  await seen(...people);
  return id;
}

/** Updates the search rows of members, as the stream does. */
async function seen(...people: (Person | undefined)[]): Promise<void> {
  const keys = people.map((one) => memberKeys.member(fixture.organization, (one as Person).account));
  const rows = await fixture.world.table.getMany(keys);
  await asSystem("view", () => view(rows.flatMap((after) => (after ? [{ after }] : []))));
}

/** Runs what follows from the events since the last call, everything twice. */
async function drain(): Promise<void> {
  await asSystem("follow", () => Audit.follow({ owner: fixture.organization }));
  for (;;) {
    const row = await fixture.world.table.get(kernelKeys.logged(fixture.organization, logged + 1));
    if (!row) break;
    logged++;
    const announcement = Audit.announcement(row);
    if (!announcement || !reactsTo(announcement.type, Notification.reactions)) continue;
    for (let times = 0; times < 2; times++) await asSystem("work", () => Notification.react(announcement));
  }
  await workOff();
}

/** Returns how many messages there were. */
async function workOff(): Promise<number> {
  const { work } = fixture.world.queued;
  let messages = 0;
  for (let job = nextJob(); job; job = nextJob(), messages++) await asSystem("work", () => TeamMention.notifyTeam(job));
  return messages;

  function nextJob() {
    const found = work.findIndex((one) => "job" in one && one.job === "notifyTeam");
    return found === -1 ? undefined : (work.splice(found, 1)[0] as TeamMention.Job);
  }
}

const of = async (person: Person | undefined) => (await as(person, () => list({}))).items;
/** The kinds of the notifications of each. */
async function notified(): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const [name, one] of Object.entries({ ada, bob, rita, carol })) {
    const kinds = (await of(one)).map(({ kind }) => kind);
    if (kinds.length > 0) all[name] = kinds;
  }
  return all;
}
const subjects = () => fixture.world.sent.map(({ to, subject }) => `${to.split("@")[0]}: ${subject}`).toSorted();
async function deliver(): Promise<string[]> {
  const jobs = new Map(fixture.world.queued.mail.splice(0).map((job) => [JSON.stringify(job), job as Mail.Job]));
  const outcomes = [];
  for (const job of jobs.values()) outcomes.push((await asSystem("mail", () => Mail.deliver(job))).outcome);
  return outcomes;
}

describe("a mention", () => {
  test("in an update notifies each member once, in the product and by email, and never its author", async () => {
    const { id } = await post(`Hello ${at(rita, bob, rita, ada)} and @${ID.create("account")}`);
    await drain();
    expect(await notified()).toEqual({ ada: ["update.mentioned"], rita: ["update.mentioned"] });
    const about = { organization: fixture.organization, subject: "Acme", person: "Bob", title: "Release" };
    expect(await of(rita)).toMatchObject([{ kind: "update.mentioned", update: id, ...about }]);
    await deliver();
    expect(subjects()).toEqual([
      "ada: Bob mentioned you or a team of yours in an update: Release",
      "rita: Bob mentioned you or a team of yours in an update: Release",
    ]);
    expect(fixture.world.sent[0]?.text).toContain(`/organizations/${fixture.organization}/updates/${id}`);
  });

  test.each([
    ["in code", (id: string) => `Write \`@${id}\`.`],
    ["in a fence", (id: string) => `Write\n\`\`\`\n@${id}\n\`\`\``],
    ["in an indented line", (id: string) => `Write\n\n    @${id}`],
    ["in the address of a link", (id: string) => `[Look](https://example.com/@${id})`],
    ["in the address of a reference", (id: string) => `[Look][1]\n\n[1]: https://example.com/@${id}`],
    ["in the text of an image", (id: string) => `![@${id}](https://example.com/a.png)`],
  ])("%s is none: the page does not show it", async (_, write) => {
    const content = write((rita as Person).account);
    const { id } = await post(content);
    const written = await comment({ id }, bob, content);
    await as(bob, () => Comment.edit({ update: id, comment: written.id, content: `Look: ${content}` }));
    await drain();
    expect(await notified()).not.toHaveProperty("rita");
    await as(bob, () => Update.edit({ update: id, content: `${content}\n\nAnd @${(rita as Person).account}` }));
    await drain();
    expect(await notified()).toMatchObject({ rita: ["update.mentioned"] });
  });

  test("is stored without a word of the text", async () => {
    await post(`A secret plan for ${at(rita)}`);
    await drain();
    const { items } = await fixture.world.table.query(notificationKeys.notifications((rita as Person).account));
    expect(items).toHaveLength(1);
    expect(JSON.stringify(items)).not.toMatch(/Release|secret/);
  });

  test("that an edit adds notifies those that it adds, of the title as it is now", async () => {
    const { id } = await post(`Hello ${at(rita)}`);
    await drain();
    await as(bob, () => Update.edit({ update: id, title: "Release 2", content: `Hello ${at(rita, carol)}` }));
    await drain();
    expect(await notified()).toEqual({ rita: ["update.mentioned"], carol: ["update.mentioned"] });
    expect((await of(rita))[0]?.title).toBe("Release 2");
    const written = await comment({ id }, bob, "Nobody.");
    await as(bob, () => Comment.edit({ update: id, comment: written.id, content: `Look, ${at(ada)}` }));
    await drain();
    expect((await notified()).ada).toEqual(["comment.mentioned"]);
  });

  test("of somebody who has left, or in what is deleted already, notifies nobody", async () => {
    const { id } = await post(`Hello ${at(rita, carol)}`);
    await as(ada, () => Member.remove({ account: (rita as Person).account }));
    await drain();
    expect(await notified()).toMatchObject({ carol: ["update.mentioned"] });
    expect((await notified()).rita).not.toContain("update.mentioned");
    const written = await comment({ id }, ada, `And ${at(carol)}`);
    await as(ada, () => Comment.remove({ update: id, comment: written.id }));
    const other = await post(`Hello ${at(carol)}`);
    await as(bob, () => Removal.remove({ update: other.id }));
    await drain();
    expect((await notified()).carol).toEqual(["update.mentioned"]);
    expect(
      (await fixture.world.table.query(notificationKeys.notifications((carol as Person).account))).items,
    ).toHaveLength(1);
  });

  test("vanishes with its update, its comment, its team and the reader's membership, and comes back with the first two", async () => {
    const design = await team("Design", bob);
    const { id } = await post(`Hello ${at(rita)}`);
    const written = await comment({ id }, ada, `Look, ${at(rita)}`);
    await post(`Design, ${at(rita)}`, { team: design });
    await drain();
    expect(await of(rita)).toHaveLength(3);
    await as(ada, () => Comment.remove({ update: id, comment: written.id }));
    expect((await of(rita)).map(({ kind }) => kind)).toEqual(["update.mentioned", "update.mentioned"]);
    await as(ada, () => Comment.restore({ update: id, comment: written.id }));
    await as(bob, () => Removal.remove({ update: id }));
    expect(await of(rita)).toHaveLength(1);
    await as(bob, () => Removal.restore({ update: id }));
    await as(ada, () => Team.remove({ team: design }));
    expect((await of(rita)).map(({ kind }) => kind)).toEqual(["comment.mentioned", "update.mentioned"]);
    await as(ada, () => Member.remove({ account: (rita as Person).account }));
    expect((await of(rita)).filter(({ update: one }) => one)).toEqual([]);
  });

  test("is not seen by somebody who was just taken out of the private team", async () => {
    const design = await team("Design", bob, rita);
    await as(ada, () => Team.edit({ team: design, visibility: "private" }));
    await post(at(rita), { team: design });
    await drain();
    const seen = async () => (await of(rita)).map(({ title }) => title);
    expect(await seen()).toEqual(["Release"]);
    const { table } = fixture.world;
    const before = await table.get(memberKeys.member(fixture.organization, (rita as Person).account));
    await as(ada, () => Members.removeMembers({ team: design, accounts: [(rita as Person).account] }));
    fixture.world.rebind({ table: lagging(table, [before]) });
    expect(await seen()).toEqual([]);
    fixture.world.rebind();
  });

  test("is not seen while updates are turned off, or the organization is suspended", async () => {
    await post(`Hello ${at(rita)}`);
    await drain();
    const set = (change: { posting?: "off"; state?: "suspended" | "active" }) =>
      fixture.world.table.write(update(organizationKeys.organization(fixture.organization), { set: change }));
    await set({ state: "suspended" });
    expect(await of(rita)).toEqual([]);
    await set({ state: "active" });
    expect(await of(rita)).toHaveLength(1);
    await set({ posting: "off" });
    expect(await of(rita)).toEqual([]);
  });

  test.each([
    [{ posting: "off" }, { posting: "members" }],
    [{ state: "suspended" }, { state: "active" }],
  ] as const)("is emailed later, within a day, if its organization has %j for now", async (paused, again) => {
    const set = (change: typeof paused | typeof again | { state: "deleted" }) =>
      fixture.world.table.write(update(organizationKeys.organization(fixture.organization), { set: change }));
    await post(`Hello ${at(rita, carol, ada)}`);
    await drain();
    const jobs = new Map(fixture.world.queued.mail.map((job) => [JSON.stringify(job), job as Mail.Job]));
    const [first, second, third] = [...jobs.values()].map((job) => () => asSystem("mail", () => Mail.deliver(job)));
    await set(paused);
    await expect(first?.()).rejects.toMatchObject({ name: "MailPostponed", seconds: 600 });
    fixture.world.clock.pass(86_300);
    await expect(first?.()).rejects.toMatchObject({ name: "MailPostponed" });
    await set(again);
    expect(await first?.()).toEqual({ outcome: "sent" });
    await set(paused);
    fixture.world.clock.pass(200);
    expect(await second?.()).toEqual({ outcome: "failed" });
    fixture.world.clock.pass(-300);
    await set({ state: "deleted" });
    expect(await third?.()).toEqual({ outcome: "failed" });
  });

  test("is not emailed if its update is deleted before the email leaves", async () => {
    const { id } = await post(`Hello ${at(rita, carol)}`);
    await drain();
    await as(bob, () => Removal.remove({ update: id }));
    expect(await deliver()).toEqual(["failed", "failed"]);
    expect(fixture.world.sent).toEqual([]);
  });
});

describe("a comment", () => {
  test("notifies the author of the update, and of the comment that it answers, unless they wrote it", async () => {
    const written = await post("Hello");
    const first = await comment(written, carol, "First.");
    await drain();
    expect(await notified()).toEqual({ bob: ["update.commented"] });
    await comment(written, ada, "An answer.", first.id);
    await comment(written, bob, "By its author.", first.id);
    await drain();
    expect(await notified()).toEqual({
      bob: ["update.commented", "update.commented"],
      carol: ["update.commented", "update.commented"],
    });
  });

  test("that also mentions them notifies them once, of the mention", async () => {
    const written = await post("Hello");
    const { id } = await comment(written, carol, `Thanks, ${at(bob, rita)}`);
    await drain();
    expect(await notified()).toEqual({ bob: ["comment.mentioned"], rita: ["comment.mentioned"] });
    expect((await of(rita))[0]).toMatchObject({ update: written.id, comment: id, person: "Carol" });
  });

  test.each([
    [{ mentions: "off" }, ["update.commented"], ["sent"]],
    [{ mentions: "product" }, ["update.commented"], ["sent"]],
    [{ comments: "off" }, ["comment.mentioned"], ["sent"]],
    [{ mentions: "product", comments: "product" }, ["comment.mentioned"], []],
    [{ mentions: "off", comments: "off" }, undefined, []],
  ] as const)(
    "that also mentions its reader, who wants %j, notifies them of %j once",
    async (wanted, kinds, outcomes) => {
      const written = await post("Hello");
      await as(bob, () => Preference.changePreferences(wanted));
      await comment(written, carol, `Thanks, ${at(bob)}`);
      await drain();
      expect((await notified()).bob).toEqual(kinds);
      expect(await deliver()).toEqual(outcomes);
    },
  );
});

test.each<[string, (id: ID.ID<"update">) => Promise<unknown>]>([
  ["its kind is wanted once a day", () => as(bob, () => Preference.changePreferences({ comments: "digest" }))],
  [
    "its kind is wanted in the product only",
    () => as(bob, () => Preference.changePreferences({ comments: "product" })),
  ],
  ["its update was muted", (update) => as(bob, () => mute({ update, on: true }))],
  [
    "its reader has unsubscribed",
    async () => {
      const link = mintToken({ account: (bob as Person).account, organization: fixture.organization });
      return provide({ actor: { type: "public", origin: { ip: "203.0.113.9", agent: "Mail" } } }, () =>
        unsubscribe({ link }),
      );
    },
  ],
])("an email that waits is not sent if by then %s", async (_, happen) => {
  const { id } = await post("Hello");
  await comment({ id }, carol, "Thanks.");
  await drain();
  await happen(id);
  expect(await deliver()).toEqual(["suppressed"]);
  expect(subjects()).toEqual([]);
  const { items } = await fixture.world.table.query(notificationKeys.notifications((bob as Person).account));
  expect(items.map(({ mail }) => mail)).toEqual(["suppressed"]);
});

describe("an update that somebody has muted", () => {
  test("notifies them of no comment, unless it mentions them, until they want to know again", async () => {
    const { id } = await post("Hello");
    await as(bob, () => mute({ update: id, on: true }));
    await as(bob, () => mute({ update: id, on: true }));
    expect((await as(bob, () => Update.get({ update: id }))).own.isMuted).toBe(true);
    expect((await as(rita, () => Update.get({ update: id }))).own.isMuted).toBe(false);
    await comment({ id }, carol, "Thanks.");
    await drain();
    expect(await notified()).toEqual({});
    await comment({ id }, carol, `Thanks, ${at(bob)}`);
    await drain();
    expect(await notified()).toEqual({ bob: ["comment.mentioned"] });
    await as(bob, () => mute({ update: id, on: false }));
    await comment({ id }, carol, "And now?");
    await drain();
    expect((await notified()).bob).toEqual(["update.commented", "comment.mentioned"]);
    expect((await as(bob, () => Update.get({ update: id }))).own.isMuted).toBe(false);
  });

  test("says so in the notifications of those who muted it", async () => {
    const { id } = await post("Hello");
    await comment({ id }, carol, "Thanks.");
    await drain();
    const shown = async () => (await as(bob, () => list({}))).items.map(({ isMuted }) => isMuted);
    expect(await shown()).toEqual([undefined]);
    await as(bob, () => mute({ update: id, on: true }));
    expect(await shown()).toEqual([true]);
    await as(bob, () => mute({ update: id, on: false }));
    expect(await shown()).toEqual([undefined]);
  });

  test("is looked up for a list at half the price, and not for what nobody can mute", async () => {
    const [{ id }, spam] = [await post(`Hello ${at(ada)}`), await post("Spam")];
    await drain();
    const about = { kind: "update.reported" as const, update: spam.id, mail: "sent" as const };
    const notification = ID.create("notification");
    await fixture.world.table.write(notificationPut(ada.account, notification, fixture.organization, about));
    const looked: unknown[] = [];
    const getMany: Table["getMany"] = (keys, options) => {
      looked.push(...keys.filter(({ sk }) => sk === ada.account).map(({ pk }) => [pk, options?.consistent]));
      return fixture.world.table.getMany(keys, options);
    };
    fixture.world.rebind({ table: typed({ ...fixture.world.table, getMany }) });
    const { items } = await as(ada, () => list({}));
    fixture.world.rebind();
    expect(items.map(({ kind }) => kind)).toEqual(["update.reported", "update.mentioned"]);
    expect(looked.filter((one) => (one as unknown[])[0] !== fixture.organization)).toEqual([[id, false]]);
  });

  test("notifies its other readers, and cannot be muted by those who do not see it", async () => {
    const inTeam = await team("Design", bob, rita);
    const { id } = await post("Hello", { team: inTeam });
    await as(ada, () => Team.edit({ team: inTeam, visibility: "private" }));
    expect(await resultOf(as(carol, () => mute({ update: id, on: true })))).toBe("update.missing");
    await as(rita, () => mute({ update: id, on: true }));
    await comment({ id }, ada, "Thanks.");
    await drain();
    expect(await notified()).toEqual({ bob: ["update.commented"] });
  });
});

describe("a mention of a team", () => {
  test("notifies its members, each once, if its author is in it, or is an owner or admin", async () => {
    const design = await team("Design", bob, rita, ada);
    const others = await team("Others", rita, carol);
    await post(`@${design} @${others} ${at(rita)}`);
    await drain();
    expect(await notified()).toEqual({ ada: ["update.mentioned"], rita: ["update.mentioned"] });
    await post(`@${others}`, {}, ada);
    await drain();
    expect(await notified()).toMatchObject({
      rita: ["update.mentioned", "update.mentioned"],
      carol: ["update.mentioned"],
    });
    expect(await deliver()).toEqual(["sent", "sent", "sent", "sent"]);
  });

  test("trusts the memberships, not the search rows that find them", async () => {
    const design = await team("Design", bob, rita);
    await as(ada, () => Members.removeMembers({ team: design, accounts: [(rita as Person).account] }));
    await post(`@${design}`);
    await drain();
    expect(await notified()).toEqual({});
  });

  test("of very many members is written a few hundred at a time, whatever crashes, and is not emailed", async () => {
    const design = await team("Design", bob);
    // more than one message writes
    const size = 550;
    const { organization, world } = fixture;
    const accounts = Array.from({ length: size }, (_, n) => ID.derive("account", `member-${n}`));
    const teams = new Set([design]);
    await putAll(
      world,
      accounts.map((account, n) => memberPut(organization, account, { name: `Zoe ${n}`, teams })),
    );
    const members = await world.table.getMany(accounts.map((account) => memberKeys.member(organization, account)));
    await follow(members.map((after) => ({ after: after as Item })));
    await world.table.write(put(teamKeys.teamCount(organization, design), { members: size }));
    await post(`@${design}`);
    let [reads, crashed] = [0, false];
    world.rebind({
      table: {
        ...world.table,
        query: (query) => {
          if ("pk" in query && query.pk.endsWith("#find#+") && ++reads === 6 && !crashed) {
            crashed = true;
            throw new Error("The process was killed.");
          }
          return world.table.query(query);
        },
      },
    });
    await reactToLast();
    const [job] = world.queued.work.splice(0) as TeamMention.Job[];
    const steps: number[] = [];
    for (let next = job; next; next = world.queued.work.splice(0)[0] as TeamMention.Job | undefined) {
      const before = reads;
      const message = next;
      const run = () => asSystem("work", () => TeamMention.notifyTeam(message));
      await run().catch(run);
      steps.push(reads - before);
    }
    expect(crashed).toBe(true);
    // the second message began again after its first page
    expect(steps).toEqual([4, 4]);
    const notifications = (await world.rows.scan()).filter(({ sk }) => String(sk).startsWith("ntf_"));
    expect(notifications).toHaveLength(size);
    expect(new Set(notifications.map(({ mail }) => mail))).toEqual(new Set(["suppressed"]));
    expect([size > maxMailedTeam, world.queued.mail]).toEqual([true, []]);
  });
});

describe("a flood of mentions", () => {
  test("never fails a post, and notifies nobody beyond the limit of its author until the next hour", async () => {
    const { world } = fixture;
    const key = async () => (await world.rows.scan()).find(({ pk }) => String(pk).startsWith("rate#mentions#"));
    await post(`Hello ${at(rita)}`);
    await drain();
    const counter = await key();
    const [[window] = []] = Object.entries(counter ?? {}).filter(([name]) => name.startsWith("w"));
    const spent = { set: { [String(window)]: Limits.mentions.windows[0].quota - 1 } };
    await world.table.write(update(keyOf(counter ?? {}), spent));
    expect((await post(`Hello ${at(rita, carol)}`)).id).toMatch(/^upd_/);
    await reactToLast();
    // one of the two was left
    expect(Object.values(await notified()).flat()).toHaveLength(2);
    const before = await notified();
    await post(`Hello ${at(rita, carol)}`);
    await reactToLast();
    expect(await notified()).toEqual(before);
    world.clock.pass(3600);
    await post(`Hello ${at(rita, carol)}`);
    await reactToLast();
    expect(Object.values(await notified()).flat()).toHaveLength(4);
  });

  test("notifies few teams an hour", async () => {
    const design = await team("Design", bob, rita);
    for (let n = 0; n <= Limits.teamMentions.windows[0].quota; n++) {
      await post(`@${design} ${n}`);
      await reactToLast();
    }
    await workOff();
    expect((await notified()).rita).toHaveLength(Limits.teamMentions.windows[0].quota);
  });

  test("that names more teams than are left notifies the first ones", async () => {
    const teams: ID.ID<"team">[] = [];
    for (let n = 0; n <= Limits.teamMentions.windows[0].quota; n++) teams.push(await team(`Team ${n}`, rita));
    await post(teams.map((one) => `@${one}`).join(" "), {}, ada);
    await reactToLast();
    expect(await workOff()).toBe(Limits.teamMentions.windows[0].quota);
    expect(await notified()).toEqual({ rita: ["update.mentioned"] });
  });

  test("fills no inbox: beyond a few an hour, a person is notified in the product only", async () => {
    const [{ quota }] = Limits.updateMailsPerReader.windows;
    for (let n = 0; n < quota + 2; n++) await post(`Hello ${at(rita)} ${n}`);
    await drain();
    const outcomes = await deliver();
    expect(outcomes.filter((one) => one === "sent")).toHaveLength(quota);
    expect(outcomes.slice(quota)).toEqual(["suppressed", "suppressed"]);
    expect((await notified()).rita).toHaveLength(quota + 2);
  });

  test("uses up the emails of its own organization only", async () => {
    const { world } = fixture;
    const { account } = rita as Person;
    for (let n = 0; n <= Limits.updateMailsPerReader.windows[0].quota; n++) await post(`Hello ${at(rita)} ${n}`);
    await drain();
    expect(await deliver()).toContain("suppressed");
    const { id: organization } = await world.as(rita as Person, () => Organization.create({ name: "Other" }));
    const there = { id: organization, role: "owner" } as const;
    const posted = await world.as(rita as Person, () => Update.create({ title: "Plan", content: "Hello" }), there);
    const notification = ID.create("notification");
    const about = { kind: "update.mentioned" as const, update: posted.id };
    await world.table.write(notificationPut(account, notification, organization, about));
    world.queued.mail.push({ kind: "notification", account, notification });
    expect(await deliver()).toEqual(["sent"]);
  });

  test("leaves the emails about reports their own share", async () => {
    const [{ quota }] = Limits.reportMailsPerReader.windows;
    const posted = [];
    const all = Math.max(quota, Limits.updateMailsPerReader.windows[0].quota);
    for (let n = 0; n <= all; n++) posted.push(await post(`Hello ${at(ada)}`));
    await drain();
    expect(await deliver()).toContain("suppressed");
    for (const { id } of posted.slice(0, quota + 1)) await as(rita, () => report({ update: id, reason: "spam" }));
    await drain();
    expect(await deliver()).toEqual([...Array.from({ length: quota }, () => "sent"), "suppressed"]);
  });

  test("keeps its emails while the provider takes none: waiting uses up nothing", async () => {
    const { world } = fixture;
    await post(`Hello ${at(rita)}`);
    await drain();
    const [job] = world.queued.mail;
    const send = async () => {
      throw new MailPostponed("Slower.");
    };
    world.rebind({ mail: { send, rate: async () => 100_000 } });
    for (let n = 0; n <= Limits.updateMailsPerReader.windows[0].quota; n++) {
      expect(await resultOf(asSystem("mail", () => Mail.deliver(job as Mail.Job)))).toContain("MailPostponed");
    }
    world.rebind();
    expect(await deliver()).toEqual(["sent"]);
  });

  test("leaves the emails about access their own budget", async () => {
    fixture.world.rebind({
      settings: { productName: "Muster", siteUrl: "https://muster.example", freeSeats: 3, mailsPerHour: 12 },
    });
    await post(`Hello ${at(rita)}`);
    await drain();
    await as(ada, () => Member.changeRole({ account: (rita as Person).account, role: "write" }));
    await drain();
    expect(await deliver()).toEqual(["sent", "sent"]);
  });
});

/** Reacts to the last event only, once. */
async function reactToLast(): Promise<void> {
  const { organization, world } = fixture;
  await asSystem("follow", () => Audit.follow({ owner: organization }));
  const { items } = await world.table.query({ ...kernelKeys.log(organization), to: "9", newestFirst: true, limit: 1 });
  await asSystem("work", () => Notification.react(Audit.announcement(items[0] ?? {}) as Audit.Announcement));
}

describe("what an owner or admin deletes", () => {
  test("notifies its author, without a word of it, and nobody of what they delete themselves", async () => {
    const [one, other] = [await post("Hello"), await post("Own")];
    const { id } = await comment(other, carol, "A comment");
    await drain();
    for (const person of [bob, carol]) await forget(person as Person);
    await as(ada, () => Removal.remove({ update: one.id }));
    await as(ada, () => Comment.remove({ update: other.id, comment: id }));
    await as(bob, () => Removal.remove({ update: other.id }));
    await drain();
    expect(await notified()).toEqual({ bob: ["update.deleted"], carol: ["comment.deleted"] });
    fixture.world.sent.length = 0;
    await deliver();
    expect(subjects()).toEqual(
      expect.arrayContaining([
        "bob: Ada deleted an update that you posted",
        "carol: Ada deleted a comment that you wrote",
      ]),
    );
    expect(JSON.stringify([await of(bob), await of(carol)])).not.toMatch(/Release|Hello|A comment/);
  });

  test("notifies nobody who is no longer a member, nor of what was restored by then", async () => {
    const [one, other] = [await post("Hello"), await post("Hello", {}, carol)];
    await drain();
    await as(ada, () => Removal.remove({ update: one.id }));
    await as(ada, () => Removal.restore({ update: one.id }));
    await as(ada, () => Member.remove({ account: (carol as Person).account }));
    await as(ada, () => Removal.remove({ update: other.id }));
    await drain();
    expect(await notified()).toEqual({ carol: ["member.removed"] });
  });
});
