import type * as ID from "../base/id.ts";
import type { PlacesRow } from "../rate/row.ts";
import { counter, inPart, position } from "../table/key-text.ts";
import type { Key, Range } from "../table/table.ts";
import type {
  DeviceCodeRow,
  DeviceRow,
  DeviceSummaryRow,
  EndedDeviceRow,
  FetchedSecretRow,
  OrganizationDeviceRow,
  ReceiptRow,
  ShownDeviceRow,
  UserCodeRow,
} from "./row.ts";

type Account = ID.ID<"account">;
type Organization = ID.ID<"organization">;
type Device = ID.ID<"device">;

type Fetched = { organization: Organization; account: Account; device: Device; secret: ID.ID<"secret"> };

export const deviceKeys = {
  /** A device; hashes of its tokens. Expires 90 days after its end. */
  device: (account: Account, device: Device): Key<DeviceRow> => ({ pk: account, sk: device }),
  devicesOf: (account: Account): Range<DeviceRow> => ({ pk: account, prefix: "dev_" }),
  /** An organization that shows a device. */
  shownDevice: (account: Account, device: Device): Key<ShownDeviceRow> => ({
    pk: account,
    sk: `shown#${device}`,
  }),
  shownDevices: (account: Account): Range<ShownDeviceRow> => ({ pk: account, prefix: "shown#" }),
  /** That a device fetched a secret. */
  fetchedSecret: ({ organization, account, device, secret }: Fetched): Key<FetchedSecretRow> =>
    inPart(organization, `got#${account}`, `${device}#${secret}`),
  /** The secrets that the devices of a member fetched, or one of them. */
  fetchedSecrets: (organization: Organization, account: Account, device = "dev_"): Range<FetchedSecretRow> => ({
    pk: `${organization}#got#${account}`,
    prefix: device,
  }),
  /** A device, as owners and admins see it. Expires 90 days after its end. */
  organizationDevice: (organization: Organization, device: Device): Key<OrganizationDeviceRow> =>
    inPart(organization, "dev", device),
  organizationDevices: (organization: Organization): Range<OrganizationDeviceRow> => ({
    pk: `${organization}#dev`,
  }),
  /** A device that has ended, as departures and certificates show it. */
  endedDevice: (organization: Organization, device: Device): Key<EndedDeviceRow> => inPart(organization, "end", device),
  endedDevices: (organization: Organization): Range<EndedDeviceRow> => ({ pk: `${organization}#end` }),
  // threat: the summary of another organization's devices is shown
  /** The organization's devices in numbers, when they were last counted. */
  deviceSummary: (organization: Organization): Key<DeviceSummaryRow> => ({ pk: organization, sk: "#devices" }),
  /** One of its receipts, as it was signed. Expires after 90 days. */
  receipt: (device: Device, seq: number): Key<ReceiptRow> => ({ pk: device, sk: `rcp#${position(seq)}` }),
  receipts: (device: Device): Range<ReceiptRow> => ({ pk: device, prefix: "rcp#" }),
  /** The time until which a device's waits are taken. Expires an hour after use. */
  waits: (device: Device): Key<PlacesRow> => counter("waits-per-device", device, 0),
  /** A device that someone is linking; its id hashes the device code. Expires after 10 minutes. */
  deviceCode: (code: ID.ID<"deviceCode">): Key<DeviceCodeRow> => ({ pk: code, sk: "#code" }),
  /** The device code of a user code. Expires after 10 minutes. */
  userCode: (code: ID.ID<"userCode">): Key<UserCodeRow> => ({ pk: code, sk: "#code" }),
};
