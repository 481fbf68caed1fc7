import { randomInt } from "node:crypto";
import { sections } from "@muster/settings/fields.ts";
import * as v from "valibot";
import { hourSeconds } from "../base/duration.ts";
import { failure } from "../base/failure.ts";
import { Integer } from "../base/shape.ts";
import { failures as deviceFailures } from "../device/failures.ts";
import { successorOf } from "../device/rotation.ts";
import type { DeviceRow } from "../device/row.ts";
import { wipeOf } from "../device/wipe.ts";
import { fn } from "../kernel/fn.ts";
import { epoch, settings, signer, syncWaitSeconds, table } from "../kernel/ports.ts";
import { failures as keyFailures } from "../key/failures.ts";
import * as Limits from "../rate/limits.ts";
import * as Windows from "../rate/windows.ts";
import type { Policy, Sections } from "./document.ts";
import { issue } from "./issued.ts";
import { signJws } from "./jws.ts";
import { answerHours, maxWaitSeconds, pollJitter, pollSeconds, wokenPerSecond } from "./limits.ts";
import { type Sealed, sealFor } from "./secrets.ts";
import { readSnapshot, failures as snapshotFailures } from "./snapshot.ts";
import { heldBackOf, type Rows, versionOf } from "./version.ts";
import { isCurrent, named, rowsOf, waitForChange } from "./wait.ts";

// What a device asks for: its settings, signed, or that nothing has changed.

const typ = "muster-document+jwt";

// Shapes

const Has = v.pipe(v.string(), v.maxLength(8_000, "This is too long."));
/** Random characters that a device chose for one request. Its answer has them signed, so no other answer is taken for it. */
export const Nonce = v.pipe(v.string(), v.regex(/^[\w-]{16,64}$/, "Expected 16 to 64 letters, digits, _ or -."));

/** The answer to a device that lacks something. */
export const Answer = v.object({
  /** The signed document, a JWS: the hashes of all sections, or that the device has to remove everything. */
  document: v.string(),
  /** The sections that the device lacks, as JSON, by name. */
  sections: v.optional(v.record(v.string(), v.string())),
  /** The API keys that the member may use, as JSON: id, kind, name, version, and the hash of what is sealed. */
  secretList: v.optional(v.string()),
  /** The API keys that the device lacks, each sealed to it, by id. */
  secrets: v.optional(v.record(v.string(), v.string())),
});
export const Synced = v.object({
  ...v.partial(Answer).entries,
  /** Of this document. */
  version: v.string(),
  /** The revision of the organization's settings. */
  revision: Integer,
  /** The number of seconds until the next request. */
  pollSeconds: Integer,
  /** Within how many seconds to report, at random, because many devices got a change at this moment. */
  spreadSeconds: v.optional(Integer),
  /** The successor of the device's token, once that is due. */
  token: v.optional(v.string()),
});
export type Synced = v.InferOutput<typeof Synced>;
/** Entries of a long list. Its name says what they are, so it is their version. */
export const List = v.object({
  version: v.string(),
  /** The revision of the organization's settings. */
  revision: Integer,
  /** Missing if the device has them. */
  entries: v.optional(v.array(v.string())),
});

// Failures

export const failures = {
  suspended: failure("conflict", "sync.suspended", "A suspended organization gives no device its first settings."),
  listMissing: failure("missing", "sync.list_missing", "This list does not belong to your settings. Sync again."),
};

// Functions

/** Returns the settings of a device's member, signed; nothing but their version if the device has them. */
export const get = fn(
  "sync.get",
  {
    input: v.strictObject({
      /** The version that the device has. */
      version: v.optional(v.string()),
      /** The sections that it has, each with its hash: `features:…,models:…`. */
      have: v.optional(Has),
      /** The API keys that it has, each with its version: `sec_…:3`. */
      secrets: v.optional(Has),
      /**
       * Random characters, others in each request. What is signed in the answer has them as `nonce`: refuse a document
       * without them, since it is the answer to another request.
       */
      nonce: v.optional(Nonce),
      /** For how many seconds to wait for a change, if there is none. At most two requests of a device wait at a time. */
      wait: v.optional(v.pipe(v.string(), v.regex(/^\d{1,3}$/, "Expected a number of seconds."))),
    }),
    output: Synced,
    failures: [
      keyFailures.unavailable,
      failures.suspended,
      deviceFailures.missing,
      snapshotFailures.changed,
      Windows.failures.limited,
    ],
    reads: rowsOf,
  },
  async ({ version, have, secrets, nonce, wait = "0" }, actor, read) => {
    const seconds = Math.min(Number(wait), waitSeconds());
    const first = named(read);
    // threat: a device that asks again and again gets any number of documents
    const hasWaited = isCurrent(first, version);
    const { rows, requests, fullSeconds } = await waitForChange(first, actor, { version, seconds });
    const wipe = wipeOf(rows);
    if (wipe) {
      await count(rows.device, hasWaited);
      // threat: a wipe can be kept and shown to a device later
      return wiping(rows, wipe, nonce);
    }
    const token = await successorOf(rows.device);
    const rotated = token === undefined ? {} : { token };
    if (version === versionOf(rows)) {
      return { ...toldOf(rows), ...(fullSeconds > 0 && { pollSeconds: fullSeconds }), ...rotated };
    }
    // threat: one device uses up the signatures of all
    await count(rows.device, hasWaited);
    const had = pairsIn(have);
    const isClosed = rows.organization?.state === "suspended" && !sections.some((name) => had.has(name));
    if (isClosed) throw failures.suspended({ retryAfterSeconds: hourSeconds });
    const snapshot = await readSnapshot(rows);
    const answer = await documentFor(snapshot, { have: had, has: pairsIn(secrets), nonce });
    // what a device got after its departure was recorded would be missing there: so it does not get it
    // threat: a device gets an API key that its departure does not list
    const ended = hasSecrets(answer) && wipeOf(named(await table.getMany(rowsOf(undefined, actor))));
    // threat: a wipe in place of secrets answers no request
    if (ended) return wiping(rows, ended, nonce);
    // threat: ten thousand devices report at once what they all got at the same moment
    const spreadSeconds = Math.floor(requests / wokenPerSecond);
    return { ...toldOf(snapshot.rows), ...rotated, ...answer, ...(spreadSeconds > 0 && { spreadSeconds }) };
  },
);

