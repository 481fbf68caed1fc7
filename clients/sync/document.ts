import { createHash } from "node:crypto";
import { type Section, sections } from "@muster/settings/fields.ts";
import { version } from "@muster/settings/kind.ts";
import { compactVerify, decodeProtectedHeader, errors, importJWK } from "jose";
import type { PinnedKey } from "./identity.ts";
import { isCount, isRecord, isText, isTexts, membersOf, parse, type Unread } from "./read.ts";
import { Refusal } from "./refusal.ts";

// What the server signs.

/** Characters of a document, or of another signed text: all of a document that is long has a hash in it. */
const maxSigned = 100_000;

export type Policy = {
  pollSeconds: number;
  /** Without contact for longer, the device does what `whenStale` says. 0: never. */
  maxOfflineDays: number;
  whenStale: "keep" | "strict";
  minimumVersion: string;
};
/** An entry of the list of secrets. Its fields are sealed; `hash` is that of the sealed text in the same answer. */
export type SecretInfo = { id: string; kind: string; name: string; version: number; hash?: string };

type Common = {
  iss: string;
  aud: string;
  sub: string;
  organization: string;
  /** The time of the signature, in seconds since 1970. `exp` is the end of this answer. */
  iat: number;
  exp: number;
  /** The value that the request for it wanted to be signed, so that it answers no other. */
  nonce?: string;
};
export type SettingsPayload = Common & {
  /** Of the organization's settings. It only grows. */
  revision: number;
  /** The revision that this document is without, because its rollout has not reached the device. */
  heldBack?: number;
  sections: Readonly<Record<Section, { hash: string }>>;
  /** The hash of the list of secrets, which is beside the document. */
  secrets: { hash: string };
  policy: Policy;
  /** The hash that receipts name. */
  document: string;
};
export type Wipe = { reason: string; at: string };
export type WipePayload = Common & { wipe: Wipe };
export type Payload = SettingsPayload | WipePayload;

export const isWipe = (payload: Payload): payload is WipePayload => "wipe" in payload;

export const hashOf = (text: string): string => createHash("sha256").update(text).digest("base64url");
/** The name of a part, which is its content's hash. */
export const partNameOf = (text: string): string => hashOf(text).slice(0, 22);

/** Returns which key a signed text names, without any trust in it. */
export function keyIdOf(signed: string): string {
  try {
    const { kid } = decodeProtectedHeader(signed);
    if (isText(kid)) return kid;
  } catch {}
  throw new Refusal("unreadable", "The document has no readable header.");
}

/** Returns the payload of a document that one of the keys has signed. @throws Refusal */
export async function openDocument(signed: string, keys: readonly PinnedKey[]): Promise<Payload> {
  const payload = readPayload(await openSigned(signed, "muster-document+jwt", keys));
  if (!payload) throw new Refusal("unreadable", "The document is signed, but not of a form that this client can read.");
  return payload;
}

/** Returns what one of the keys has signed. @param type its `typ`: what it was signed as */
export async function openSigned(signed: string, type: string, keys: readonly PinnedKey[]): Promise<unknown> {
  if (signed.length > maxSigned) throw new Refusal("too_long", "This is too long for something that is signed.");
  const kid = keyIdOf(signed);
  const key = keys.find((one) => one.kid === kid);
  if (!key) throw new Refusal("unknown_key", `The document is signed with the key ${kid}, which is not pinned.`);
  const jwk = await importJWK({ kty: "OKP", crv: "Ed25519", x: key.x }, "EdDSA");
  try {
    const { payload, protectedHeader } = await compactVerify(signed, jwk, { algorithms: ["EdDSA"] });
    // threat: a key that signs something else of the server signs documents
    if (protectedHeader.typ !== type) {
      throw new Refusal("bad_signature", `This was not signed as ${type}.`);
    }
    return parse(new TextDecoder().decode(payload));
  } catch (error) {
    if (error instanceof errors.JOSEError) throw new Refusal("bad_signature", "The signature is not right.");
    throw error;
  }
}

