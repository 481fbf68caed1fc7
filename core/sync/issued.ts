import { createHash } from "node:crypto";
import { equalText } from "../base/hash.ts";
import type { DeviceRow } from "../device/row.ts";
import { signed } from "../kernel/signed.ts";

// The hash by which receipts name a document: half of it is of what the document says, the other half authenticates that
// it was made here for this device, at this revision. So nothing is stored or composed to recognize it.

const halfBytes = 16;
const documents = signed("document", halfBytes);

type Addressee = Pick<DeviceRow, "sk" | "organization">;
/** The revision of a document, and the one that it is without. */
type About = { revision: number; heldBack?: number | undefined };

/** Returns the hash of a document for a device. */
export function issue(to: Addressee, about: About, says: unknown): string {
  const half = createHash("sha256").update(JSON.stringify(says)).digest().subarray(0, halfBytes);
  return joined(half, documents.bytes(...valuesOf(half, to, about)));
}

/** Returns whether a device got a document with this hash at this revision, also after a rotation of the pepper. */
export function isIssued(document: string, to: Addressee, about: About): boolean {
  const half = Buffer.from(document, "base64url").subarray(0, halfBytes);
  // threat: receipts are refused after the pepper was rotated
  return documents.all(...valuesOf(half, to, about)).some((mac) => equalText(document, joined(half, mac)));
}

// threat: a device takes the document of another device, or of another revision, for its own
const valuesOf = (half: Buffer, { sk, organization }: Addressee, { revision, heldBack = 0 }: About) => [
  organization,
  sk,
  revision,
  heldBack,
  half.toString("base64url"),
];

const joined = (half: Buffer, mac: Buffer) => Buffer.concat([half, mac]).toString("base64url");
