import { type Import, openImport, people } from "@muster/local/testing/fixtures/mailing.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { importPut, putAll } from "@muster/local/testing/fixtures/rows.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import * as ID from "../base/id.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import * as Bulk from "../mail/bulk.ts";
import * as Enqueue from "../mail/enqueue.ts";
import { mailKeys } from "../mail/keys.ts";
import * as Mailing from "../mail/mailing.ts";
import * as React from "../mail/react.ts";
import * as Reputation from "../mail/reputation.ts";
import { organizationKeys } from "../organization/keys.ts";
import { put, update } from "../table/table.ts";
import { ImportMailsResumed } from "./events.ts";
import * as Mails from "./mails.ts";
import * as Manage from "./manage.ts";

let fixture: OrganizationFixture;
let acme: Import;

beforeEach(async () => {
  fixture = await openOrganization();
  acme = await openImport(fixture.world, "acme", fixture.organization);
});

const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const { id } = { id: ID.derive("import", "acme") };

async function begin(count: number, group?: string) {
  const mailing = await acme.step(people(count, group));
  await asSystem("work", () => Mailing.begin(mailing, count));
  return mailing;
}

/** Processes the queue, and returns how many times a message was processed. */
async function drain(): Promise<number> {
  let worked = 0;
  for (let jobs = fixture.world.queued.bulk.splice(0); jobs.length > 0; jobs = fixture.world.queued.bulk.splice(0)) {
    for (const job of jobs) await asSystem("bulk", () => Bulk.perform(job as Bulk.Job));
    worked += jobs.length;
  }
  return worked;
}

/** Runs what follows the end of the latest pause. */
async function follow(): Promise<void> {
  await asSystem("follow", () => Audit.follow({ owner: fixture.organization }));
  const { items } = await fixture.world.table.query({
    ...kernelKeys.log(fixture.organization),
    to: "9",
    consistent: true,
  });
  const announced = items
    .flatMap((row) => Audit.announcement(row) ?? [])
    .filter(({ type }) => type === ImportMailsResumed.type);
  const newest = announced.at(-1);
  if (newest) await asSystem("work", () => React.react(newest));
}
const pause = () => asAda(() => Mails.pauseMails({ import: id }));
const resume = () => asAda(() => Mails.resumeMails({ import: id }));
const mails = async () => (await asAda(() => Manage.get({ import: id }))).mails;

test("mails of a paused import are not sent and cost nothing while they wait; all are sent afterwards", async () => {
  await begin(3);
  expect((await pause()).mails).toMatchObject({ state: "paused", sent: 0, left: 3 });
  await begin(2, "q");
  expect(await drain()).toBe(2);
  expect(fixture.world.sent).toEqual([]);
  expect(await mails()).toMatchObject({ state: "paused", sent: 0, left: 5 });
  expect((await resume()).mails).toMatchObject({ state: "sending", left: 5 });
  await follow();
  await drain();
  expect(fixture.world.sent).toHaveLength(5);
  expect(await mails()).toMatchObject({ state: "done", sent: 5, left: 0, endedAt: "2026-11-24T09:00:00.000Z" });
});

test("after a pause, mails are not sent for invitations that ended in between", async () => {
  await begin(2);
  await pause();
  await drain();
  fixture.world.clock.pass(8 * 86_400);
  await resume();
  await follow();
  await drain();
  expect(fixture.world.sent).toEqual([]);
  expect(await mails()).toMatchObject({ state: "done", sent: 0, left: 0, ended: 2 });
});

test("pausing and resuming happen once, and the log says so once", async () => {
  const twice = async (run: () => Promise<unknown>) => [await resultOf(run()), await resultOf(run())];
  expect(await twice(resume)).toEqual(["done", "done"]);
  expect(await twice(pause)).toEqual(["done", "done"]);
  expect(await twice(resume)).toEqual(["done", "done"]);
  await asSystem("follow", () => Audit.follow({ owner: fixture.organization }));
  const { items } = await fixture.world.table.query({
    ...kernelKeys.log(fixture.organization),
    to: "9",
    consistent: true,
  });
  const said = items.filter(({ type }) => type.startsWith("import.")).map(({ type, data }) => [type, data]);
  expect(said).toEqual([
    ["import.mails_paused", { import: id }],
    ["import.mails_resumed", { import: id }],
  ]);
});

