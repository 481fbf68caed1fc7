import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { fold } from "../base/fold.ts";
import * as ID from "../base/id.ts";
import type { Role } from "../base/role.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { read } from "../kernel/stored.ts";
import { MemberRow } from "../member/row.ts";
import type { Attributes, Item, Key, Projection } from "../table/table.ts";
import { rowName } from "../table/table.ts";
import { searchKeys, Terms } from "./keys.ts";
import type { FoundRow } from "./row.ts";
import { findable } from "./words.ts";

/** The fields of a membership that it is found by. */
const Findable = v.pick(MemberRow, ["pk", "sk", "name", "email", "role", "joinedAt", "teams", "leads"]);

const Row = v.record(v.string(), v.unknown());
/** A row before and after a change, from the table's stream. */
const Change = v.strictObject({ before: v.optional(Row), after: v.optional(Row) });
type Change = v.InferOutput<typeof Change>;
export const Changes = v.strictObject({ changes: v.array(Change) });

/**
 * Maintains the search rows of members: puts those of the row's new state and removes the others. Repeating changes, or
 * dividing them into other batches, leads to the same rows.
 */
export const project = fn("search.project", { input: Changes, output: v.void() }, async ({ changes }) => {
  const rows = new Map<string, Projection>();
  for (const { before, after } of changes.filter(changesTerms)) {
    // threat: a member who left is still found
    for (const row of terms(before)) rows.set(rowName(row), { remove: { pk: row.pk, sk: row.sk } });
    for (const row of terms(after)) rows.set(rowName(row), { put: row });
  }
  await table.project([...rows.values()]);
});

/** Returns whether search rows change; not when a member was merely active. */
export const changesTerms = ({ before, after }: Change): boolean => !isDeepStrictEqual(terms(before), terms(after));

/** Returns the search rows of a membership. They are only pointers: callers read the membership before they show it. */
export function terms(image: Item | undefined): (Key & Attributes<FoundRow>)[] {
  if (!image || !ID.is("account", image.pk) || !ID.is("organization", image.sk)) return [];
  // threat: a membership of a newer release stops the stream that keeps the search
  const member = read(Findable, image);
  if (!member) return [];
  const { pk: account, sk: organization, name, joinedAt } = member;
  const { words, email } = findable(member);
  const entry = (bucket: string, term: string) => ({
    ...searchKeys.found(organization, bucket, term, account),
    // a space before each word, so that a filter finds where words begin
    text: words.map((word) => ` ${word}`).join(""),
    email,
    role: image.role as Role,
  });
  return [
    ...[...new Set([...words, email])].map((word) => entry(bucketOf(word), word)),
    entry("@", Terms.role(member.role) + fold(name)),
    entry("~", joinedAt),
    ...[...(member.teams ?? [])].toSorted().map((team) => entry("+", Terms.team(team) + fold(name))),
    ...[...(member.leads ?? [])].toSorted().map((team) => entry("+", Terms.lead(team) + fold(name))),
  ];
}

/** A fixed set of partitions, so that all search rows of an organization can be found when it is erased. */
export const buckets = [..."abcdefghijklmnopqrstuvwxyz0123456789_@~+"];
export const bucketOf = (term: string) => (/^[a-z0-9]/.test(term) ? (term[0] as string) : "_");
