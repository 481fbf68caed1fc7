import * as v from "valibot";
import { accountKeys } from "../account/keys.ts";
import { dayMs, hourMs } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { billingKeys } from "../billing/keys.ts";
import { departureKeys } from "../departure/keys.ts";
import { deviceKeys } from "../device/keys.ts";
import { held } from "../domain/claim.ts";
import { domainKeys } from "../domain/keys.ts";
import { figureKeys } from "../figure/keys.ts";
import { importKeys } from "../import/keys.ts";
import { maxShards } from "../invitation/invitation.ts";
import { invitationKeys } from "../invitation/keys.ts";
import { dueDays, maxDays } from "../invitation/limits.ts";
import { isKept } from "../kernel/idempotency.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { instant, table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { wrappedKeys } from "../key/keys.ts";
import { memberKeys } from "../member/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { searchKeys } from "../search/keys.ts";
import { buckets } from "../search/search.ts";
import { secretKeys } from "../secret/keys.ts";
import { settingKeys } from "../setting/keys.ts";
import {
  type Guard,
  type Item,
  type Key,
  keyOf,
  type Position,
  type Query,
  type Range,
  rowName,
} from "../table/table.ts";
import { teamKeys } from "../team/keys.ts";
import { updateKeys } from "../update/keys.ts";
import { purgeKeys } from "./keys.ts";
import type { Kind } from "./row.ts";

// Finds the rows of an organization. Rows that lead to others come after them: events lead to notifications,
// memberships to addresses, an import to its chunks.

type Organization = ID.ID<"organization">;

/** Rows per write, beside the row that records the progress. */
export const maxRows = 99;
const membersPerRead = Math.floor(maxRows / 2);
const eventsPerRead = 50;
const devicesPerRead = Math.floor(maxRows / 3);
const domainsPerRead = Math.floor(maxRows / 2);
const accountsAtOnce = 25;
/** The table removes expired rows a few days late. */
const lateDays = 14;

/** The position of a walk. */
export const Place = v.object({
  part: v.optional(v.number()),
  start: v.optional(v.record(v.string(), v.string())),
  hour: v.optional(v.string()),
});
export type Place = v.InferOutput<typeof Place>;
/** Rows to delete, and where the walk continues; without it, the walk is done. */
/** A guard is for a row that may become another organization's before it is deleted. */
export type Found = { rows: { kind: Kind; key: Key; guard?: Guard }[]; next: Place | undefined };
export type Walk = (organizationRow: OrganizationRow, place: Place) => Promise<Found>;

const idOf = (organizationRow: OrganizationRow) => organizationRow.pk;
const of = (kind: Kind) => (key: Key) => ({ kind, key });

/** Comes before everything else: without its data keys, all that an organization kept secret is unreadable. */
export const shredding = "dataKeys";

/** In this order. */
export const walks: Record<string, Walk> = {
  [shredding]: dataKeys,
  imports,
  events,
  members,
  addresses,
  words,
  // first the rows of members, then those that count them: a member that is still counted has a cohort
  cohorts: async (organizationRow) => partition("cohorts", { pk: settingKeys.cohorts(idOf(organizationRow)).pk }),
  figures: async (organizationRow) => partition("others", figureKeys.figures(idOf(organizationRow))),
  changes: async (organizationRow) => partition("others", { pk: billingKeys.changes(idOf(organizationRow)).pk }),
  seatRequests: async (organizationRow) =>
    partition("others", { pk: billingKeys.seatRequests(idOf(organizationRow)).pk }),
  timers,
  // the teams say which feeds there are
  updates,
  reported: async (organizationRow) => partition("updates", updateKeys.reportedIn(idOf(organizationRow))),
  teams: async (organizationRow) => partition("teams", teamKeys.teams(idOf(organizationRow))),
  settings: async (organizationRow) => partition("settings", settingKeys.settings(idOf(organizationRow))),
  secrets: async (organizationRow) => partition("secrets", { pk: secretKeys.secrets(idOf(organizationRow)).pk }),
  devices,
  departures: async (organizationRow) => partition("departures", departureKeys.departures(idOf(organizationRow))),
  domains,
  markers,
  others,
};

async function dataKeys({ pk: organization }: OrganizationRow): Promise<Found> {
  const { items, next } = await table.query({
    ...wrappedKeys.dataKeys(organization),
    limit: maxRows,
    consistent: true,
  });
  const rows = items.map(({ sk }) => of("dataKeys")(wrappedKeys.dataKey(organization, sk)));
  // threat: data keys of a purged organization stay
  return { rows, next: next && {} };
}

