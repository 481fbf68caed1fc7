import type * as ID from "../base/id.ts";
import type { DepartureRow } from "../departure/row.ts";
import type * as Devices from "../device/row.ts";
import type { PlacesRow } from "../limit/row.ts";
import { counter, inPart, position } from "./key-text.ts";
import type { Key, Range } from "./table.ts";

type Account = ID.ID<"account">;
type Device = ID.ID<"device">;
type Organization = ID.ID<"organization">;
type Fetched = { organization: Organization; account: Account; device: Device; secret: ID.ID<"secret"> };

/** Those of devices. The picture is in keys.ts. */
export const deviceKeys = {
  device: (account: Account, device: Device): Key<Devices.DeviceRow> => ({ pk: account, sk: device }),
  devicesOf: (account: Account): Range<Devices.DeviceRow> => ({ pk: account, prefix: "dev_" }),
  shownDevice: (account: Account, device: Device): Key<Devices.ShownDeviceRow> => ({
    pk: account,
    sk: `shown#${device}`,
  }),
  shownDevices: (account: Account): Range<Devices.ShownDeviceRow> => ({ pk: account, prefix: "shown#" }),
  fetchedSecret: ({ organization, account, device, secret }: Fetched): Key<Devices.FetchedSecretRow> =>
    inPart(organization, `got#${account}`, `${device}#${secret}`),
  /** What the devices of a member fetched, or one of them. */
  fetchedSecrets: (organization: Organization, account: Account, device = "dev_"): Range<Devices.FetchedSecretRow> => ({
    pk: `${organization}#got#${account}`,
    prefix: device,
  }),
  departure: (organization: Organization, departure: ID.ID<"departure">): Key<DepartureRow> =>
    inPart(organization, "dep", departure),
  departures: (organization: Organization): Range<DepartureRow> => ({ pk: `${organization}#dep` }),
  organizationDevice: (organization: Organization, device: Device): Key<Devices.OrganizationDeviceRow> =>
    inPart(organization, "dev", device),
  organizationDevices: (organization: Organization): Range<Devices.OrganizationDeviceRow> => ({
    pk: `${organization}#dev`,
  }),
  /** What departures and certificates say of a device that has ended. */
  endedDevice: (organization: Organization, device: Device): Key<Devices.EndedDeviceRow> =>
    inPart(organization, "end", device),
  endedDevices: (organization: Organization): Range<Devices.EndedDeviceRow> => ({ pk: `${organization}#end` }),
  // threat: the summary of another organization's devices is shown
  /** How the organization's devices stood when they were last counted. */
  deviceSummary: (organization: Organization): Key<Devices.DeviceSummaryRow> => ({ pk: organization, sk: "#devices" }),
  receipt: (device: Device, seq: number): Key<Devices.ReceiptRow> => ({ pk: device, sk: `rcp#${position(seq)}` }),
  receipts: (device: Device): Range<Devices.ReceiptRow> => ({ pk: device, prefix: "rcp#" }),
  waits: (device: Device): Key<PlacesRow> => counter("waits-per-device", device, 0),
  deviceCode: (code: ID.ID<"deviceCode">): Key<Devices.DeviceCodeRow> => ({ pk: code, sk: "#code" }),
  userCode: (code: ID.ID<"userCode">): Key<Devices.UserCodeRow> => ({ pk: code, sk: "#code" }),
};