function readPayload(value: unknown): Payload | undefined {
  if (!isRecord(value)) return undefined;
  const common = readCommon(value);
  if (!common) return undefined;
  if (isRecord(value["wipe"])) {
    const { reason, at } = value["wipe"];
    return { ...common, wipe: { reason: isText(reason) ? reason : "revoked", at: isText(at) ? at : "" } };
  }
  const { document, revision, heldBack } = value;
  const hashes = readHashes(value["sections"]);
  const { hash } = membersOf(value["secrets"]);
  const policy = readPolicy(membersOf(value["policy"]));
  if (!hashes || !isText(hash) || !policy || !isText(document) || !isCount(revision)) return undefined;
  if (heldBack !== undefined && !isCount(heldBack)) return undefined;
  const without = heldBack === undefined ? {} : { heldBack };
  return { ...common, revision, ...without, sections: hashes, secrets: { hash }, policy, document };
}

function readCommon({ iss, aud, sub, organization, iat, exp, nonce }: Unread): Common | undefined {
  const isReadable = [iss, aud, sub, organization].every(isText) && [iat, exp].every(isCount) && (exp as number) > 0;
  if (!isReadable) return undefined;
  return { iss, aud, sub, organization, iat, exp, ...(isText(nonce) && { nonce }) } as Common;
}

/** Every section must be there; those that this client does not know are left out. */
function readHashes(value: unknown): SettingsPayload["sections"] | undefined {
  const hashes = sections.map((section) => [section, membersOf(membersOf(value)[section])["hash"]] as const);
  // threat: a document need not name each section
  if (!hashes.every(([, hash]) => isText(hash))) return undefined;
  return Object.fromEntries(hashes.map(([section, hash]) => [section, { hash }])) as SettingsPayload["sections"];
}

/** Returns the list of secrets. @throws Refusal if it is not the one that was signed */
export function readSecretList({ secrets }: SettingsPayload, text: string): readonly SecretInfo[] {
  // threat: a list of secrets need not be the one that was signed
  if (hashOf(text) !== secrets.hash) {
    throw new Refusal("hash_mismatch", "The list of secrets is not the one that was signed.");
  }
  const list = readSecrets(parse(text));
  if (!list) throw new Refusal("unreadable", "The list of secrets cannot be read.");
  return list;
}

function readSecrets(value: unknown): SecretInfo[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const isInfo = ({ id, kind, name, version, hash }: Unread) =>
    isText(id) && isText(kind) && typeof name === "string" && isCount(version) && (hash === undefined || isText(hash));
  return value.map(membersOf).every(isInfo) ? (value as SecretInfo[]) : undefined;
}

function readPolicy({ pollSeconds, maxOfflineDays, whenStale, minimumVersion }: Unread): Policy | undefined {
  const minimum = version.read(minimumVersion);
  if (!isCount(pollSeconds) || !isCount(maxOfflineDays) || minimum === undefined) return undefined;
  // threat: an unknown wish for too long offline keeps the document
  return { pollSeconds, maxOfflineDays, whenStale: whenStale === "keep" ? "keep" : "strict", minimumVersion: minimum };
}

/** Of a field: what stands in place of a list that is too long for its section. */
export type InParts = { parts: string[]; count: number };

/** The fields of a section's text, as the server resolved them; lists that are in parts as their names. */
export function readSection(text: string): Map<string, Unread> {
  const fields = parse(text);
  if (!isRecord(fields)) throw new Refusal("unreadable", "A section is not a JSON object.");
  return new Map(Object.entries(fields).map(([key, resolved]) => [key, membersOf(resolved)]));
}

export function inParts({ parts, count }: Unread): InParts | undefined {
  if (parts === undefined) return undefined;
  // threat: the name of a part is a path out of the folder
  if (isTexts(parts) && parts.every((name) => /^[\w-]{22}$/.test(name)) && isCount(count)) return { parts, count };
  throw new Refusal("unreadable", "The parts of a list are not named as they should be.");
}
