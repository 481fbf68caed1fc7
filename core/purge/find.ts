import * as v from "valibot";
import { dayMs, hourMs } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { dueDays, maxDays } from "../invitation/limits.ts";

import { maxShards } from "../invitation/shards.ts";
import { isKept } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { buckets } from "../search/search.ts";
import { Keys, Lists } from "../table/keys.ts";
import { type Item, type Key, keyOf, type Position, type Query, rowName } from "../table/table.ts";

// Where the rows of an organization lie. What others are found by comes after them: events tell whose notifications there are,
// memberships tell of their addresses, an import of its parts.

type Organization = ID.ID<"organization">;

/** What a report of a purge counts. */
export const kinds = [
  "objects",
  "imports",
  "notifications",
  "requests",
  "members",
  "addresses",
  "searchRows",
  "timers",
  "teams",
  "settings",
  "markers",
  "events",
  "others",
] as const;
export type Kind = (typeof kinds)[number];

/** As many rows as one write takes away beside the row that says how far it is. */
export const maxRows = 99;
const membersPerRead = Math.floor(maxRows / 2);
const eventsPerRead = 50;
const accountsAtOnce = 25;
/** The table takes rows away a few days after their time. */
const lateDays = 14;

/** Where a walk has come to. */
export const Place = v.object({
  part: v.optional(v.number()),
  start: v.optional(v.record(v.string(), v.string())),
  hour: v.optional(v.string()),
});
export type Place = v.InferOutput<typeof Place>;
/** Rows to take away, and where the walk goes on after that; it is over when it goes on nowhere. */
export type Found = { rows: { kind: Kind; key: Key }[]; next: Place | undefined };
export type Walk = (home: OrganizationRow, place: Place) => Promise<Found>;

const idOf = (home: OrganizationRow) => home.pk;
const of = (kind: Kind) => (key: Key) => ({ kind, key });

/** In their order. */
export const walks: Record<string, Walk> = {
  imports,
  events,
  members,
  addresses,
  words,
  timers,
  teams: async (home) => partition("teams", Keys.teams(idOf(home))),
  settings: async (home) => partition("settings", Keys.settings(idOf(home))),
  markers,
  others,
};

/** An import goes after all of its parts. */
async function imports(home: OrganizationRow): Promise<Found> {
  const { items } = await table.query({ ...Keys.imports(idOf(home)), limit: 1, consistent: true });
  const [row] = items;
  if (!row) return { rows: [], next: undefined };
  const { rows, next } = await partition("imports", Keys.ofImport(row.sk as ID.ID<"import">));
  return { rows: next ? rows : [...rows, { kind: "imports", key: keyOf(row) }], next: {} };
}

/** An event goes after the notifications that its people have, and after what their requests were answered. */
async function events(home: OrganizationRow): Promise<Found> {
  const organization = idOf(home);
  const page = { limit: eventsPerRead, consistent: true };
  const waiting = await table.query({ ...Keys.outbox(organization), ...page });
  const { items } = waiting.items.length > 0 ? waiting : await table.query({ ...Keys.log(organization), ...page });
  if (items.length === 0) return { rows: [], next: undefined };
  const told = await namingIn(organization, accountsIn(items));
  const rows = told.length > 0 ? told : items.map(keyOf).map(of("events"));
  return { rows: rows.slice(0, maxRows), next: {} };
}

/** Everybody to whom something was told of an organization once was a member, and an event says so. */
const accountsIn = (items: readonly Item[]): ID.ID<"account">[] => [
  ...new Set((JSON.stringify(items).match(/acc_[0-9A-Z]{26}/g) ?? []) as ID.ID<"account">[]),
];

async function namingIn(organization: Organization, accounts: readonly ID.ID<"account">[]): Promise<Found["rows"]> {
  const found: Found["rows"] = [];
  for (let i = 0; i < accounts.length && found.length < maxRows; i += accountsAtOnce) {
    const some = accounts.slice(i, i + accountsAtOnce).map((account) => answersAndNotifications(organization, account));
    found.push(...(await Promise.all(some)).flat());
  }
  return found;
}

