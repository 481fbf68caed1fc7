import * as v from "valibot";
import * as ID from "../base/id.ts";
import { Integer } from "../base/shape.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { deviceKeys } from "../device/keys.ts";
import { EndedDeviceRow, FetchedSecretRow } from "../device/row.ts";
import { platforms } from "../device/shape.ts";
import { table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { type Read, readAll } from "../kernel/stored.ts";
import { secretKeys } from "../secret/keys.ts";
import { kindNames } from "../secret/kind/shape.ts";
import { SecretRow } from "../secret/row.ts";
import { peopleOf } from "./people.ts";
import type { DepartureRow } from "./row.ts";
import { reasons } from "./shape.ts";

// A departure as it stands now: its row says what ended, rows of devices what they confirmed, rows of API keys whether they
// are still the same.

// Shapes

/** A device that ended. */
export const Device = v.object({
  id: ID.schema("device"),
  /** The name that the member gave it. */
  name: v.string(),
  /** The platform that it runs on. */
  platform: v.picklist(platforms),
  /** The client that ran on it, as it called itself. */
  app: v.string(),
  /** The time it was linked. */
  linkedAt: v.string(),
  /** The time its token ended for everything but the confirmation of its wipe. */
  endedAt: v.string(),
  /** The time of its last contact, to within an hour. */
  contactAt: v.string(),
  /** The time it confirmed that it has removed everything. Missing if it has not confirmed that. */
  wipedAt: v.optional(v.string()),
});

/** The states of an API key, compared with the version that the devices have. */
const states = ["same", "replaced", "deleted"] as const;

/** An API key that the devices fetched. */
export const Secret = v.object({
  id: ID.schema("secret"),
  /** The provider and the kind of key. */
  kind: v.picklist([...kindNames, "unknown"]),
  /** Its name; of a deleted one, the name that it had when it was fetched. */
  name: v.string(),
  /** The last four characters of the newest version that was fetched. */
  last4: v.string(),
  /** `same` as long as the newest version that was fetched is in use; `replaced` or `deleted` in Muster since. */
  state: v.picklist(states),
  /** The time that version was replaced. */
  replacedAt: v.optional(v.string()),
  /** The devices that fetched it, each with its last version and the time. */
  fetched: v.array(
    v.object({
      /** The device. */
      device: ID.schema("device"),
      /** The version. */
      version: Integer,
      /** The time of that fetch. */
      at: v.string(),
    }),
  ),
});

/** A member who is no longer one, or a device that was revoked: what ended, and what was done since. */
export const Info = v.object({
  id: ID.schema("departure"),
  /** The member whose devices ended. */
  account: ID.schema("account"),
  /** Their name, as long as the organization remembers it. */
  name: v.optional(v.string()),
  /** The reason that the devices ended. */
  reason: v.picklist(reasons),
  /** The time of the departure. */
  at: v.string(),
  /** The account that did it. Missing if Muster itself did. */
  by: v.optional(ID.schema("account")),
  /** True if the person is a member, for example because they are back. */
  isMember: v.boolean(),
  /** The devices that ended, in the order in which they were linked. */
  devices: v.array(Device),
  /** The API keys that they fetched, the oldest first. */
  secrets: v.array(Secret),
});
export type Info = v.InferOutput<typeof Info>;

// Functions

/** Returns a departure as it stands now. */
export async function describe(organization: ID.ID<"organization">, row: Read<typeof DepartureRow>): Promise<Info> {
  const { sk: id, account, reason, at, by } = row;
  const [people, devices, fetched] = await Promise.all([
    peopleOf(organization, [row]),
    devicesOf(organization, row),
    fetchedBy(organization, row),
  ]);
  const { name, isMember } = people.get(account) ?? { isMember: false };
  return {
    id,
    account,
    ...(name !== undefined && { name }),
    reason,
    at,
    ...(by && { by }),
    isMember,
    devices: devices.map((device) => describeDevice(device, row)),
    secrets: await describeSecrets(organization, fetched),
  };
}

/** A device that ended before it had a row for departures is described by the one in the lists of the organization. */
async function devicesOf(
  organization: ID.ID<"organization">,
  { devices }: Pick<DepartureRow, "devices">,
): Promise<Read<typeof EndedDeviceRow>[]> {
  const ended = await table.getMany(devices.map((device) => deviceKeys.endedDevice(organization, device)));
  const others = devices.filter((_, n) => ended[n] === undefined);
  const listed = await table.getMany(others.map((device) => deviceKeys.organizationDevice(organization, device)));
  // threat: a departure forgets a device that ended before it had a row for departures
  const found = devices.map((device, n) => ended[n] ?? listed[others.indexOf(device)]);
  return readAll(
    EndedDeviceRow,
    found.filter((one) => one !== undefined),
  );
}

type Fetched = Read<typeof FetchedSecretRow>;

async function fetchedBy(
  organization: ID.ID<"organization">,
  { account, devices }: Pick<DepartureRow, "account" | "devices">,
): Promise<Fetched[]> {
  const [only = "", ...others] = devices;
  const range = deviceKeys.fetchedSecrets(organization, account, others.length > 0 ? undefined : only);
  const rows = await rowsOf({ ...range, consistent: true });
  return readAll(FetchedSecretRow, rows).filter(({ device }) => devices.includes(device));
}

/** A device may have been revoked, or have unlinked itself, before its member left. */
function describeDevice(
  row: Read<typeof EndedDeviceRow>,
  { reason, at }: Pick<Read<typeof DepartureRow>, "reason" | "at">,
): Info["devices"][number] {
  const { sk: id, name, platform, app, linkedAt, contactAt, wipe, wipedAt } = row;
  const before = wipe === undefined ? wipedAt : wipe.reason === reason ? at : wipe.at;
  const endedAt = before !== undefined && before < at ? before : at;
  // threat: a wipe is claimed that no receipt has confirmed
  return { id, name, platform, app, linkedAt, endedAt, contactAt, ...(wipedAt !== undefined && { wipedAt }) };
}

async function describeSecrets(
  organization: ID.ID<"organization">,
  fetched: readonly Fetched[],
): Promise<Info["secrets"]> {
  const ids = [...new Set(fetched.map(({ secret }) => secret))].toSorted();
  const rows = await table.getMany(ids.map((secret) => secretKeys.secret(organization, secret)));
  return ids.flatMap((id, n) => {
    const own = fetched.filter(({ secret }) => secret === id);
    const newest = own.reduce((one, other) => (other.version > one.version ? other : one));
    const row = rows[n] && readAll(SecretRow, [rows[n]])[0];
    const isSame = row?.version === newest.version;
    return {
      id,
      kind: kindNames.find((kind) => kind === newest.kind) ?? "unknown",
      name: row?.name ?? newest.name,
      last4: newest.last4,
      state: rows[n] === undefined ? "deleted" : isSame ? "same" : "replaced",
      ...withoutUndefined({ replacedAt: isSame ? undefined : row?.replacedAt?.[newest.version] }),
      fetched: own.map(({ device, version, at }) => ({ device, version, at })),
    } as const;
  });
}