/** An import comes after all of its chunks. */
async function imports(organizationRow: OrganizationRow): Promise<Found> {
  const { items } = await table.query({ ...importKeys.imports(idOf(organizationRow)), limit: 1, consistent: true });
  const [row] = items;
  if (!row) return { rows: [], next: undefined };
  const { rows, next } = await partition("imports", importKeys.ofImport(row.sk));
  // threat: a purge forgets the parts of imports
  return { rows: next ? rows : [...rows, { kind: "imports", key: keyOf(row) }], next: {} };
}

/** An event comes after the notifications of its people, and after their stored answers. */
async function events(organizationRow: OrganizationRow): Promise<Found> {
  const organization = idOf(organizationRow);
  const page = { limit: eventsPerRead, consistent: true };
  const waiting = await table.query({ ...kernelKeys.outbox(organization), ...page });
  const { items } =
    waiting.items.length > 0 ? waiting : await table.query({ ...kernelKeys.log(organization), ...page });
  if (items.length === 0) return { rows: [], next: undefined };
  const named = await namingIn(organization, accountsIn(items));
  // threat: a purge forgets notifications in accounts
  const rows = named.length > 0 ? named : items.map(keyOf).map(of("events"));
  return { rows: rows.slice(0, maxRows), next: {} };
}

/** Everybody who was notified about an organization once was a member, and an event says so. */
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
  const rows = await rowsOf({ ...accountKeys.answersAndNotifications(account), consistent: true });
  // threat: a purge takes notifications of other organizations
  const notifications = rows.filter((row) => row.organization === organization);
  // a stored answer need not name the organization, but is older than a day and no longer used
  const requests = rows.filter((row) => String(row.sk).startsWith("idem#") && !isKept(row));
  return [...notifications.map(keyOf).map(of("notifications")), ...requests.map(keyOf).map(of("requests"))];
}

/** A membership is deleted together with the row of its address, which is in no list. */
async function members(organizationRow: OrganizationRow, { start }: Place): Promise<Found> {
  const organization = idOf(organizationRow);
  const query = { list: memberKeys.members(organization), limit: membersPerRead, start };
  const { rows, next } = await listed("members", query);
  const memberships = await table.getMany(rows.map(({ key }) => key));
  const addresses = memberships.map((row) =>
    invitationKeys.addressIn(organization, ID.derive("address", String(row?.email))),
  );
  const known = await table.getMany(addresses);
  const theirs = known.flatMap((row) => (row ? of("addresses")(keyOf(row)) : []));
  // threat: a purge forgets the addresses of members
  return { rows: [...rows, ...theirs], next: next && { start: next } };
}

async function addresses(organizationRow: OrganizationRow, { part = 0, start }: Place): Promise<Found> {
  if (part === maxShards) return { rows: [], next: undefined };
  const query = { list: invitationKeys.invitations(idOf(organizationRow), part), limit: maxRows, start };
  const { rows, next } = await listed("addresses", query);
  return { rows, next: next ? { part, start: next } : { part: part + 1 } };
}

async function words(organizationRow: OrganizationRow, { part = 0 }: Place): Promise<Found> {
  const bucket = buckets[part];
  if (bucket === undefined) return { rows: [], next: undefined };
  const { rows, next } = await partition("searchRows", searchKeys.finding(idOf(organizationRow), bucket));
  return { rows, next: next ? { part } : { part: part + 1 } };
}

/** Hours in which invitations may have ended or were due; the table has removed earlier ones. */
async function timers(organizationRow: OrganizationRow, { hour }: Place): Promise<Found> {
  const [created, deleted] = [Date.parse(organizationRow.createdAt), Date.parse(organizationRow.deletedAt ?? "")];
  const earliest = Math.max(created, Date.parse(instant()) - (dueDays + lateDays) * dayMs);
  const from = hour === undefined ? earliest : Date.parse(hour);
  const last = deleted + (maxDays + 1) * dayMs;
  if (!(from <= last)) return { rows: [], next: undefined };
  const hours = Array.from({ length: maxRows }, (_, n) => new Date(from + n * hourMs).toISOString());
  const known = await table.getMany(hours.map((at) => invitationKeys.due(at.slice(0, 13), idOf(organizationRow))));
  const rows = known.flatMap((row) => (row ? of("timers")(keyOf(row)) : []));
  return { rows, next: { hour: new Date(from + maxRows * hourMs).toISOString() } };
}

/** The organization, then its teams one after the other. */
async function updates({ pk: organization }: OrganizationRow, { part = 0, start }: Place): Promise<Found> {
  if (part === 0) {
    const rows = await feedOf(organization);
    return { rows, next: { part: rows.length > 0 ? 0 : 1 } };
  }
  const query = { ...teamKeys.teams(organization), prefix: "team_", limit: 1, consistent: true, start };
  const { items, next } = await table.query(query);
  const [team] = items;
  if (!team) return { rows: [], next: undefined };
  const rows = await feedOf(team.sk as ID.ID<"team">);
  if (rows.length > 0) return { rows, next: { part, ...(start && { start }) } };
  return { rows, next: next && { part, start: next } };
}

