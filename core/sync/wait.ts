import { randomInt } from "node:crypto";
import { isFailure } from "../base/failure.ts";
import { failures as deviceFailures } from "../device/failures.ts";
import { deviceKeys } from "../device/keys.ts";
import type { DeviceRow } from "../device/row.ts";
import { wipeOf } from "../device/wipe.ts";
import type { ActorFor } from "../kernel/authorize.ts";
import { isPastDeadline } from "../kernel/context.ts";
import { now } from "../kernel/ports.ts";
import { memberKeys } from "../member/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Places from "../rate/places.ts";
import * as Windows from "../rate/windows.ts";
import { settingKeys } from "../setting/keys.ts";
import { type Item, type Key, rowName } from "../table/table.ts";
import { looksForOwn } from "./limits.ts";
import { isSampled, lookLater, lookNow } from "./look.ts";
import { type Rows, versionOf } from "./version.ts";

// How a request of a device waits for a change, and the rows that it looks at.

type Device = ActorFor<"sync.get">;
type Waited = {
  rows: Rows;
  /** The number of requests that got their rows at the same moment. */
  requests: number;
  /** The seconds until one of the device's waiting requests ends, if as many wait as may. Else 0. */
  fullSeconds: number;
};

/** Returns whether a device has what its rows say. */
export const isCurrent = (rows: Rows, version: string | undefined): boolean =>
  version === versionOf(rows) && !wipeOf(rows);

/** Waits so many seconds for a change, if the device has a place to wait in. */
export async function waitForChange(
  first: Rows,
  actor: Device,
  { version, seconds }: { version: string | undefined; seconds: number },
): Promise<Waited> {
  let [rows, requests] = [first, 0];
  const until = now().getTime() + seconds * 1_000;
  const mayWait = isCurrent(rows, version) && seconds > 0;
  const fullSeconds = mayWait ? await takePlace(rows.device, until) : 0;
  if (fullSeconds > 0) return { rows, requests, fullSeconds };
  const goesOn = () => isCurrent(rows, version) && now().getTime() < until && !isPastDeadline();
  // devices do not all look at their own rows at the same time
  for (let looks = randomInt(looksForOwn); goesOn(); looks++) {
    // threat: a device that waits never learns that it is revoked
    if (looks % looksForOwn === 0 && isSampled(requests)) ({ requests, ...rows } = await rowsBy(lookLater, actor));
    else {
      const { requests: crowd, ...shared } = await sharedLater(actor);
      rows = { ...rows, ...shared };
      requests = crowd;
      // threat: a device gets a change although its member has just been removed
      if (!isCurrent(rows, version)) ({ requests, ...rows } = await rowsBy(lookNow, actor));
    }
  }
  return { rows, requests, fullSeconds };
}

/** Returns 0 if the device has one, else after how many seconds. */
async function takePlace({ sk }: DeviceRow, until: number): Promise<number> {
  try {
    await Places.take(deviceKeys.waits(sk), until);
    return 0;
  } catch (error) {
    if (!isFailure(error, Windows.failures.limited)) throw error;
    return error.retryAfterSeconds ?? 1;
  }
}

export function rowsOf(_: unknown, { account, via: { id, organization } }: Device) {
  return [
    deviceKeys.device(account, id),
    memberKeys.member(organization, account),
    organizationKeys.organization(organization),
    settingKeys.operatorSettings(),
  ] as const;
}

type Found = readonly [DeviceRow | undefined, Rows["member"], Rows["organization"], Rows["operator"]];

/** The same rows again, and how many requests got theirs at that moment. */
async function rowsBy(look: typeof lookLater, actor: Device): Promise<Rows & { requests: number }> {
  const keys = rowsOf(undefined, actor);
  const { rows, requests } = await look(keys);
  return { ...named(keys.map((key) => rows.get(rowName(key))) as unknown as Found), requests };
}

/** Returns what devices have in common, a moment later. */
async function sharedLater(actor: Device): Promise<Pick<Rows, "organization" | "operator"> & { requests: number }> {
  const [, , organization, operator] = rowsOf(undefined, actor);
  const { rows, requests } = await lookLater([organization, operator]);
  const rowAt = <R extends Item>(key: Key<R>) => rows.get(rowName(key)) as R | undefined;
  return { organization: rowAt(organization), operator: rowAt(operator), requests };
}

export function named([device, member, organization, operator]: Found): Rows {
  if (!device) throw deviceFailures.missing();
  return { device, member, organization, operator };
}
