import { importsOf } from "@muster/local/testing/fixtures/imports.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import type * as ID from "../base/id.ts";
import type { Fault } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import { type Item, type Key, type Some, update } from "../table/table.ts";
import { importKeys } from "./keys.ts";
import * as Manage from "./manage.ts";
import * as Rows from "./rows.ts";
import * as Setting from "./setting.ts";

// What a newer release has written to rows of imports, read by this one.

type Id = ID.ID<"import">;

let fixture: OrganizationFixture;
let imports: ReturnType<typeof importsOf>;
let faults: Fault[];
beforeEach(async () => {
  fixture = await openOrganization({ seats: 2 });
  imports = importsOf(fixture);
  faults = [];
  fixture.world.rebind({ faults: { report: (fault) => faults.push(fault) } });
});

const csv = (...emails: string[]) => `email\n${emails.map((email) => `${email}\n`).join("")}`;
const four = csv("a@x.example", "b@x.example", "c@x.example", "nobody");
const rowKey = (id: Id) => raw(importKeys.import(fixture.organization, id));
const write = (key: Key, set: Some<Item>, unset: string[] = []) =>
  fixture.world.table.write(update(raw(key), { set, unset }));
const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const list = async () => (await asAda(() => Manage.list({}))).items;
const rows = (id: Id) => asAda(() => Rows.rows({ import: id }));
const reported = () => [...new Set(faults.map(({ attribute }) => attribute))].toSorted();

/** An import of four rows that has ended: two invited, one without a seat, one that is not an address. */
async function imported(): Promise<Id> {
  const id = await imports.begin(four);
  await imports.work();
  return id;
}

describe("an import that a newer release has written", () => {
  test("is shown with unknown values, beside the others, and reported without the values", async () => {
    const [first, second] = [await imports.upload(four), await imports.upload(four)];
    await write(rowKey(first), { state: "paused", reason: "moonrise", via: "email", next: { phase: 2 } }, ["by"]);
    const message = "A newer release of Muster recorded the reason.";
    const [one, other] = await list();
    expect([one, other?.id]).toMatchObject([{ id: second, state: "waiting_for_file" }, first]);
    expect(other).toMatchObject({ state: "unknown", reason: "unknown", message, via: "unknown" });
    expect(await imports.get(first)).toEqual(other);
    expect(reported()).toEqual(["reason", "state", "via"]);
    expect(JSON.stringify(faults)).not.toMatch(/paused|moonrise/);
  });

  test("is not canceled in a state that this release does not know", async () => {
    const id = await imports.upload(four);
    await write(rowKey(id), { state: "paused" });
    expect(await resultOf(asAda(() => Manage.cancel({ import: id })))).toBe("row.unreadable");
    expect(await imports.row(id)).toMatchObject({ state: "paused" });
  });

  test("is left out of the list where it lacks what every import has, and refused alone", async () => {
    const [first, second] = [await imports.upload(four), await imported()];
    await write(rowKey(first), {}, ["fileName"]);
    expect((await list()).map(({ id }) => id)).toEqual([second]);
    expect(await resultOf(imports.get(first))).toBe("row.unreadable");
    expect(reported()).toEqual(["fileName"]);
  });

  test("answers the same request as before only while what was kept of it can be read", async () => {
    const { import: info } = await asAda(() => Manage.create({}));
    const again = (kept: Item) => asAda(async () => Manage.create.replay?.(kept, { ...fixture } as never));
    expect((await again(info))?.import).toEqual(info);
    expect(await resultOf(again({ ...info, pass: "first" }))).toBe("row.unreadable");
  });

  test("gives its rows no more than the least role where its limit is not known", async () => {
    await asAda(() => Setting.edit({ runAs: fixture.ada.account, role: "write", lifetimeDays: 3, revision: 0 }));
    await imports.script("people.csv", "email,role\na@x.example,write\nb@x.example,read\n");
    const [info] = await list();
    await write(rowKey(info?.id as Id), { maxRole: "guest" });
    await imports.work();
    expect(await imports.outcomes(info?.id as Id)).toEqual(["not_allowed", "invited"]);
  });
});

