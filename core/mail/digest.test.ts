import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { notificationPut, putAll } from "@muster/local/testing/fixtures/rows.ts";
import { rememberWorld } from "@muster/local/testing/worlds/remember.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as AccountNoun from "../account/account.ts";
import { hourSeconds, minuteSeconds } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { MailPostponed } from "../kernel/mail-error.ts";
import * as Member from "../member/member.ts";
import { collected, take } from "../notification/collected.ts";
import * as Digest from "../notification/digest.ts";
import * as Inbox from "../notification/inbox.ts";
import { notificationKeys } from "../notification/keys.ts";
import { digestLateHours, digestSize } from "../notification/limits.ts";
import { list } from "../notification/list.ts";
import * as Preference from "../notification/preference.ts";
import type { NewNotification } from "../notification/rules.ts";
import { notify } from "../notification/write.ts";
import { organizationKeys } from "../organization/keys.ts";
import { rateKeys } from "../rate/keys.ts";
import { put, type Table, typed, update } from "../table/table.ts";
import { mute } from "../update/mute.ts";
import * as Removal from "../update/remove.ts";
import * as Update from "../update/update.ts";
import { maxItems } from "./digest-template.ts";
import { mailKeys } from "./keys.ts";
import * as Mail from "./mail.ts";
import { isUnsent } from "./send-once.ts";

let fixture: OrganizationFixture;
let bob: Person;
let restore: () => Promise<void>;

/** It is nine o'clock in UTC. Bob wants a daily digest of all that he can. */
beforeAll(async () => {
  fixture = await openOrganization();
  bob = await fixture.join("bob@example.com", "write");
  await choose("digest");
  await strike();
  for (const queue of Object.values(fixture.world.queued)) queue.length = 0;
  restore = await rememberWorld(fixture.world);
});
beforeEach(() => restore());

const as = <R>(person: Person, run: () => Promise<R>) => fixture.as(person, run);
const choose = (way: "email" | "digest" | "product" | "off") =>
  as(bob, () => Preference.changePreferences({ mentions: way, comments: way, invitations: way, rollouts: way }));
const now = () => new Date(fixture.world.clock.at).toISOString();
const until = (at: string) => {
  fixture.world.clock.at = Date.parse(at);
};
const collectedOn = (day: string, at: number) => collected(bob.account, day, at, isUnsent);
const pass = (hours: number) => fixture.world.clock.pass(hours * hourSeconds);
const post = (title: string) => as(fixture.ada, () => Update.create({ title, content: "What it says." }));

/** Tells Bob of something, by default of a new update that mentions him. Returns the notification. */
async function tell(more: Partial<NewNotification> = {}, title = "Release"): Promise<ID.ID<"notification">> {
  const about = more.kind?.startsWith("invitation.") ? {} : { update: (await post(title)).id };
  const notification = ID.create("notification");
  const common = {
    account: bob.account,
    organization: fixture.organization,
    subject: "Acme",
    person: "Ada",
    at: now(),
  };
  const row: NewNotification = { ...common, kind: "update.mentioned", ...about, ...more };
  await asSystem("work", () => notify(notification, [row]));
  return notification;
}

/** Runs the clock and the mails that it queues. Returns what happened to them. */
async function strike(): Promise<string[]> {
  await asSystem("clock.digests", () => Digest.due({}));
  const { work, mail } = fixture.world.queued;
  for (const job of work.splice(0)) {
    if ("job" in job && job.job === "queueDigests") {
      await asSystem("work", () => Digest.queueDigests(job as Digest.Job));
    }
  }
  const jobs = mail.splice(0).filter((job): job is Mail.Job => "kind" in job && job.kind === "digest");
  return Promise.all(jobs.map(async (job) => (await asSystem("mail", () => Mail.deliver(job))).outcome));
}
const sent = () => fixture.world.sent.filter(({ tags }) => tags.kind === "digest");

