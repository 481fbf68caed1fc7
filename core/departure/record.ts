import * as v from "valibot";
import { minuteMs } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { describedAs } from "../device/end.ts";
import { DeviceRevoked } from "../device/events.ts";
import { deviceKeys } from "../device/keys.ts";
import type { EndedDeviceRow, FetchedSecretRow, OrganizationDeviceRow } from "../device/row.ts";
import { use } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { Announcement, on, type Recorded, respond } from "../kernel/reaction.ts";
import { rowsOf } from "../kernel/rows.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { MemberLeft, MemberRemoved } from "../member/events.ts";
import { memberKeys } from "../member/keys.ts";
import type { MemberRow } from "../member/row.ts";
import { secretKeys } from "../secret/keys.ts";
import type { SecretRow } from "../secret/row.ts";
import { absent, all, any, below, equal, fewer, keyOf, lacks, put, update, when } from "../table/table.ts";
import { DepartureRecorded } from "./events.ts";
import { failures } from "./failures.ts";
import { departureKeys } from "./keys.ts";
import { maxNamed } from "./limits.ts";
import type { DepartureRow } from "./row.ts";
import type { Reason } from "./shape.ts";

// What left with a person, or with a device: recorded a moment after it happened. A device gets no API key once its member
// is no longer one or it is revoked, so by then all that it ever fetched is on record.

type Event = Recorded<ID.ID<"organization">>;
type Account = ID.ID<"account">;
/** A device in the lists of its organization, or one that has left them. */
type Device = OrganizationDeviceRow | EndedDeviceRow;

/** Can be repeated: an event has one departure. */
export const reactions = [
  ...on(MemberRemoved, (data, event) => recordMember(event, data, "removed")),
  ...on(MemberLeft, (data, event) => recordMember(event, data, "left")),
  ...on(DeviceRevoked, (data, event) => recordDevice(event, data)),
];

export const react = fn(
  "departure.react",
  { input: Announcement, output: v.void(), failures: [failures.changed] },
  (announcement) => respond(announcement, reactions),
);

type Former = { account: Account; invitation: ID.ID<"invitation"> };

async function recordMember(event: Event, { account, invitation }: Former, reason: "removed" | "left"): Promise<void> {
  const { owner: organization } = event;
  const [{ own, shown }, fetched, member] = await Promise.all([
    linkedBy(organization, account),
    rowsOf({ ...deviceKeys.fetchedSecrets(organization, account), consistent: true }),
    table.get(memberKeys.member(organization, account)),
  ]);
  const fetching = new Set(fetched.map(({ device }) => device));
  const departure = idOf(event);
  // threat: a departure lacks a device that has wiped itself before the departure was recorded
  const ids = [...new Set([...own, ...shown, ...fetching])].toSorted();
  const found = await devicesOf(organization, ids, departure);
  // threat: a departure forgets what a device had that was unlinked before
  const isTheirs = (row: Device) => own.has(row.sk) || fetching.has(row.sk) || !hasEndedBefore(row, event);
  const theirs = found.filter((row) => isTheirs(row) && !isOfLater(row, event, member));
  if (theirs.length === 0) return;
  await Promise.all(theirs.map((row) => take(organization, row, departure)));
  const devices = theirs.map(({ sk }) => sk);
  const exposed = fetched.filter(({ device }) => devices.includes(device));
  await record(event, { account, invitation, reason, devices }, exposed);
}

/** Their devices: those that are there, and all, with those that wiped themselves between the departure and this. */
async function linkedBy(organization: ID.ID<"organization">, account: Account) {
  const [own, shown] = await Promise.all([
    rowsOf({ ...deviceKeys.devicesOf(account), consistent: true }),
    rowsOf({ ...deviceKeys.shownDevices(account), consistent: true }),
  ]);
  return {
    own: new Set(own.filter((row) => row.organization === organization).map(({ sk }) => sk)),
    shown: shown.filter((row) => row.organization === organization).map(({ device }) => device),
  };
}

/** Returns the devices that belong to no other departure. Those that ended long ago are in no list. */
async function devicesOf(
  organization: ID.ID<"organization">,
  ids: readonly ID.ID<"device">[],
  departure: ID.ID<"departure">,
): Promise<Device[]> {
  const [listed, ended] = await Promise.all([
    table.getMany(ids.map((device) => deviceKeys.organizationDevice(organization, device))),
    table.getMany(ids.map((device) => deviceKeys.endedDevice(organization, device))),
  ]);
  // threat: a second departure lists the devices of the first
  const isFree = (n: number) => (ended[n]?.departure ?? listed[n]?.departure ?? departure) === departure;
  // threat: a departure forgets what was fetched by a device that ended long ago
  return ids.flatMap((_, n) => (isFree(n) ? (listed[n] ?? ended[n] ?? []) : []));
}

