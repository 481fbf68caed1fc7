import { sections } from "@muster/settings/fields.ts";
import * as v from "valibot";
import * as ID from "../base/id.ts";
import { shown } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import { failures as deviceFailures } from "../device/failures.ts";
import { deviceKeys } from "../device/keys.ts";
import { receiptsPerPage } from "../device/limits.ts";
import { OrganizationDeviceRow, ReceiptRow } from "../device/row.ts";
import { platforms, receiptStates } from "../device/shape.ts";
import { Cursor, failures as cursorFailures, listOf, page } from "../kernel/cursor.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { type Read, read, readAll } from "../kernel/stored.ts";
import { receiptTyp, verifier } from "./verify.ts";

// The receipts of a device, as its owners and admins read them.

// Shapes

/** The states of a receipt's signature by the key of its device. The key is gone once the device has wiped itself. */
const signatures = ["valid", "invalid", "no_key"] as const;

/** A device's signed report about the settings that it got. */
export const Info = v.object({
  /** Its number. Each receipt of a device has the next one. */
  seq: Integer,
  /** The time the server received it. */
  receivedAt: v.string(),
  /**
   * The state of the signature by the device's key. It was valid when it was received; the key is gone once the device
   * is wiped.
   */
  signature: v.picklist(signatures),
  /** The section that it is about, or `device` for the whole document. */
  section: shown([...sections, "device"]),
  /** The device's progress. */
  state: shown(receiptStates),
  /** The revision of the settings that it is about. */
  revision: v.optional(Integer),
  /** The hash of the document. */
  document: v.optional(v.string()),
  /** The revision whose rollout had not reached the device. */
  heldBack: v.optional(Integer),
  /** The code of the reason that it was refused. */
  code: v.optional(v.string()),
  /** The same as a sentence of the device. */
  message: v.optional(v.string()),
  /** The setting. */
  key: v.optional(v.string()),
  /** The client, as it calls itself. */
  app: v.optional(v.string()),
  /** Its version. */
  appVersion: v.optional(v.string()),
  /** The platform that it ran on. */
  platform: v.optional(shown(platforms)),
  /** The time, by the clock of the device. */
  at: v.optional(v.string()),
});
export type Info = v.InferOutput<typeof Info>;

/** The field of a device that leads to its key. Receipts are shown without it. */
const Owned = v.pick(OrganizationDeviceRow, ["account"]);

// Functions

/** Lists the receipts of a device, newest first. They are kept for 90 days. */
export const listReceipts = fn(
  "sync.listReceipts",
  {
    input: v.strictObject({ device: ID.schema("device"), cursor: v.optional(Cursor) }),
    output: listOf(Info, receiptsPerPage),
    failures: [cursorFailures.invalid, deviceFailures.missing],
    reads: ({ device }, { organization }) => [deviceKeys.organizationDevice(organization, device)],
  },
  async ({ device, cursor }, { organization }, [found]) => {
    if (!found) throw deviceFailures.missing();
    const owned = read(Owned, found);
    const query = { ...deviceKeys.receipts(device), limit: receiptsPerPage, newestFirst: true, consistent: true };
    const [{ items, next }, own] = await Promise.all([
      page(`sync.listReceipts ${organization} ${device}`, query, cursor),
      owned && table.get(deviceKeys.device(owned.account, device)),
    ]);
    const all = readAll(ReceiptRow, items);
    const verify = own && verifier(receiptTyp, own.signingKey);
    return { items: await Promise.all(all.map((one) => describe(one, verify))), ...(next && { next }) };
  },
);

async function describe(
  { sk, receipt, receivedAt }: Read<typeof ReceiptRow>,
  verify: ReturnType<typeof verifier> | undefined,
): Promise<Info> {
  // threat: a receipt of another key is shown as signed by the device
  const isSigned = (await verify?.(receipt)) !== undefined;
  return {
    seq: Number(sk.slice("rcp#".length)),
    receivedAt,
    signature: verify === undefined ? "no_key" : isSigned ? "valid" : "invalid",
    ...readPayload(receipt),
  };
}

const text = v.fallback(v.optional(v.string()), undefined);
const number = v.fallback(v.optional(Integer), undefined);
/** The fields of a receipt, without those that this release cannot read. */
const Payload = v.object({
  section: v.fallback(v.picklist([...sections, "device"]), "unknown" as never),
  state: v.fallback(v.picklist(receiptStates), "unknown" as never),
  revision: number,
  document: text,
  heldBack: number,
  code: text,
  message: text,
  key: text,
  app: text,
  appVersion: text,
  platform: v.fallback(v.optional(shown(platforms)), "unknown"),
  at: text,
});

function readPayload(jws: string): v.InferOutput<typeof Payload> {
  return v.parse(Payload, payloadOf(jws));
}

function payloadOf(jws: string): object {
  try {
    const payload: unknown = JSON.parse(Buffer.from(jws.split(".")[1] ?? "", "base64url").toString());
    return typeof payload === "object" && payload !== null ? payload : {};
  } catch {
    return {};
  }
}