describe("a daily digest", () => {
  test("is sent once at eight o'clock, with all that was not read, and empties what waits", async () => {
    await tell({}, "Release");
    await tell({ kind: "update.commented" }, "Lunch");
    await tell({ kind: "invitation.accepted", person: "Carol" });
    expect(fixture.world.queued.mail).toEqual([]);
    until("2026-11-25T07:59:59.000Z");
    expect(await strike()).toEqual([]);
    until("2026-11-25T08:00:00.000Z");
    expect(await strike()).toEqual(["sent"]);
    expect(sent()).toHaveLength(1);
    const [message] = sent();
    expect(message?.subject).toBe("Your daily digest: 3 notifications");
    for (const said of ["Acme", "Release", "Lunch", "1 comment by Ada", "Ada mentioned you", "Carol joined"]) {
      expect(message?.text).toContain(said);
      expect(message?.html).toContain(said);
    }
    expect(message?.text).not.toContain("What it says");
    expect(await strike()).toEqual([]);
    until("2026-11-26T08:00:00.000Z");
    expect(await strike()).toEqual([]);
    expect(sent()).toHaveLength(1);
  });

  test("has what arrived since the last one", async () => {
    await tell({}, "Release");
    until("2026-11-25T08:03:00.000Z");
    await strike();
    await tell({}, "Lunch");
    until("2026-11-26T08:03:00.000Z");
    expect(await strike()).toEqual(["sent"]);
    expect(sent()[1]?.text).toContain("Lunch");
    expect(sent()[1]?.text).not.toContain("Release");
  });

  test("is sent once by repeated ticks, queued twice, to concurrent workers, and after the clock went back", async () => {
    await tell();
    until("2026-11-25T08:00:00.000Z");
    await Promise.all([1, 2, 3].map(() => asSystem("clock.digests", () => Digest.due({}))));
    const jobs = fixture.world.queued.mail.splice(0) as Mail.Job[];
    const outcomes = await Promise.all(
      [...jobs, ...jobs].map(async (job) => (await asSystem("mail", () => Mail.deliver(job))).outcome),
    );
    expect(outcomes.filter((one) => one === "sent")).toHaveLength(1);
    until("2026-11-25T07:00:00.000Z");
    await strike();
    await tell({}, "Lunch");
    until("2026-11-25T08:00:00.000Z");
    await strike();
    expect(sent()).toHaveLength(1);
    until("2026-11-26T08:00:00.000Z");
    expect(await strike()).toEqual(["sent"]);
    expect(sent()[1]?.text).toContain("Lunch");
    expect(sent()[1]?.text).not.toContain("Release");
  });

  test("of a clock that was ahead by seconds is looked for in no range that ends before it begins", async () => {
    await tell();
    until("2026-11-25T08:00:10.000Z");
    await asSystem("clock.digests", () => Digest.due({}));
    fixture.world.queued.mail.length = 0;
    until("2026-11-25T08:00:00.000Z");
    expect(await asSystem("clock.digests", () => Digest.due({}))).toEqual({ queued: 0, isRepeated: false });
    expect(await fixture.world.table.get(kernelKeys.watermark("notification.due"))).toMatchObject({ at: now() });
  });

  test("for which there is no room in time waits for the next eight o'clock, and takes none", async () => {
    await tell();
    until("2026-11-25T08:00:00.000Z");
    const key = rateKeys.mailBudget("digests");
    const at = fixture.world.clock.at + (digestLateHours + 1) * hourSeconds * 1000;
    await fixture.world.table.write(put(key, { at, ttl: 1 }));
    expect(await strike()).toEqual(["moved"]);
    expect((await fixture.world.table.get(key))?.at).toBe(at);
    until("2026-11-26T08:00:00.000Z");
    expect(await strike()).toEqual(["sent"]);
  });

  test("of a clock that was far ahead does not keep back those of the following days", async () => {
    pass(24 * 90);
    await strike();
    until("2026-11-24T10:00:00.000Z");
    await strike();
    await tell();
    until("2026-11-25T08:00:00.000Z");
    expect(await strike()).toEqual(["sent"]);
  });

  test("that an outage held up comes late on that day, or at the next eight o'clock", async () => {
    await tell();
    until("2026-11-25T12:00:00.000Z");
    expect(await strike()).toEqual(["sent"]);
    await tell({}, "Lunch");
    until("2026-11-26T08:00:00.000Z");
    pass(digestLateHours);
    expect(await strike()).toEqual(["moved"]);
    until("2026-11-27T08:00:00.000Z");
    expect(await strike()).toEqual(["sent"]);
    expect(sent()[1]?.text).toContain("Lunch");
  });

  test.each([2, 4, 6])("that an outage of %i days held up tells what has waited", async (days) => {
    await tell();
    pass(24 * days);
    expect(await strike()).toEqual(["moved"]);
    pass(24);
    expect(await strike()).toEqual(["sent"]);
    expect(sent()[0]?.text).toContain("Release");
  });

  test("comes at the eight o'clock of a changed zone, and not at that of the earlier one", async () => {
    await tell();
    await as(bob, () => AccountNoun.edit({ zone: "Asia/Tokyo" }));
    const changed = Digest.reactions.map(({ run }) =>
      run({ zone: { from: "UTC", to: "Asia/Tokyo" } } as never, { owner: bob.account, at: now() } as never),
    );
    await asSystem("work", () => Promise.all(changed));
    until("2026-11-24T22:59:59.000Z");
    expect(await strike()).toEqual([]);
    until("2026-11-24T23:00:00.000Z");
    expect(await strike()).toEqual(["sent"]);
    until("2026-11-25T08:00:00.000Z");
    expect(await strike()).toEqual(["moved"]);
    expect(sent()).toHaveLength(1);
  });

  test("names so many updates, counts the rest, and takes so many notifications", async () => {
    for (let n = 0; n < maxItems + 4; n++) await tell({}, `Update ${n}`);
    until("2026-11-25T08:00:00.000Z");
    await strike();
    expect(sent()[0]?.subject).toBe(`Your daily digest: ${maxItems + 4} notifications`);
    expect(sent()[0]?.text).toContain("And 4 more.");
    expect(sent()[0]?.text.match(/\/updates\//g)).toHaveLength(maxItems);
    expect(digestSize).toBeGreaterThan(maxItems);
  });
});

test("what is written while the clock strikes eight is told the next day", async () => {
  until("2026-11-25T08:00:00.000Z");
  await strike();
  until("2026-11-25T07:59:59.000Z");
  await tell();
  until("2026-11-25T08:05:00.000Z");
  await strike();
  until("2026-11-26T08:05:00.000Z");
  expect(await strike()).toEqual(["sent"]);
});

test("what earlier digests have told takes no room of what waits", async () => {
  await tell({ kind: "invitation.accepted", person: "Carol" });
  fixture.world.clock.pass(1);
  const about = { kind: "invitation.accepted", mail: "suppressed", digest: "2026-11-24" } as const;
  await putAll(fixture.world, [
    ...Array.from({ length: digestSize }, (_, n) => {
      const notification = ID.create("notification");
      return notificationPut(bob.account, notification, fixture.organization, { ...about, person: `Person ${n}` });
    }),
    put(notificationKeys.digest(bob.account, "2026-11-24"), { mail: "sent" }),
  ]);
  const found = await collectedOn("2026-11-25", Date.parse("2026-11-25T08:00:00.000Z"));
  expect(found.map(({ info }) => info.person)).toEqual(["Carol"]);
});

test("what two digests find is told by one of them", async () => {
  const notification = await tell();
  const at = Date.parse("2026-11-25T08:00:00.000Z");
  const [one, other] = [await collectedOn("2026-11-25", at), await collectedOn("2026-11-26", at)];
  expect(one.map(({ info }) => info.id)).toEqual([notification]);
  expect(await take(bob.account, "2026-11-25", one)).toEqual(one);
  expect(await take(bob.account, "2026-11-25", await collectedOn("2026-11-25", at))).toHaveLength(1);
  expect(await take(bob.account, "2026-11-26", other)).toEqual([]);
});

test("a message that comes before eight, because the clock went back, waits", async () => {
  await tell();
  until("2026-11-25T07:59:30.000Z");
  const early = { kind: "digest", account: bob.account, at: "2026-11-25T08:00:00.000Z" } as const;
  await expect(asSystem("mail", () => Mail.deliver(early))).rejects.toMatchObject({ seconds: 30 });
  until("2026-11-25T08:00:00.000Z");
  expect((await asSystem("mail", () => Mail.deliver(early))).outcome).toBe("sent");
});

test("a clock that was ahead by minutes neither delays a digest nor has all of a week looked at again", async () => {
  until("2026-11-25T08:00:30.000Z");
  await strike();
  until("2026-11-25T07:51:00.000Z");
  await tell();
  const { table } = fixture.world;
  let queries = 0;
  const query: Table["query"] = (asked) => {
    queries++;
    return table.query(asked);
  };
  fixture.world.rebind({ table: typed({ ...table, query }) });
  await asSystem("clock.digests", () => Digest.due({}));
  fixture.world.rebind();
  expect(queries).toBe(0);
  until("2026-11-25T08:03:00.000Z");
  expect(await strike()).toEqual(["sent"]);
});

describe("a clock that is far ahead", () => {
  test("at a look for what is due skips nothing", async () => {
    until("2027-01-31T09:00:00.000Z");
    expect(await strike()).toEqual([]);
    until("2026-11-24T09:00:00.000Z");
    await tell();
    until("2027-01-31T10:00:00.000Z");
    expect(await strike()).toEqual([]);
    until("2026-11-25T08:03:00.000Z");
    expect(await strike()).toEqual(["sent"]);
    expect(await strike()).toEqual([]);
    expect(sent()).toHaveLength(1);
  });

  test("for long leaves what others wrote behind its back to the first look that is right", async () => {
    await tell();
    until("2026-11-26T07:00:00.000Z");
    await asSystem("clock.digests", () => Digest.due({}));
    fixture.world.queued.mail.length = 0;
    until("2026-11-25T12:00:00.000Z");
    expect(await strike()).toEqual(["sent"]);
  });

  test("is told whenever it makes a look repeat all days", async () => {
    const look = async () => (await asSystem("clock.digests", () => Digest.due({}))).isRepeated;
    const said = [await look()];
    until("2026-11-24T09:16:00.000Z");
    said.push(await look());
    until("2026-11-24T09:00:00.000Z");
    said.push(await look(), await look());
    expect(said).toEqual([false, false, true, false]);
  });

  test("where it is written what is due delays nothing", async () => {
    const at = now();
    until("2026-11-25T08:30:00.000Z");
    await tell({ kind: "invitation.accepted", person: "Carol", at });
    until("2026-11-25T08:03:00.000Z");
    expect(await strike()).toEqual(["sent"]);
  });

  test("where digests are sent delays one by a day at most", async () => {
    await tell();
    until("2026-11-25T08:03:00.000Z");
    await asSystem("clock.digests", () => Digest.due({}));
    const [job] = fixture.world.queued.mail.splice(0) as [Mail.Job];
    until("2027-01-31T09:00:00.000Z");
    expect((await asSystem("mail", () => Mail.deliver(job))).outcome).toBe("moved");
    until("2026-11-26T08:03:00.000Z");
    expect(await strike()).toEqual(["sent"]);
    expect(sent()).toHaveLength(1);
  });
});

test("a shard of many readers is continued by a message", async () => {
  await putAll(
    fixture.world,
    Array.from({ length: 2400 }, () =>
      put(notificationKeys.digestDue("2026-11-25T08:00:00.000Z", ID.create("account")), { ttl: 1 }),
    ),
  );
  until("2026-11-25T08:00:00.000Z");
  await asSystem("clock.digests", () => Digest.due({}));
  const { work, mail } = fixture.world.queued;
  expect(mail.length).toBeLessThan(2400);
  for (let job = work.shift(); job; job = work.shift()) {
    const rest = job as Digest.Job;
    await asSystem("work", () => Digest.queueDigests(rest));
  }
  expect(new Set(mail.map((job) => JSON.stringify(job))).size).toBe(2400);
});

describe("nothing is sent", () => {
  const nothing: [string, (notification: ID.ID<"notification">) => Promise<unknown>, Partial<NewNotification>?][] = [
    ["of what was read", (notification) => as(bob, () => Inbox.markRead({ notifications: [notification] }))],
    ["when all was read", () => as(bob, () => Inbox.markAllRead({ until: now() }))],
    [
      "of comments on an update that was muted since",
      async () => {
        const { items } = await as(bob, () => list({}));
        return as(bob, () => mute({ update: items.find((one) => one.update)?.update as ID.ID<"update">, on: true }));
      },
      { kind: "update.commented" },
    ],
    ["after the choice was changed", () => choose("product")],
    ["to a former member", () => as(fixture.ada, () => Member.remove({ account: bob.account }))],
    [
      "of a deleted update",
      async () => {
        const { items } = await as(bob, () => list({}));
        return as(fixture.ada, () =>
          Removal.remove({ update: items.find((one) => one.update)?.update as ID.ID<"update"> }),
        );
      },
    ],
    ...(["suspended", "deleted"] as const).map((state): [string, () => Promise<unknown>] => [
      `of a ${state} organization`,
      () => fixture.world.table.write(update(organizationKeys.organization(fixture.organization), { set: { state } })),
    ]),
    [
      "where updates are turned off",
      () =>
        fixture.world.table.write(
          update(organizationKeys.organization(fixture.organization), { set: { posting: "off" } }),
        ),
    ],
  ];

  test.each(nothing)("%s", async (_, happen, kind = {}) => {
    const notification = await tell(kind);
    pass(1);
    await happen(notification);
    until("2026-11-25T08:00:00.000Z");
    expect(await strike()).toEqual(["nothing"]);
    expect(sent()).toEqual([]);
    expect(await fixture.world.table.get(notificationKeys.digest(bob.account, "2026-11-25"))).toBeUndefined();
  });

  test.each(["suspended", "deleted"] as const)("that is about no update, of a %s organization", async (state) => {
    await tell({ kind: "invitation.accepted" });
    await fixture.world.table.write(update(organizationKeys.organization(fixture.organization), { set: { state } }));
    until("2026-11-25T08:00:00.000Z");
    expect(await strike()).toEqual(["nothing"]);
  });

  test("to an address that bounces", async () => {
    await tell();
    const address = AccountNoun.addressOf(bob.email);
    await fixture.world.table.write(update(mailKeys.suppression(address), { set: { bounced: now() } }));
    until("2026-11-25T08:00:00.000Z");
    expect(await strike()).toEqual(["suppressed"]);
    expect(sent()).toEqual([]);
  });

  test("of what happened long before it arrived", async () => {
    await tell({ at: "2026-11-22T09:00:00.000Z" });
    until("2026-11-25T08:00:00.000Z");
    expect(await strike()).toEqual([]);
  });
});

describe("a provider", () => {
  const sending = (send: () => Promise<string>) => fixture.world.rebind({ mail: { send, rate: async () => 100 } });

  test("that has no room gets the same digest later, and what has arrived", async () => {
    await tell({}, "Release");
    until("2026-11-25T08:00:00.000Z");
    sending(() => Promise.reject(new MailPostponed("No room.")));
    await asSystem("clock.digests", () => Digest.due({}));
    const [job] = fixture.world.queued.mail.splice(0) as [Mail.Job];
    await expect(asSystem("mail", () => Mail.deliver(job))).rejects.toThrow(MailPostponed);
    fixture.world.rebind();
    fixture.world.clock.pass(minuteSeconds);
    await tell({}, "Lunch");
    expect((await asSystem("mail", () => Mail.deliver(job))).outcome).toBe("sent");
    expect(sent()[0]?.subject).toBe("Your daily digest: 2 notifications");
  });

  test("that has none all day gets it all the next day", async () => {
    await tell({}, "Release");
    until("2026-11-25T08:00:00.000Z");
    sending(() => Promise.reject(new MailPostponed("No room.")));
    await asSystem("clock.digests", () => Digest.due({}));
    const [job] = fixture.world.queued.mail.splice(0) as [Mail.Job];
    await expect(asSystem("mail", () => Mail.deliver(job))).rejects.toThrow(MailPostponed);
    fixture.world.rebind();
    pass(digestLateHours);
    expect((await asSystem("mail", () => Mail.deliver(job))).outcome).toBe("moved");
    until("2026-11-26T08:00:00.000Z");
    expect(await strike()).toEqual(["sent"]);
    expect(sent()[0]?.text).toContain("Release");
  });

  test("that says nothing, and never reports it, gets what it told the next day", async () => {
    await tell({}, "Release");
    until("2026-11-25T08:00:00.000Z");
    sending(() => Promise.reject(new Error("no answer")));
    await asSystem("clock.digests", () => Digest.due({}));
    const [job] = fixture.world.queued.mail.splice(0) as [Mail.Job];
    await expect(asSystem("mail", () => Mail.deliver(job))).rejects.toThrow("unknown whether");
    fixture.world.rebind();
    pass(digestLateHours);
    expect((await asSystem("mail", () => Mail.deliver(job))).outcome).toBe("moved");
    until("2026-11-26T08:00:00.000Z");
    expect(await strike()).toEqual(["sent"]);
    expect(sent()[0]?.text).toContain("Release");
  });

  test("that says nothing gets it once", async () => {
    await tell();
    until("2026-11-25T08:00:00.000Z");
    sending(() => Promise.reject(new Error("no answer")));
    await asSystem("clock.digests", () => Digest.due({}));
    const [job] = fixture.world.queued.mail.splice(0) as [Mail.Job];
    await expect(asSystem("mail", () => Mail.deliver(job))).rejects.toThrow("unknown whether");
    fixture.world.rebind();
    await expect(asSystem("mail", () => Mail.deliver(job))).rejects.toThrow("may still report");
    const row = await fixture.world.table.get(notificationKeys.digest(bob.account, "2026-11-25"));
    expect(row?.mail).toBe("unconfirmed");
    const tags = { kind: "digest", account: bob.account, day: "2026-11-25", delivery: String(row?.delivery) };
    const event = { mailStatus: "delivered" as const, permanent: false, recipients: [bob.email], tags };
    await asSystem("mail", () => Mail.record(event));
    expect((await fixture.world.table.get(notificationKeys.digest(bob.account, "2026-11-25")))?.mail).toBe("delivered");
  });
});