describe("mails whose message is a dead letter", () => {
  const stall = async () => {
    await begin(3);
    await drain();
    await begin(4, "q");
    fixture.world.queued.bulk.length = 0; // the queue gave up
    fixture.world.clock.pass(29 * 60);
    expect(await mails()).toMatchObject({ state: "sending", left: 4 });
    expect((await resume()).mails.state).toBe("sending");
    await follow();
    expect(fixture.world.queued.bulk).toEqual([]);
    fixture.world.clock.pass(60);
    expect(await mails()).toMatchObject({ state: "stalled", sent: 3, left: 4 });
  };

  test("are stalled after 30 minutes, and leave once they are resumed, none of them twice", async () => {
    await stall();
    const answers = await Promise.all([resume(), resume()]);
    expect(answers.map((answer) => answer.mails.state)).toEqual(["sending", "sending"]);
    expect((await resume()).mails.state).toBe("sending");
    await follow();
    await drain();
    const dead = { job: "send", organization: fixture.organization, import: id, seq: 1002, from: 0 } as const;
    await asSystem("bulk", () => Bulk.perform(dead)); // and the operator redrives it, too
    expect(fixture.world.sent.map(({ to }) => to).toSorted()).toEqual([...people(3), ...people(4, "q")]);
    expect(await mails()).toMatchObject({ state: "done", sent: 7, left: 0 });
    const { items } = await fixture.world.table.query({
      ...kernelKeys.log(fixture.organization),
      to: "9",
      consistent: true,
    });
    expect(items.filter(({ type }) => type === ImportMailsResumed.type)).toHaveLength(1);
  });

  test("wait as before while the organization's emails are paused, and while the quota is used up", async () => {
    await stall();
    await fixture.world.table.write(
      update(mailKeys.importMails(id), { set: { waitsUntil: "2026-11-24T10:00:00.000Z" } }),
    );
    expect((await resume()).mails.state).toBe("waiting");
    await fixture.world.table.write(update(mailKeys.importMails(id), { unset: ["waitsUntil"] }));
    const mailPaused = { at: "2026-11-24T08:00:00.000Z", why: "bounced" as const };
    await fixture.world.table.write(
      update(organizationKeys.organization(fixture.organization), { set: { mailPaused } }),
    );
    expect((await resume()).mails.state).toBe("paused");
    await follow();
    expect(fixture.world.queued.bulk).toEqual([]);
  });
});

test("an import without mails can be paused, and its row expires with it", async () => {
  expect((await pause()).mails.state).toBe("none");
  expect((await fixture.world.table.get(mailKeys.importMails(id)))?.ttl).toBeGreaterThan(fixture.world.clock.at / 1000);
  await begin(1);
  expect((await mails()).state).toBe("paused");
});

test("mails are shown as paused while those of the organization are, also after they were resumed", async () => {
  await begin(2);
  const { organization, world } = fixture;
  const mailPaused = { at: "2026-11-24T08:00:00.000Z", why: "bounced" as const };
  await world.table.write(update(organizationKeys.organization(organization), { set: { mailPaused } }));
  expect((await mails()).state).toBe("paused");
  expect((await asAda(() => Manage.list({}))).items.map((one) => one.mails.state)).toEqual(["paused"]);
  expect((await pause()).mails.state).toBe("paused");
  expect((await resume()).mails.state).toBe("paused");
  await asSystem("operator", () => Reputation.resume({ organization }));
  expect((await mails()).state).toBe("sending");
});

test("another organization's import is missing, and cannot be paused", async () => {
  const umbrella = ID.derive("organization", "umbrella");
  const theirs = ID.derive("import", "umbrella");
  await fixture.world.table.write(importPut(umbrella, theirs));
  for (const change of [Mails.pauseMails, Mails.resumeMails]) {
    expect(await resultOf(asAda(() => change({ import: theirs })))).toBe("import.missing");
  }
  expect(await fixture.world.table.get(mailKeys.importMails(theirs))).toBeUndefined();
});

test("resuming an import of very many mailings queues each of them once, page after page", async () => {
  const { organization, world } = fixture;
  const seqs = Array.from({ length: 1_001 }, (_, n) => n + 1);
  await putAll(
    world,
    seqs.map((seq) => put(mailKeys.mailing(id, seq), { organization, letters: "q", counted: 0 })),
  );
  const queued: number[] = [];
  let jobs: object[] = [{ job: "enqueue", organization, import: id }];
  let pages = 0;
  while (jobs.length > 0) {
    world.queued.bulk.length = 0;
    for (const job of jobs) await asSystem("bulk", () => Enqueue.enqueue(job as Enqueue.Job));
    pages += jobs.length;
    const sent = world.queued.bulk.splice(0) as { job: string; seq: number }[];
    queued.push(...sent.filter((one) => one.job === "send").map(({ seq }) => seq));
    jobs = sent.filter((one) => one.job === "enqueue");
  }
  expect(queued).toEqual(seqs);
  expect(pages).toBe(3);
});
