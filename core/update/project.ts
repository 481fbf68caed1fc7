import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { read } from "../kernel/stored.ts";
import { type Item, type Key, type Projection, rowName } from "../table/table.ts";
import { type Place, updateKeys } from "./keys.ts";
import { placeOf } from "./place.ts";
import { type Record, Records } from "./record.ts";
import { UpdateRow } from "./row.ts";
import { termsOf } from "./words.ts";

// Keeps in step with updates what is derived from them: the terms that find them, and whether a page has news.

// Shapes

/** The fields of an update that it is found by. */
const Findable = v.pick(UpdateRow, ["pk", "sk", "organization", "team", "title", "tags", "author", "deletedAt"]);
/** Attributes that change without anybody needing to know at once. */
const quiet = ["seen", "mark"];

// Functions

/** Puts the terms of an update's new state and removes the others, and renews the news of its place. It may be repeated. */
export const project = fn("update.project", { input: Records, output: v.void() }, async ({ records }) => {
  const placeIn = await placesIn(records);
  const rows = new Map<string, Projection>();
  const shown: UpdateRow[] = [];
  for (const { sequence, before, after } of records) {
    const [old, now] = [terms(before), terms(after)];
    if (!isDeepStrictEqual(old, now)) {
      // threat: an edited update is still found by its former words
      for (const key of old) rows.set(rowName(key), { remove: key });
      for (const key of now) rows.set(rowName(key), { put: key });
    }
    if (!after) continue;
    const place = placeIn(after);
    if (place) rows.set(rowName(updateKeys.news(place)), { put: { ...updateKeys.news(place), version: sequence } });
    if (ID.is("update", after.sk)) shown.push(after as UpdateRow);
  }
  await table.project([...rows.values()]);
  await clear(shown);
});

/** An update that was erased before the stream reached it leaves nothing. The eraser of a place finds what is older. */
async function clear(shown: readonly UpdateRow[]): Promise<void> {
  const there = await table.getMany(shown.map((row) => updateKeys.update(placeOf(row), row.sk)));
  const erased = shown.filter((_, i) => there[i] === undefined);
  const derived = erased.flatMap((row) => [...terms(row), ...(row.team ? [updateKeys.news(row.team)] : [])]);
  await table.project(derived.map((key) => ({ remove: key })));
}

/** Returns whether a record changes what is derived from an update or a comment. */
export const concerns = ({ before, after }: Pick<Record, "before" | "after">): boolean => {
  const row = after ?? before;
  const isUpdate = ID.is("update", row?.sk) && String(row?.pk).endsWith("#feed");
  const isComment = ID.is("update", row?.pk) && ID.is("comment", row?.sk);
  return (isUpdate || isComment) && !isDeepStrictEqual(loud(before), loud(after));
};

/** Returns the keys of the rows by which an update is found. */
export function terms(image: Item | undefined): Key[] {
  if (!image || !ID.is("update", image.sk)) return [];
  const row = read(Findable, image);
  // threat: a deleted update is still found
  if (!row || row.deletedAt !== undefined) return [];
  return termsOf(row).map((term) => updateKeys.updateTerm(placeOf(row), term, row.sk));
}

/** Returns what tells in which place a row is. A comment only knows its update, so those are read together. */
async function placesIn(records: readonly Record[]): Promise<(row: Item) => Place | undefined> {
  const keys = records.map(({ after }) => after?.pk);
  const updates = [...new Set(keys.filter((pk) => ID.is("update", pk)))];
  const texts = await table.getMany(updates.map(updateKeys.updateText));
  const places = new Map(texts.flatMap((text) => (text ? [[text.pk, placeOf(text)] as const] : [])));
  return (row) => (ID.is("update", row.sk) ? placeOf(row as UpdateRow) : places.get(row.pk as ID.ID<"update">));
}

const loud = (image: Item | undefined) =>
  image && Object.fromEntries(Object.entries(image).filter(([name]) => !quiet.includes(name)));
