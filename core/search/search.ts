import * as v from "valibot";
import { rowName } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import * as ID from "../kernel/id.ts";
import { table } from "../kernel/ports.ts";
import { fold } from "../member/member.ts";
import { Keys } from "../table/keys.ts";
import type { Item, Key, Projection } from "../table/table.ts";

/** More words than this add nothing to finding a person. */
const wordsPerName = 4;

const Row = v.record(v.string(), v.unknown());
/** A row as it was and as it is, from the table's stream. */
const Change = v.strictObject({ before: v.optional(Row), after: v.optional(Row) });

/**
 * Keeps the words by which members are found: puts those of the row as it is, takes away those it no longer has.
 * The same changes again, or in batches cut otherwise, lead to the same rows.
 */
export const project = fn(
  "search.project",
  { input: v.strictObject({ changes: v.array(Change) }), output: v.void() },
  async ({ changes }) => {
    const rows = new Map<string, Projection>();
    for (const { before, after } of changes) {
      for (const row of terms(before)) rows.set(rowName(row), { remove: { pk: row.pk, sk: row.sk } });
      for (const row of terms(after)) rows.set(rowName(row), { put: row });
    }
    await table.project([...rows.values()]);
  },
);

/** The search rows of a membership. They are pointers only: whoever shows a member reads the membership itself. */
export function terms(row: Item | undefined): (Key & Item)[] {
  if (!ID.is("account", row?.pk) || !ID.is("organization", row?.sk)) return [];
  const [account, organization] = [row.pk, row.sk];
  const [name, email] = [fold(String(row.name)), String(row.email)];
  const words = new Set([...name.split(/\s+/).filter(Boolean).slice(0, wordsPerName), email]);
  const entry = (bucket: string, term: string) => ({
    ...Keys.found(organization, bucket, term, account),
    text: `${name} ${email}`,
    role: row.role,
  });
  return [
    ...[...words].map((word) => entry(bucketOf(word), word)),
    entry("@", `${String(row.role)}#${name}`),
    entry("~", String(row.joinedAt)),
  ];
}

/** A closed set of partitions, so that an organization's search rows can be found again when it is erased. */
const bucketOf = (term: string) => (/^[a-z0-9]/.test(term) ? (term[0] as string) : "_");