async function answersAndNotifications(organization: Organization, account: ID.ID<"account">): Promise<Found["rows"]> {
  const rows = await rowsOf({ ...Keys.answersAndNotifications(account), consistent: true });
  const notifications = rows.filter((row) => row.organization === organization);
  // what was answered need not name the organization, but is older than a day and so answers nobody
  const requests = rows.filter((row) => String(row.sk).startsWith("idem#") && !isKept(row));
  return [...notifications.map(keyOf).map(of("notifications")), ...requests.map(keyOf).map(of("requests"))];
}

/** A membership goes together with the row of its address, which no list has. */
async function members(home: OrganizationRow, { start }: Place): Promise<Found> {
  const organization = idOf(home);
  const query = { list: Lists.members(organization), limit: membersPerRead, start };
  const { rows, next } = await listed("members", query);
  const memberships = await table.getMany(rows.map(({ key }) => key));
  const addresses = memberships.map((row) => Keys.addressIn(organization, ID.derive("address", String(row?.email))));
  const known = await table.getMany(addresses);
  const theirs = known.flatMap((row) => (row ? of("addresses")(keyOf(row)) : []));
  return { rows: [...rows, ...theirs], next: next && { start: next } };
}

async function addresses(home: OrganizationRow, { part = 0, start }: Place): Promise<Found> {
  if (part === maxShards) return { rows: [], next: undefined };
  const query = { list: Lists.invitations(idOf(home), part), limit: maxRows, start };
  const { rows, next } = await listed("addresses", query);
  return { rows, next: next ? { part, start: next } : { part: part + 1 } };
}

async function words(home: OrganizationRow, { part = 0 }: Place): Promise<Found> {
  const bucket = buckets[part];
  if (bucket === undefined) return { rows: [], next: undefined };
  const { rows, next } = await partition("searchRows", Keys.finding(idOf(home), bucket));
  return { rows, next: next ? { part } : { part: part + 1 } };
}

/** Hours in which invitations may have ended or were to end; what is due in earlier ones, the table has taken away. */
async function timers(home: OrganizationRow, { hour }: Place): Promise<Found> {
  const [created, deleted] = [Date.parse(home.createdAt), Date.parse(home.deletedAt ?? "")];
  const earliest = Math.max(created, Date.parse(instant()) - (dueDays + lateDays) * dayMs);
  const from = hour === undefined ? earliest : Date.parse(hour);
  const last = deleted + (maxDays + 1) * dayMs;
  if (!(from <= last)) return { rows: [], next: undefined };
  const hours = Array.from({ length: maxRows }, (_, n) => new Date(from + n * hourMs).toISOString());
  const known = await table.getMany(hours.map((at) => Keys.due(at.slice(0, 13), idOf(home))));
  const rows = known.flatMap((row) => (row ? of("timers")(keyOf(row)) : []));
  return { rows, next: { hour: new Date(from + maxRows * hourMs).toISOString() } };
}

/** Stripe may tell of what ended there after it was ended. */
async function markers(home: OrganizationRow): Promise<Found> {
  const row = await table.get(Keys.dirty(idOf(home)));
  return { rows: row ? [{ kind: "markers", key: keyOf(row) }] : [], next: undefined };
}

/** All that stands beside the organization itself, what its purge is at, and how much of it there was. */
async function others(home: OrganizationRow): Promise<Found> {
  const organization = idOf(home);
  const kept = [Keys.organization, Keys.purging, Keys.purged].map((key) => key(organization).sk);
  const { items } = await table.query({ pk: organization, limit: maxRows, consistent: true });
  const keys = items.map(keyOf).filter(({ sk }) => !kept.includes(sk));
  return { rows: keys.map(of("others")), next: keys.length === 0 ? undefined : {} };
}

async function partition(kind: Kind, { pk }: { pk: string }): Promise<Found> {
  const { items, next } = await table.query({ pk, limit: maxRows - 1, consistent: true });
  return { rows: items.map(keyOf).map(of(kind)), next: next && {} };
}

/** Of the rows that a list names, those that there are. */
async function listed(kind: Kind, query: Query): Promise<{ rows: Found["rows"]; next: Position | undefined }> {
  const { items, next } = await table.query(query);
  const distinct = [...new Map(items.map((row) => [rowName(keyOf(row)), keyOf(row)])).values()];
  const rows = await table.getMany(distinct);
  return { rows: distinct.filter((_, i) => rows[i]).map(of(kind)), next };
}