/** Returns entries of a long list of the device's settings. */
export const readList = fn(
  "sync.readList",
  {
    input: v.strictObject({
      /** One of the names that a section has in place of the entries. */
      name: v.pipe(v.string(), v.regex(/^[\w-]{22}$/, "Expected a name from a section.")),
      /** The name of what the device has. */
      version: v.optional(v.string()),
    }),
    output: List,
    failures: [failures.listMissing, deviceFailures.missing, snapshotFailures.changed],
    reads: rowsOf,
  },
  async ({ name, version }, _, read) => {
    const rows = named(read);
    // threat: a revoked device reads the long lists of the settings
    if (wipeOf(rows)) throw failures.listMissing();
    // lists of several layers together are stored nowhere
    const { content } = await readSnapshot(rows);
    const text = content.parts.get(name);
    if (text === undefined) throw failures.listMissing();
    const { revision } = toldOf(rows);
    return { version: name, revision, ...(version !== name && { entries: JSON.parse(text) as string[] }) };
  },
);

const toldOf = (rows: Rows): Synced => ({
  version: versionOf(rows),
  revision: rows.organization?.revision ?? 0,
  pollSeconds: jittered(),
});

/** That the device has to remove everything. */
async function wiping(rows: Rows, wipe: NonNullable<ReturnType<typeof wipeOf>>, nonce: MaybeNonce): Promise<Synced> {
  return { ...toldOf(rows), document: await signWipe(rows.device, wipe, nonce) };
}

/** Returns the signed order to a device to remove everything. */
export const signWipe = (device: Addressee, wipe: NonNullable<DeviceRow["wipe"]>, nonce: MaybeNonce): Promise<string> =>
  signJws(typ, { ...claims(device, nonce), wipe });

/** The content of one request. */
type Asked = { have: ReadonlyMap<string, string>; has: ReadonlyMap<string, string>; nonce: MaybeNonce };
type MaybeNonce = string | undefined;

async function documentFor(
  { rows, content }: Awaited<ReturnType<typeof readSnapshot>>,
  { have, has, nonce }: Asked,
): Promise<v.InferOutput<typeof Answer>> {
  const { device, member, organization } = rows;
  if (!member) throw new Error("A device without a member has no document.");
  const { sections: texts, policy } = content;
  const sealed = await sealFor({ device, member, organization }, has);
  const payload = { ...claims(device, nonce), ...contentOf(rows, texts, { sealed, policy }) };
  const lacking = sections.filter((name) => have.get(name) !== texts[name].hash);
  return {
    document: await signJws(typ, payload),
    sections: Object.fromEntries(lacking.map((name) => [name, texts[name].text])),
    secretList: sealed.list.text,
    secrets: sealed.texts,
  };
}

function contentOf(rows: Rows, texts: Sections, { sealed, policy }: { sealed: Sealed; policy: Policy }): object {
  const { device } = rows;
  const revision = rows.organization?.revision ?? 0;
  const heldBack = heldBackOf(rows);
  const hashes = Object.fromEntries(sections.map((name) => [name, { hash: texts[name].hash }]));
  return {
    revision,
    ...(heldBack !== undefined && { heldBack }),
    sections: hashes,
    secrets: { hash: sealed.list.hash },
    policy: { pollSeconds, ...policy },
    document: issue(device, { revision, heldBack }, [hashes, sealed.versions]),
  };
}

/**
 * Counts what is signed. A request that waited gets one document for one change, so it is counted only where all
 * devices share a quota of signatures: for ten thousand of them that would be as many writes at once.
 */
async function count({ sk }: DeviceRow, hasWaited: boolean): Promise<void> {
  // threat: a device that waits takes more signatures than a quota allows
  if (hasWaited && !signer.hasQuota()) return;
  await Windows.take(Limits.documentsPerDevice, sk);
}

const hasSecrets = ({ secrets = {} }: v.InferOutput<typeof Answer>) => Object.keys(secrets).length > 0;

type Addressee = Pick<DeviceRow, "sk" | "pk" | "organization">;

/** Returns what every document says. Half of its lifetime later at most, a client asks for another signature. */
function claims({ sk, pk, organization }: Addressee, nonce: MaybeNonce) {
  const iat = epoch();
  const exp = iat + answerHours * hourSeconds;
  // threat: a document can be kept and shown to a device later
  return { iss: settings().siteUrl, aud: sk, sub: pk, organization, iat, exp, ...(nonce !== undefined && { nonce }) };
}

/** For how many seconds a device may ask this deployment to wait. */
export const waitSeconds = () => Math.min(maxWaitSeconds, syncWaitSeconds());

/** Reads `features:…,models:…`. What is no pair names nothing that a device could have. */
const pairsIn = (text = "") => new Map(text.split(",").map((pair) => pair.split(":") as [string, string]));

/** Devices that were told at one moment ask again at different ones. */
export function jittered(): number {
  const range = Math.floor(pollSeconds * pollJitter);
  return pollSeconds - range + randomInt(2 * range + 1);
}
