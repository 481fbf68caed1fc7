import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import type { KeyStore } from "./key-store.ts";
import { isCount, isRecord, isText, membersOf, parse } from "./read.ts";

// Who this device is: what linking gave it, and the keys that it made for itself.

/** A key pair as a JSON Web Key, of Ed25519 or X25519: raw keys as base64url. */
export type KeyPair = { x: string; d: string };
/** Keys that a server may have, and signatures for one of them. */
export const maxKeys = 20;

/** A key that signs documents. `exp` is when it ends, in seconds. */
export type PinnedKey = { kid: string; x: string; exp?: number };

export type Identity = {
  server: string;
  /** The signer: the `iss` of every document. */
  issuer: string;
  device: string;
  account: string;
  organization: { id: string; name: string };
  token: string;
  /** The token's successor, until it has been used. */
  nextToken?: string;
  /** The keys of the server that this device trusts. */
  keys: readonly PinnedKey[];
  /** Ed25519: signs receipts. */
  signingKey: KeyPair;
  /** X25519: secrets are sealed to it. */
  sealingKey: KeyPair;
  /** AES-256: encrypts secrets on disk. */
  storageKey: string;
};

export type DeviceKeys = Pick<Identity, "signingKey" | "sealingKey" | "storageKey">;

export function makeKeys(): DeviceKeys {
  return {
    signingKey: keyPairOf(generateKeyPairSync("ed25519").privateKey),
    sealingKey: keyPairOf(generateKeyPairSync("x25519").privateKey),
    storageKey: randomBytes(32).toString("base64url"),
  };
}

const keyPairOf = (key: KeyObject): KeyPair => {
  const { x = "", d = "" } = key.export({ format: "jwk" });
  return { x, d };
};

export const signingKeyOf = ({ signingKey }: Identity): KeyObject =>
  createPrivateKey({ key: { kty: "OKP", crv: "Ed25519", ...signingKey }, format: "jwk" });

/** This device is not linked, or it was unlinked or wiped. */
export class NotLinked extends Error {
  override readonly name = "NotLinked";
}

/** The keys of a device cannot be read, by the key store or by the client. If that stays so: `unlink`, then link again. */
export class KeysDamaged extends Error {
  override readonly name = "KeysDamaged";
}

/** Returns who this device is. @throws NotLinked, KeysDamaged */
export async function readIdentity(store: KeyStore): Promise<Identity> {
  const text = await store.read().catch((error: unknown) => {
    throw new KeysDamaged("The key store cannot read the keys of this device.", { cause: error });
  });
  if (text === undefined) throw new NotLinked("This device is not linked to an organization.");
  const identity = parse(text);
  if (!isIdentity(identity)) {
    throw new KeysDamaged("The keys of this device cannot be read. Unlink it, and link it again.");
  }
  return identity;
}

export const writeIdentity = (store: KeyStore, identity: Identity): Promise<void> =>
  store.write(JSON.stringify(identity));

export const isPinnedKey = (value: unknown): value is PinnedKey =>
  isRecord(value) &&
  isText(value["kid"]) &&
  isText(value["x"]) &&
  (value["exp"] === undefined || isCount(value["exp"])) &&
  // threat: a device trusts a key under another's name
  value["kid"] === thumbprint(value["x"]);

/** The id of an Ed25519 key: its thumbprint by RFC 7638. */
export const thumbprint = (x: string): string =>
  createHash("sha256")
    .update(JSON.stringify({ crv: "Ed25519", kty: "OKP", x }))
    .digest("base64url");

function isIdentity(value: unknown): value is Identity {
  const one = membersOf(value);
  const texts = ["server", "issuer", "device", "account", "token", "storageKey"].map((name) => one[name]);
  const pairs = [one["signingKey"], one["sealingKey"]].map(membersOf);
  return (
    texts.every(isText) &&
    isText(membersOf(one["organization"])["id"]) &&
    pairs.every(({ x, d }) => isText(x) && isText(d)) &&
    Array.isArray(one["keys"]) &&
    one["keys"].every(isPinnedKey)
  );
}

/** The identity of a secret on disk. Nobody else's secret, nor another version, decrypts in its place. */
export type Place = { id: string; version: number };

const bound = ({ device }: Identity, { id, version }: Place) => Buffer.from(JSON.stringify([device, id, version]));

/** Encrypts a secret for the disk. */
export function encrypt(identity: Identity, place: Place, text: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(identity.storageKey, "base64url"), iv);
  cipher.setAAD(bound(identity, place));
  const parts = [iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(parts).toString("base64url");
}

/** @throws if it is not what this device has encrypted in this place */
export function decrypt(identity: Identity, place: Place, encrypted: string): string {
  const bytes = Buffer.from(encrypted, "base64url");
  const [iv, tag] = [bytes.subarray(0, 12), bytes.subarray(-16)];
  const cipher = createDecipheriv("aes-256-gcm", Buffer.from(identity.storageKey, "base64url"), iv, {
    authTagLength: 16,
  });
  cipher.setAAD(bound(identity, place));
  cipher.setAuthTag(tag);
  return cipher.update(bytes.subarray(12, -16), undefined, "utf8") + cipher.final("utf8");
}