describe("a chunk that a newer release has written", () => {
  test("is neither worked on nor changed, and its import is shown without it", async () => {
    const id = await imports.begin(four);
    const key = importKeys.chunk(id, 0);
    await write(key, { state: "half" });
    const before = await fixture.world.table.get(key);
    expect(await resultOf(imports.work())).toBe("row.unreadable");
    expect(await fixture.world.table.get(key)).toEqual(before);
    expect(await imports.get(id)).toMatchObject({ state: "running", rows: 0, progress: { done: 0 } });
    await write(key, { state: "new" });
    await imports.work();
    expect(await imports.get(id)).toMatchObject({ state: "done", rows: 4 });
  });
});

describe("outcomes that a newer release has written", () => {
  const blockKey = (id: Id) => importKeys.outcome(id, 0);
  const notesOf = async (id: Id) => String((await fixture.world.table.get(blockKey(id)))?.notes);

  test("are shown as unknown, beside the others", async () => {
    const id = await imported();
    await write(blockKey(id), { codes: "iizv" });
    expect((await rows(id)).items).toMatchObject([
      { row: 3, outcome: "unknown", message: "A newer release of Muster recorded this result." },
      { row: 4, outcome: "invalid_email" },
    ]);
    expect(faults).toEqual([{ pk: id, sk: expect.stringMatching(/^out#/), attribute: "codes" }]);
  });

  test("are shown without the remarks and the notes that cannot be read", async () => {
    const id = await imported();
    await write(blockKey(id), { notes: JSON.stringify([[3, 4, "c@x.example", ["name_dropped", "moved"]]]) });
    const [item] = (await rows(id)).items;
    expect(item?.message).toBe("No seat available. The name is not valid and was ignored.");
    for (const notes of ["{", '{"3":{}}', '[["3",4,"c@x.example",0]]']) {
      await write(blockKey(id), { notes });
      expect((await rows(id)).items).toEqual([]);
    }
    expect(reported()).toEqual(["notes"]);
  });

  test("stay as they are when another pass writes beside them", async () => {
    const id = await imported();
    await write(blockKey(id), { codes: "izsv" });
    await write(organizationKeys.organization(fixture.organization), { free: 5 });
    await asAda(() => Manage.retry({ import: id }));
    await imports.work();
    expect(await fixture.world.table.get(blockKey(id))).toMatchObject({ codes: "iziv" });
  });

  test("are not written over where their notes would be lost", async () => {
    const id = await imported();
    const notes = `${(await notesOf(id)).slice(0, -1)},{"row":5}]`;
    await write(blockKey(id), { notes });
    await asAda(() => Manage.retry({ import: id }));
    expect(await resultOf(imports.work())).toBe("row.unreadable");
    expect(await notesOf(id)).toBe(notes);
  });
});

describe("a setting that a newer release has written", () => {
  const settingKey = () => raw(importKeys.importSetting(fixture.organization));
  const setting = () => asAda(() => Setting.setting({}));
  const edit = (revision: number) =>
    asAda(() => Setting.edit({ runAs: fixture.ada.account, role: "write", lifetimeDays: 3, revision }));

  test("is shown with an unknown role, which lets scripts give the least", async () => {
    await edit(0);
    await write(settingKey(), { role: "guest", lifetimeDays: 90 });
    expect(await setting()).toMatchObject({ role: "unknown", lifetimeDays: 90, allowed: true, revision: 1 });
    await imports.script("more.csv", csv("a@x.example"), { role: "write" });
    await imports.script("people.csv", "email,role\na@x.example,write\nb@x.example,read\n");
    await imports.work();
    const [people, more] = await list();
    expect(more?.reason).toBe("role_refused");
    expect(await imports.outcomes(people?.id as Id)).toEqual(["not_allowed", "invited"]);
    expect(await resultOf(edit(1))).toBe("row.unreadable");
  });

  test("refuses to be shown or changed, and lets no script import, where it lacks what it needs", async () => {
    await edit(0);
    await write(settingKey(), {}, ["lifetimeDays"]);
    expect(await resultOf(setting())).toBe("row.unreadable");
    expect(await resultOf(edit(1))).toBe("row.unreadable");
    expect(await resultOf(imports.script("people.csv", four))).toBe("row.unreadable");
    expect(await list()).toEqual([]);
    expect(reported()).toEqual(["lifetimeDays"]);
  });
});
