import * as v from "valibot";
import * as ID from "../base/id.ts";
import { slicesOf } from "../base/slices.ts";
import { failures } from "../device/failures.ts";
import { deviceKeys } from "../device/keys.ts";
import type { DeviceRow, EndedDeviceRow, OrganizationDeviceRow } from "../device/row.ts";
import { nameless, platforms } from "../device/shape.ts";
import { fn } from "../kernel/fn.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { keyOf, present, update, when } from "../table/table.ts";
import { accountKeys } from "./keys.ts";
import { leaveAll } from "./leave.ts";

// A job erases what remains of a deleted account.

const rowsAtOnce = 25;
const isThere = when(present, failures.missing);

// Shapes

export const Job = v.strictObject({ job: v.literal("erase"), account: ID.schema("account") });
export type Job = v.InferOutput<typeof Job>;

// Functions

/**
 * Deletes all rows of an account without a profile, its events included; the last of them records the deletion. Its
 * devices stay until they have wiped themselves, for which they need their tokens, and lose their names.
 */
export const erase = fn("account.erase", { input: Job, output: v.void() }, async ({ account }, actor) => {
  // threat: an account that lives is erased
  if (await table.get(accountKeys.profile(account))) return;
  // threat: a person who joins while their account is deleted stays a member
  await leaveAll(account, actor);
  // before the rows that say which organizations show the devices
  // threat: an organization keeps the names that a member gave devices after their account is erased
  await forgetNames(account);
  // threat: the actions of an account are kept when it is deleted
  const partitions = [accountKeys.ofAccount(account), kernelKeys.outbox(account), kernelKeys.log(account)];
  for (const partition of partitions) await empty(partition);
});

/**
 * Organizations keep the devices of a former member, also those that have wiped themselves or ended long ago, under a
 * name that says no more than their platform. Can be repeated.
 */
async function forgetNames(account: ID.ID<"account">): Promise<void> {
  const [shown, own] = await Promise.all([
    rowsOf({ ...deviceKeys.shownDevices(account), consistent: true }),
    rowsOf({ ...deviceKeys.devicesOf(account), consistent: true }),
  ]);
  const keys = shown.flatMap(({ device, organization }) => [
    deviceKeys.organizationDevice(organization, device),
    deviceKeys.endedDevice(organization, device),
  ]);
  for (const some of slicesOf(keys, rowsAtOnce)) {
    const rows = await table.getMany(some);
    const theirs = rows.filter((row) => row?.account === account) as (OrganizationDeviceRow | EndedDeviceRow)[];
    await Promise.all(theirs.map(forgetName));
  }
  await Promise.all(own.map(forgetName));
}

type Named = DeviceRow | OrganizationDeviceRow | EndedDeviceRow;

async function forgetName(row: Named): Promise<void> {
  const name = nameless[platforms.find((one) => one === row.platform) ?? "other"];
  // it may have wiped itself, or its organization was purged
  await writeUnless(failures.missing, update<Named>(keyOf(row), { set: { name } }, isThere));
}

async function empty(partition: { pk: string }): Promise<void> {
  for (;;) {
    const { items, next } = await table.query({ ...partition, consistent: true });
    // threat: a device of a deleted account never learns that it has to wipe itself
    const erased = items.map(keyOf).filter(({ sk }) => !ID.is("device", sk));
    await table.project(erased.map((key) => ({ remove: key })));
    if (!next) return;
  }
}
