import { type Import, openImport, people } from "@muster/local/testing/mailing.ts";
import { openStage, type Stage } from "@muster/local/testing/stage.ts";
import { told } from "@muster/local/testing/told.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import * as React from "../invitation/react.ts";
import { asSystem } from "../kernel/context.ts";
import * as ID from "../kernel/id.ts";
import * as Bulk from "../mail/bulk.ts";
import * as Mailing from "../mail/mailing.ts";
import { Keys } from "../table/keys.ts";
import { put } from "../table/table.ts";
import * as Hold from "./hold.ts";

let stage: Stage;
let acme: Import;

beforeEach(async () => {
  stage = await openStage();
  acme = await openImport(stage.world, "acme", stage.organization);
});

const asAda = <R>(run: () => Promise<R>) => stage.as(stage.ada, run);
const { id } = { id: ID.derive("import", "acme") };

async function begin(count: number, group?: string) {
  const mailing = await acme.step(people(count, group));
  await asSystem("work", () => Mailing.begin(mailing, count));
  return mailing;
}

/** Works off the queue, and answers how often a message was worked at. */
async function drain(): Promise<number> {
  let worked = 0;
  for (let jobs = stage.world.queued.bulk.splice(0); jobs.length > 0; jobs = stage.world.queued.bulk.splice(0)) {
    for (const job of jobs) await asSystem("bulk", () => Bulk.perform(job as Bulk.Job));
    worked += jobs.length;
  }
  return worked;
}

/** What follows from the end of the newest pause. */
async function follow(): Promise<void> {
  await asSystem("follow", () => Audit.follow({ owner: stage.organization }));
  const { items } = await stage.world.table.query({ ...Keys.log(stage.organization), to: "9", consistent: true });
  const announced = items.flatMap((row) => Audit.announcement(row) ?? []).filter(({ type }) => Hold.follows(type));
  const newest = announced.at(-1);
  if (newest) await asSystem("work", () => React.react(newest));
}
const isPaused = async () => {
  const rows = [Keys.importMails(id), Keys.mailsOfImports(stage.organization)];
  const [row, ofAll] = await stage.world.table.getMany(rows);
  return Mailing.describe(row, ofAll).paused;
};

describe.each([
  { what: "an import", input: { import: id } },
  { what: "all imports", input: {} },
])("the mails of $what", ({ input }) => {
  test("leave no more once they are paused, and cost nothing while they wait; all of them leave after it", async () => {
    await begin(3);
    await asAda(() => Hold.pauseMail(input));
    await begin(2, "q");
    expect(await isPaused()).toBe(true);
    expect(await drain()).toBe(2);
    expect(stage.world.sent).toEqual([]);
    expect(await acme.numbers()).toEqual({ queued: 5 });
    await asAda(() => Hold.resumeMail(input));
    await follow();
    await drain();
    expect(stage.world.sent).toHaveLength(5);
    expect(await acme.numbers()).toEqual({ sent: 5 });
    expect(await isPaused()).toBe(false);
  });

  test("are not sent to those whose invitation ended meanwhile", async () => {
    await begin(2);
    await asAda(() => Hold.pauseMail(input));
    await drain();
    stage.world.clock.pass(8 * 86_400);
    await asAda(() => Hold.resumeMail(input));
    await follow();
    await drain();
    expect(stage.world.sent).toEqual([]);
    expect(await acme.numbers()).toEqual({ ended: 2 });
  });

  test("are paused and resumed once, and the log says so once", async () => {
    const twice = async (run: () => Promise<unknown>) => [await told(asAda(run)), await told(asAda(run))];
    expect(await twice(() => Hold.resumeMail(input))).toEqual(["done", "done"]);
    expect(await twice(() => Hold.pauseMail(input))).toEqual(["done", "done"]);
    expect(await twice(() => Hold.resumeMail(input))).toEqual(["done", "done"]);
    await asSystem("follow", () => Audit.follow({ owner: stage.organization }));
    const { items } = await stage.world.table.query({ ...Keys.log(stage.organization), to: "9", consistent: true });
    const said = items.filter(({ type }) => String(type).startsWith("import.")).map(({ type, data }) => [type, data]);
    expect(said).toEqual([
      ["import.mail_paused", input],
      ["import.mail_resumed", input],
    ]);
  });
});

test("an import that is paused itself waits on when all are resumed", async () => {
  await begin(2);
  await asAda(() => Hold.pauseMail({ import: id }));
  await asAda(() => Hold.pauseMail({}));
  await asAda(() => Hold.resumeMail({}));
  await follow();
  await drain();
  expect(stage.world.sent).toEqual([]);
  expect(await isPaused()).toBe(true);
});

test("another organization's import is none, and cannot be paused", async () => {
  const umbrella = ID.derive("organization", "umbrella");
  const theirs = ID.derive("import", "umbrella");
  await stage.world.table.write(put(Keys.import(umbrella, theirs), { state: "done" }));
  for (const change of [Hold.pauseMail, Hold.resumeMail])
    expect(await told(asAda(() => change({ import: theirs })))).toBe("import.missing");
  expect(await stage.world.table.get(Keys.importMails(theirs))).toBeUndefined();
});
