import { compareVersions } from "@muster/settings/kind.ts";
import {
  hashOf,
  isWipe,
  keyIdOf,
  openDocument,
  openSigned,
  readSecretList,
  type SecretInfo,
  type SettingsPayload,
  type Wipe,
} from "./document.ts";
import { checkOwner, fieldsOf, type Held, takeSections } from "./held.ts";
import { encrypt, type Identity, isPinnedKey, maxKeys, type PinnedKey } from "./identity.ts";
import { isRecord, membersOf, parse } from "./read.ts";
import { Refusal } from "./refusal.ts";
import { openSealed } from "./sealed.ts";
import { minuteMs, secondMs } from "./system.ts";

// What a device takes from an answer of the server. An answer that is not wholly right changes nothing. That it answers this
// request is signed, so no clock decides whether it is true.

/** The last document that was taken, also when its copy was lost: nothing older is taken. */
export type Floor = { revision: number; iat: number; document: string };

const maxSkewMs = 5 * minuteMs;

/** Returns whether the device's clock differs too much from the clock of the server that has just signed this. */
export const isClockWrong = ({ iat }: SettingsPayload, now: number): boolean =>
  // threat: nobody learns that the clock of a device is wrong
  Math.abs(iat * secondMs - now) > maxSkewMs;

// threat: turning the clock back brings back a key that has ended
/** The time by the device's clock, which may be behind: it is later than what it has taken. */
export const timeAfter = (floor: Floor | undefined, now: number): number => Math.max(now, (floor?.iat ?? 0) * secondMs);

export type Context = {
  identity: Identity;
  held: Held | undefined;
  floor: Floor | undefined;
  /** The value that the request wanted to be signed in its answer. */
  nonce: string;
  /** The version of the client. */
  appVersion: string;
  etag: string | null;
  /** The time at which the answer came, by the device's clock. */
  now: number;
  /** Returns a part's text from the disk or from the server. */
  readPart: (name: string) => Promise<string | undefined>;
};

export type Taken =
  | { kind: "document"; held: Held }
  | { kind: "wipe"; wipe: Wipe }
  /** The document is right, but the organization wants a newer client. */
  | { kind: "too_old"; payload: SettingsPayload };

/** A document that is for this device and newer than what it has, but cannot be used. */
export class Unusable extends Refusal {
  readonly payload: SettingsPayload;

  constructor({ code, message }: Refusal, payload: SettingsPayload) {
    super(code, message);
    this.payload = payload;
  }
}

/** Returns what an answer brings. @throws Refusal if anything about it is not right */
export async function take(text: string, context: Context): Promise<Taken> {
  const { identity, floor, nonce, now } = context;
  const answer = parse(text);
  if (!isRecord(answer) || typeof answer["document"] !== "string") {
    throw new Refusal("unreadable", "The answer has no document.");
  }
  const signed = answer["document"];
  const payload = await openDocument(signed, unexpired(identity.keys, signed, timeAfter(floor, now)));
  checkOwner(payload, identity);
  // threat: a device takes the answer to another request
  if (payload.nonce !== nonce) throw new Refusal("replayed", "The document is the answer to another request.");
  if (isWipe(payload)) return { kind: "wipe", wipe: payload.wipe };

  checkRevision(payload, floor);
  try {
    return await takeContent(signed, payload, answer, context);
  } catch (error) {
    // what is missing may be there a moment later, when nothing is wrong with the document
    // threat: a document that devices cannot use goes to everybody
    const isUnusable = error instanceof Refusal && error.code !== "incomplete";
    throw isUnusable ? new Unusable(error, payload) : error;
  }
}

async function takeContent(
  signed: string,
  payload: SettingsPayload,
  answer: Readonly<Record<string, unknown>>,
  context: Context,
): Promise<Taken> {
  const { held, appVersion, etag, now: takenAt } = context;
  const sections = takeSections(payload, membersOf(answer["sections"]), held?.sections ?? {});
  const { secretList = held?.secretList } = answer;
  if (typeof secretList !== "string") throw new Refusal("incomplete", "The list of secrets is missing.");
  const list = readSecretList(payload, secretList);
  const secrets = await takeSecrets(list, membersOf(answer["secrets"]), context);
  // threat: a client below the minimum version goes on as if nothing was
  if (compareVersions(plain(appVersion), payload.policy.minimumVersion) < 0) return { kind: "too_old", payload };
  const { fields, parts } = await fieldsOf(sections, context.readPart);
  const named = etag === null ? {} : { etag };
  const taken = { signed, payload, ...named, takenAt, sections, fields, secretList, list, secrets, parts };
  return { kind: "document", held: taken };
}

