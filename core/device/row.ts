import * as v from "valibot";
import { dayMs } from "../base/duration.ts";
import { id, known, readable, row } from "../base/row.ts";
import { lifetimeDays } from "./limits.ts";
import { platforms, receiptStates, wipeReasons } from "./shape.ts";

const described = {
  name: v.string(),
  platform: known(platforms, "other"),
  /** The client, as it calls itself. */
  app: v.string(),
  appVersion: v.string(),
};
const Wipe = v.object({ reason: known(wipeReasons, "revoked"), at: v.string() });

/** A device of an account, as its requests need it. It stays until it has confirmed its wipe, or 90 days after its end. */
export const DeviceRow = row({
  pk: id("account"),
  sk: id("device"),
  organization: id("organization"),
  ...described,
  /** Raw public keys, as base64url: Ed25519 signs its receipts, X25519 receives secrets. */
  signingKey: v.string(),
  sealingKey: v.string(),
  /** Hashes of its tokens: the one in use, its successor until that is first used, and the one before. */
  token: v.string(),
  tokenAt: v.string(),
  nextToken: v.optional(v.string()),
  previousToken: v.optional(v.string()),
  /** The device code that is still answered, until the token is first used. */
  code: v.optional(id("deviceCode")),
  /** True if it gets each change of the settings with the first wave. The organization's row says the same. */
  isCanary: readable(v.boolean()),
  linkedAt: v.string(),
  /** The last contact, to within an hour. */
  contactAt: v.string(),
  /** The time its token ends, unless it is used before. */
  expiresAt: v.string(),
  revokedAt: v.optional(v.string()),
  wipe: v.optional(Wipe),
});
export type DeviceRow = v.InferInput<typeof DeviceRow>;

/** The last receipt about a section. */
const SectionReport = v.object({
  state: known(receiptStates, "fetched"),
  revision: v.number(),
  /** The rollout that the document was without. */
  heldBack: v.optional(v.number()),
  code: v.optional(v.string()),
  message: v.optional(v.string()),
  /** The field that it is about. */
  key: v.optional(v.string()),
  at: v.string(),
});

/** The same device, as owners and admins see it, until 90 days after its end. */
export const OrganizationDeviceRow = row({
  /** The organization's devices: `org_X#dev`. */
  pk: v.string(),
  sk: id("device"),
  account: id("account"),
  ...described,
  isCanary: readable(v.boolean()),
  linkedAt: v.string(),
  contactAt: v.string(),
  /**
   * The report of its receipts, by section; `seq` is the highest number of a receipt. `history` has the last revisions
   * that were in force as a whole, oldest first, each with the time the server learned of it, in seconds since 1970.
   */
  report: v.optional(
    v.object({
      revision: v.number(),
      document: v.string(),
      sections: v.record(v.string(), SectionReport),
      seq: v.number(),
      history: readable(v.array(v.tuple([v.number(), v.number()]))),
    }),
  ),
  revokedAt: v.optional(v.string()),
  wipe: v.optional(Wipe),
  /** The time the device confirmed it. */
  wipedAt: v.optional(v.string()),
  /** The departure that it belongs to, if it was recorded before devices that ended had rows of their own. Only read. */
  departure: v.optional(id("departure")),
});
export type OrganizationDeviceRow = v.InferInput<typeof OrganizationDeviceRow>;

/** A device that has ended, or is about to: what departures say of it. It outlasts the other rows of the device. */
export const EndedDeviceRow = row({
  /** The organization's devices that have ended: `org_X#end`. */
  pk: v.string(),
  sk: id("device"),
  account: id("account"),
  name: v.string(),
  platform: known(platforms, "other"),
  app: v.string(),
  linkedAt: v.string(),
  contactAt: v.string(),
  wipe: v.optional(Wipe),
  /** The time the device confirmed it. */
  wipedAt: v.optional(v.string()),
  /** The departure of its member that it belongs to. */
  departure: v.optional(id("departure")),
});
export type EndedDeviceRow = v.InferInput<typeof EndedDeviceRow>;