/** Some of what a place has. An update comes after everything below it. */
async function feedOf(place: Organization | ID.ID<"team">): Promise<Found["rows"]> {
  const { items } = await table.query({ ...updateKeys.updates(place), limit: 1, consistent: true });
  const [row] = items;
  if (row) {
    // threat: the purge leaves what is below updates
    const { rows, next } = await partition("updates", updateKeys.ofUpdate(row.sk));
    return next ? rows : [...rows, { kind: "updates", key: keyOf(row) }];
  }
  for (const derived of [updateKeys.feed(place), updateKeys.termsIn(place)]) {
    const { rows } = await partition("updates", derived);
    if (rows.length > 0) return rows;
  }
  return [];
}

/** A device comes after its receipts and what it fetched, as its member and as its organization see it. */
async function devices({ pk: organization }: OrganizationRow): Promise<Found> {
  const page = { limit: devicesPerRead, consistent: true };
  const listed = await table.query({ ...deviceKeys.organizationDevices(organization), ...page });
  const isListed = listed.items.length > 0;
  const { items, next } = isListed ? listed : await table.query({ ...deviceKeys.endedDevices(organization), ...page });
  // a damaged row names no account, and is deleted all the same
  const owned = items.filter(({ account }) => ID.is("account", account));
  for (const { sk: device, account } of owned) {
    for (const range of [deviceKeys.receipts(device), deviceKeys.fetchedSecrets(organization, account, device)]) {
      const found = await table.query({ ...(range as Range), limit: maxRows, consistent: true });
      if (found.items.length > 0) return { rows: found.items.map(keyOf).map(of("devices")), next: {} };
    }
  }
  const own = await table.getMany(
    owned.flatMap(({ account, sk }) => [deviceKeys.device(account, sk), deviceKeys.shownDevice(account, sk)]),
  );
  const keys = [...own.filter((row) => row !== undefined), ...items].map((row) => keyOf(row as Item));
  return { rows: keys.map(of("devices")), next: isListed ? {} : next && {} };
}

/** A domain comes with its claim, unless another organization has it since. */
async function domains({ pk: organization }: OrganizationRow): Promise<Found> {
  const query = { ...domainKeys.domains(organization), limit: domainsPerRead, consistent: true };
  const { items, next } = await table.query(query);
  const claims = await table.getMany(items.map(({ sk }) => domainKeys.domainClaim(sk)));
  const theirs = claims.filter((claim) => claim !== undefined && claim.organization === organization);
  // threat: the purge of an organization deletes the claim of another
  const claimed = theirs.map((claim) => ({ ...of("domains")(keyOf(claim as Item)), guard: held(organization) }));
  // threat: a purge leaves the claim of a domain
  return { rows: [...claimed, ...items.map((row) => of("domains")(keyOf(row as Item)))], next: next && {} };
}

/** Stripe may send events after everything has ended there. */
async function markers(organizationRow: OrganizationRow): Promise<Found> {
  const row = await table.get(billingKeys.dirty(idOf(organizationRow)));
  // threat: a purge forgets a marker of payment
  return { rows: row ? [{ kind: "markers", key: keyOf(row) }] : [], next: undefined };
}

/** Everything beside the organization row, the purge's own row, and its report. */
async function others(organizationRow: OrganizationRow): Promise<Found> {
  const organization = idOf(organizationRow);
  const kept = [organizationKeys.organization, purgeKeys.purging, purgeKeys.purged].map((key) => key(organization).sk);
  const { items } = await table.query({ pk: organization, limit: maxRows, consistent: true });
  const keys = items.map(keyOf).filter(({ sk }) => !kept.includes(sk));
  return { rows: keys.map(of("others")), next: keys.length === 0 ? undefined : {} };
}

async function partition(kind: Kind, { pk }: { pk: string }): Promise<Found> {
  const { items, next } = await table.query({ pk, limit: maxRows - 1, consistent: true });
  return { rows: items.map(keyOf).map(of(kind)), next: next && {} };
}

/** Returns the existing rows of a list. */
async function listed(kind: Kind, query: Query): Promise<{ rows: Found["rows"]; next: Position | undefined }> {
  const { items, next } = await table.query(query);
  const distinct = [...new Map(items.map((row) => [rowName(keyOf(row)), keyOf(row)])).values()];
  const rows = await table.getMany(distinct);
  return { rows: distinct.filter((_, i) => rows[i]).map(of(kind)), next };
}