/** A device that was linked later belongs to a later membership. Clocks differ a little. */
const isOfLater = ({ linkedAt }: Device, { at }: Event, member: MemberRow | undefined) =>
  (member !== undefined && linkedAt >= member.joinedAt) || Date.parse(linkedAt) > Date.parse(at) + minuteMs;

/** It was unlinked or revoked as long as its member was one. */
const hasEndedBefore = ({ wipedAt, wipe }: Device, { at }: Event) =>
  // threat: a departure lists a device that was unlinked long before
  (wipedAt !== undefined && wipedAt < at) || (wipe !== undefined && wipe.at < at);

async function take(organization: ID.ID<"organization">, row: Device, departure: ID.ID<"departure">): Promise<void> {
  const isFree = any(lacks("departure"), equal("departure", departure));
  const set = { ...describedAs(row), departure };
  await table.write(update(deviceKeys.endedDevice(organization, row.sk), { set }, when(isFree, failures.changed)));
}

type Revoked = { device: ID.ID<"device">; account: Account; reason: string };

async function recordDevice(event: Event, { device, account, reason }: Revoked): Promise<void> {
  const [fetched, member] = await Promise.all([
    rowsOf({ ...deviceKeys.fetchedSecrets(event.owner, account, device), consistent: true }),
    table.get(memberKeys.member(event.owner, account)),
  ]);
  // a member who revokes a device of their own that never had an API key leaves nothing behind
  if (event.by === account && reason !== "token_reused" && fetched.length === 0) return;
  const invitation = member && ID.alias("invitation", ID.derive("address", member.email));
  const why = reason === "token_reused" ? reason : "revoked";
  await record(event, { account, ...(invitation && { invitation }), reason: why, devices: [device] }, fetched);
}

type Departed = Pick<DepartureRow, "account" | "invitation" | "devices"> & { reason: Reason };

async function record(event: Event, departed: Departed, fetched: readonly FetchedSecretRow[]): Promise<void> {
  const { owner: organization, at, by } = event;
  const departure = idOf(event);
  const exposed = await exposedBy(organization, fetched);
  await Promise.all(exposed.map((row) => expose(row, departure, at)));
  const { account, reason, devices } = departed;
  const secrets = Object.fromEntries(exposed.map(({ sk, version }) => [sk, version]));
  const told = { departure, account, reason, devices: devices.length, secrets: exposed.length };
  await writeUnless(
    failures.exists,
    put(
      departureKeys.departure(organization, departure),
      { ...departed, at, ...(by && { by }), secrets },
      // threat: a repeated reaction records a departure twice
      when(absent, failures.exists),
    ),
    DepartureRecorded.record(organization, told, use().actor),
  );
}

const idOf = ({ id }: Event) => ID.alias("departure", id);

/** Returns the API keys of which the devices have the newest version. Others were replaced or deleted before. */
async function exposedBy(
  organization: ID.ID<"organization">,
  fetched: readonly FetchedSecretRow[],
): Promise<SecretRow[]> {
  const ids = [...new Set(fetched.map(({ secret }) => secret))].toSorted();
  const rows = await table.getMany(ids.map((secret) => secretKeys.secret(organization, secret)));
  const isHad = ({ sk, version }: SecretRow) => fetched.some((one) => one.secret === sk && one.version === version);
  return rows.filter((row): row is SecretRow => row !== undefined && isHad(row));
}

/** Nothing is to be done for a key that was replaced or deleted since. Of very many departures, it names the first. */
async function expose(row: SecretRow, departure: ID.ID<"departure">, at: string): Promise<void> {
  const key = keyOf(row);
  const { version } = row;
  const isNewest = equal("version", version);
  const isFirst = any(lacks("exposedVersion"), below("exposedVersion", version));
  const hasRoom = all(equal("exposedVersion", version), fewer("exposedBy", maxNamed));
  const exposedBy = new Set([departure]);
  const mark = { exposedVersion: version, exposedAt: at, exposedBy };
  // threat: an API key that was just replaced or deleted is marked all the same
  const first = update(key, { set: mark }, when(all(isNewest, isFirst), failures.changed));
  const further = update(key, { add: { exposedBy } }, when(all(isNewest, hasRoom), failures.changed));
  if (!(await writeUnless(failures.changed, first))) await writeUnless(failures.changed, further);
}
