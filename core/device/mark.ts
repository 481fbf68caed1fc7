import * as v from "valibot";
import type { ID } from "../base/id.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { table } from "../kernel/ports.ts";
import { readOnly } from "../kernel/stored.ts";
import { all, lacks, present, type Step, update, when } from "../table/table.ts";
import { DeviceCanaryChanged } from "./events.ts";
import { failures } from "./failures.ts";
import { deviceKeys } from "./keys.ts";
import { describeOne, Info, shownRow, Target } from "./organization.ts";
import { isMarked, OrganizationDeviceRow } from "./row.ts";

// Canaries: devices that get each change of the settings with the first wave. Their members choose that, or an admin does.

type Place = { account: ID<"account">; device: ID<"device"> };
type Change = { name?: string; isCanary: boolean };

/** Makes a device a canary, or ends that. */
export const mark = fn(
  "device.mark",
  {
    input: v.strictObject({
      ...Target.entries,
      /** True if it is a canary. */
      isCanary: v.boolean(),
    }),
    output: Info,
    failures: [failures.missing, failures.ended, Event.failures.repeated],
    reads: shownRow,
  },
  async ({ device, isCanary }, actor, [shown, organizationRow]) => {
    if (!shown) throw failures.missing();
    const { organization } = actor;
    const before = readOnly(OrganizationDeviceRow, shown);
    const { account, platform } = before;
    if (isCanary !== isMarked(before)) {
      const event = DeviceCanaryChanged.record(organization, { device, account, platform, isCanary }, actor);
      await table.write(...editing({ device, account }, organization, { isCanary }), event, ...remember());
    }
    return describeOne(organization, { ...before, isCanary }, organizationRow);
  },
);

/** Returns the steps that change a linked device for its member and for admins. */
export function editing({ account, device }: Place, organization: ID<"organization">, change: Change): Step[] {
  const { isCanary, ...set } = change;
  // threat: a device that was revoked becomes a canary
  const isLinked = when(all(present, lacks("wipe")), failures.ended);
  const changes = isCanary ? { set: { ...set, isCanary } } : { set, unset: ["isCanary"] as const };
  return [
    update(deviceKeys.device(account, device), changes, isLinked),
    update(deviceKeys.organizationDevice(organization, device), changes, isLinked),
  ];
}