const hasEnded = ({ exp }: PinnedKey, now: number): boolean => exp !== undefined && exp * secondMs < now;

/** The keys, unless the one that signed has ended. */
function unexpired(keys: readonly PinnedKey[], signed: string, now: number): readonly PinnedKey[] {
  const kid = keyIdOf(signed);
  const key = keys.find((one) => one.kid === kid);
  // threat: an expired key of the server signs documents
  if (key && hasEnded(key, now)) throw new Refusal("expired_key", `The key ${kid} has expired.`);
  return keys;
}

/** A server that was put back to an earlier state is believed again when its settings change. */
function checkRevision({ revision }: SettingsPayload, floor: Floor | undefined): void {
  // threat: a device takes an older revision
  if (revision < (floor?.revision ?? 0)) {
    throw new Refusal("older", "The document is older than the one that this device has.");
  }
}

/** Returns all secrets of a document, encrypted for the disk: those of the answer, and those that are held already. */
async function takeSecrets(
  list: readonly SecretInfo[],
  given: Readonly<Record<string, unknown>>,
  { identity, held }: Context,
): Promise<Held["secrets"]> {
  const taken: Record<string, string> = {};
  for (const secret of list) {
    const { id, version, hash } = secret;
    const sealed = Object.hasOwn(given, id) ? given[id] : undefined;
    if (typeof sealed === "string") {
      // threat: a device takes a sealed secret that nobody signed
      if (hashOf(sealed) !== hash) throw new Refusal("hash_mismatch", "A secret is not the one that was signed.");
      taken[id] = encrypt(identity, secret, await openSealed(identity, secret, sealed));
      continue;
    }
    // threat: an old version of a secret passes for the new one
    const mine = held?.list.find((one) => one.id === id && one.version === version);
    const kept = mine && held?.secrets[id];
    if (kept === undefined) throw new Refusal("incomplete", "A secret is missing.");
    taken[id] = kept;
  }
  return taken;
}

/** A version without what follows its three numbers. What is none is older than all. */
const plain = (version: string) => /^\d+\.\d+\.\d+/.exec(version)?.[0] ?? "0.0.0";

/**
 * Returns the pinned keys and those of a key set that they have signed, directly or through another key. A pinned key gets
 * the end that such a signature says, and none later than it had. None is left out, so that a wrong clock costs nothing once
 * it is right.
 * @param text the answer of the server's key route
 */
export async function endorsed(text: string, pinned: readonly PinnedKey[], now: number): Promise<readonly PinnedKey[]> {
  const { keys } = membersOf(parse(text));
  // each check costs, and an answer that asks for many needs no key
  if (!Array.isArray(keys) || keys.length > maxKeys) return pinned;
  const known = new Map(pinned.map((key) => [key.kid, key]));
  const candidates = keys.filter((key) => isPinnedKey(key));
  for (let isNews = true; isNews; ) {
    isNews = false;
    for (const candidate of candidates) {
      const { kid, x, exp } = candidate;
      if (!isNewsOf(candidate, known.get(kid))) continue;
      const key = { kid, x, ...(exp !== undefined && { exp }) };
      // threat: a key that has ended vouches for a new one
      const by = [...known.values()].filter((one) => !hasEnded(one, now));
      // threat: a device pins a key that nobody it trusts has signed
      if (!(await isEndorsed(key, membersOf(candidate)["endorsements"], by))) continue;
      known.set(kid, key);
      isNews = true;
    }
  }
  return [...known.values()];
}

const isNewsOf = ({ exp = Number.POSITIVE_INFINITY }: PinnedKey, known: PinnedKey | undefined): boolean =>
  // threat: a key gets a later end than it had
  !known || exp < (known.exp ?? Number.POSITIVE_INFINITY);

async function isEndorsed(key: PinnedKey, endorsements: unknown, by: readonly PinnedKey[]): Promise<boolean> {
  // threat: forged keys cost a device seconds
  for (const endorsement of Array.isArray(endorsements) ? endorsements.slice(0, maxKeys) : []) {
    if (typeof endorsement !== "string") continue;
    const said = membersOf(await openSigned(endorsement, "muster-key+jwt", by).catch(() => undefined));
    // threat: a device pins a key by the signature over another
    // threat: a key gets an end that nobody has signed
    if (said["kid"] === key.kid && said["x"] === key.x && said["exp"] === key.exp) return true;
  }
  return false;
}