/**
 * An organization that shows a device under the name that its member gave it. It outlasts the row of the device, so
 * that the name is found when the account is erased.
 */
export const ShownDeviceRow = row({
  pk: id("account"),
  sk: v.string(),
  device: id("device"),
  organization: id("organization"),
});
export type ShownDeviceRow = v.InferInput<typeof ShownDeviceRow>;

/** The organization's devices in numbers at a moment. It is shown while it is young, and counted again after that. */
export const DeviceSummaryRow = row({
  pk: id("organization"),
  sk: v.literal("#devices"),
  at: v.string(),
  /** The settings that the devices were compared with: their revision, and how far a rollout of them had got. */
  comparedWith: v.string(),
  counted: v.number(),
  /** The summary as compressed JSON. */
  data: v.instance(Uint8Array),
});
export type DeviceSummaryRow = v.InferInput<typeof DeviceSummaryRow>;

/** A receipt as the device signed it. */
export const ReceiptRow = row({
  pk: id("device"),
  sk: v.string(),
  organization: id("organization"),
  receipt: v.string(),
  receivedAt: v.string(),
});
export type ReceiptRow = v.InferInput<typeof ReceiptRow>;

/** That a device fetched a secret, and which version of it last. What it was stays when the secret is deleted. */
export const FetchedSecretRow = row({
  /** Secrets that devices of one member of the organization fetched: `org_X#got#acc_A`. */
  pk: v.string(),
  sk: v.string(),
  device: id("device"),
  secret: id("secret"),
  kind: v.string(),
  name: v.string(),
  last4: v.string(),
  version: v.number(),
  at: v.string(),
});
export type FetchedSecretRow = v.InferInput<typeof FetchedSecretRow>;

/** A device that somebody is linking. Its key has the hash of the device code. */
export const DeviceCodeRow = row({
  pk: id("deviceCode"),
  sk: v.literal("#code"),
  state: known(["pending", "approved", "denied"]),
  userCode: id("userCode"),
  ...described,
  signingKey: v.string(),
  sealingKey: v.string(),
  /** The id of the client that asked, if it sent one. */
  client: v.optional(v.string()),
  /** The organization that the client asks for. */
  wanted: v.optional(id("organization")),
  /** A client that waits on the loopback address: PKCE with S256, and where its answer goes. */
  challenge: v.optional(v.object({ hash: v.string(), redirectUri: v.string(), state: v.optional(v.string()) })),
  ip: v.string(),
  requestedAt: v.string(),
  expiresAt: v.string(),
  /** The last question whether it is approved, and how far apart they must be. */
  polledAt: v.optional(v.string()),
  intervalSeconds: v.number(),
  /** The approval: its account and session, and the organization and the device that it is for. */
  approval: v.optional(
    v.object({
      account: id("account"),
      session: id("session"),
      ip: v.string(),
      organization: id("organization"),
      organizationName: v.string(),
      device: id("device"),
      /** The hash of the authorization code, if the client waits on the loopback address. */
      code: v.optional(v.string()),
    }),
  ),
});
export type DeviceCodeRow = v.InferInput<typeof DeviceCodeRow>;

/** The device code that a user code belongs to. Its key has a keyed hash of the user code. */
export const UserCodeRow = row({
  pk: id("userCode"),
  sk: v.literal("#code"),
  deviceCode: id("deviceCode"),
  expiresAt: v.string(),
});
export type UserCodeRow = v.InferInput<typeof UserCodeRow>;

/** Returns whether a row says that its device is a canary. */
export const isMarked = ({ isCanary }: { isCanary?: unknown }): boolean => isCanary === true;

/** Returns when the link of a device ends by itself, unless it is in contact before, in ms since 1970. */
export const linkEnd = ({ contactAt }: Pick<OrganizationDeviceRow, "contactAt">): number =>
  Date.parse(contactAt) + lifetimeDays * dayMs;
