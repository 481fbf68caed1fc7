import { daySeconds } from "../base/duration.ts";
import type { ID } from "../base/id.ts";
import { instant } from "../kernel/ports.ts";
import { memberKeys } from "../member/keys.ts";
import type { MemberRow } from "../member/row.ts";
import { absent, all, atMost, present, put, type Step, update, when } from "../table/table.ts";
import { failures } from "./failures.ts";
import { deviceKeys } from "./keys.ts";
import { lifetimeDays, maxDevicesPerMember } from "./limits.ts";
import type { DeviceRow, OrganizationDeviceRow, ShownDeviceRow } from "./row.ts";

export type Described = Pick<DeviceRow, "name" | "platform" | "app" | "appVersion" | "signingKey" | "sealingKey">;
type Place = { account: ID<"account">; organization: ID<"organization">; device: ID<"device"> };

/** Returns the steps that link a device to a member of the organization. `token` is the hash of its token. */
export function linking(place: Place, described: Described, token: string, code?: ID<"deviceCode">): Step[] {
  const { account, organization, device } = place;
  const { name, platform, app, appVersion, signingKey, sealingKey } = described;
  const at = instant();
  const shown = { name, platform, app, appVersion, linkedAt: at, contactAt: at };
  const keys = { signingKey, sealingKey };
  const ends = { expiresAt: instant(lifetimeDays * daySeconds) };
  const own = { organization, ...shown, ...keys, token, tokenAt: at, ...ends, ...(code && { code }) };
  const isNew = when(absent, failures.exists);
  // threat: a member links any number of devices
  const hasRoom = all(present, atMost("devices", maxDevicesPerMember - 1));
  return [
    put<DeviceRow>(deviceKeys.device(account, device), own, isNew),
    put<OrganizationDeviceRow>(deviceKeys.organizationDevice(organization, device), { account, ...shown }, isNew),
    // threat: the name of a device that has wiped itself outlasts the account of its member
    put<ShownDeviceRow>(deviceKeys.shownDevice(account, device), { device, organization }),
    update(
      memberKeys.member(organization, account),
      { add: { devices: 1 } },
      when(hasRoom, (found: MemberRow | undefined) => (found ? failures.tooMany() : failures.notMember())),
    ),
  ];
}
