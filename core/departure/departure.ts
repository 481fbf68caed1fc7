import * as v from "valibot";
import * as ID from "../base/id.ts";
import { Integer } from "../base/shape.ts";
import { deviceKeys } from "../device/keys.ts";
import { FetchedSecretRow } from "../device/row.ts";
import type { Member } from "../kernel/actor.ts";
import { Cursor, failures as cursorFailures, listOf, page } from "../kernel/cursor.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { readAll, readOnly } from "../kernel/stored.ts";
import { failures as memberFailures } from "../member/failures.ts";
import { memberKeys } from "../member/keys.ts";
import { secretKeys } from "../secret/keys.ts";
import { describe, Info } from "./describe.ts";
import { failures } from "./failures.ts";
import { departureKeys } from "./keys.ts";
import { pageSize } from "./limits.ts";
import { peopleOf } from "./people.ts";
import { DepartureRow } from "./row.ts";
import { reasons } from "./shape.ts";

// Who left the organization with which API keys, and what has been done about it.

// Shapes

/** A departure in a list. */
export const Summary = v.object({
  id: ID.schema("departure"),
  /** The member whose devices ended. */
  account: ID.schema("account"),
  /** Their name, as long as the organization remembers it. */
  name: v.optional(v.string()),
  /** The reason that the devices ended. */
  reason: v.picklist(reasons),
  /** The time of the departure. */
  at: v.string(),
  /** The number of devices that ended. */
  devices: Integer,
  /** The number of API keys that had to be replaced. */
  secrets: Integer,
  /** The number of those keys that are still the same. */
  open: Integer,
});
export type Summary = v.InferOutput<typeof Summary>;

/** The devices and API keys that a member's departure would concern. */
export const Preview = v.object({
  /** The number of devices that would have to remove everything. */
  devices: Integer,
  /** The number of API keys that would have to be replaced. */
  secrets: Integer,
});

const Target = v.strictObject({ departure: ID.schema("departure") });

// Functions

/** Lists departures, the newest first. A departure is one if a device had to remove what it got. */
export const list = fn(
  "departure.list",
  {
    input: v.strictObject({ cursor: v.optional(Cursor) }),
    output: listOf(Summary, pageSize),
    failures: [cursorFailures.invalid],
  },
  async ({ cursor }, { organization }) => {
    const query = { ...departureKeys.departures(organization), limit: pageSize, consistent: true, newestFirst: true };
    const { items, next } = await page(`departure.list ${organization}`, query, cursor);
    const rows = readAll(DepartureRow, items);
    const [people, versions] = await Promise.all([
      peopleOf(organization, rows),
      versionsOf(
        organization,
        rows.flatMap(({ secrets }) => Object.keys(secrets)),
      ),
    ]);
    const described = rows.map(({ sk: id, account, reason, at, devices, secrets }): Summary => {
      const { name } = people.get(account) ?? {};
      const all = Object.entries(secrets);
      // threat: an API key that left counts as replaced although it is the same
      const open = all.filter(([secret, version]) => versions.get(secret) === version);
      const numbers = { devices: devices.length, secrets: all.length, open: open.length };
      return { id, account, ...(name !== undefined && { name }), reason, at, ...numbers };
    });
    return { items: described, ...(next && { next }) };
  },
);

/** Returns a departure as it stands now. */
export const get = fn(
  "departure.get",
  { input: Target, output: Info, failures: [failures.missing], reads: own },
  async (_, { organization }, [row]) => describe(organization, existing(row)),
);

/** Returns how many devices a member has, and how many API keys these fetched that are still the same. */
export const preview = fn(
  "departure.preview",
  {
    input: v.strictObject({ account: ID.schema("account") }),
    output: Preview,
    failures: [memberFailures.missing],
    reads: ({ account }, { organization }) => [memberKeys.member(organization, account)],
  },
  async ({ account }, { organization }, [member]) => {
    if (!member) throw memberFailures.missing();
    const [own, rows] = await Promise.all([
      rowsOf({ ...deviceKeys.devicesOf(account), consistent: true }),
      rowsOf(deviceKeys.fetchedSecrets(organization, account)),
    ]);
    const fetched = readAll(FetchedSecretRow, rows);
    const versions = await versionsOf(
      organization,
      fetched.map(({ secret }) => secret),
    );
    const same = fetched.filter(({ secret, version }) => versions.get(secret) === version);
    return {
      devices: own.filter((row) => row.organization === organization && !row.wipe).length,
      secrets: new Set(same.map(({ secret }) => secret)).size,
    };
  },
);

// For others

/** Returns the row of one departure, or fails. @throws departure.missing, row.unreadable */
export function existing(row: DepartureRow | undefined) {
  if (!row) throw failures.missing();
  return readOnly(DepartureRow, row);
}

export function own({ departure }: v.InferOutput<typeof Target>, { organization }: Member) {
  return [departureKeys.departure(organization, departure)] as const;
}

/** Returns the current versions of those API keys that exist. */
async function versionsOf(
  organization: ID.ID<"organization">,
  secrets: readonly string[],
): Promise<Map<string, number>> {
  const ids = [...new Set(secrets)] as ID.ID<"secret">[];
  const rows = await table.getMany(ids.map((secret) => secretKeys.secret(organization, secret)));
  return new Map(rows.flatMap((row) => (row ? [[row.sk, row.version]] : [])));
}
