import type { KeyObject } from "node:crypto";
import { CompactSign } from "jose";
import type { SettingsPayload } from "./document.ts";
import type { Files } from "./files.ts";
import type { Held } from "./held.ts";
import { isCount, isText, membersOf, parse } from "./read.ts";
import { secondMs } from "./system.ts";

// What the device reports, signed with its own key. A receipt is on disk before it is sent, and stays until the server has it.

/** The progress of the device with a section: it has it, uses it, enforces it, or cannot. `wiped`: all is removed. */
export type ReceiptState = "fetched" | "applied" | "enforced" | "refused" | "wiped";
export const receiptCodes = [
  "unknown_key",
  "needs_restart",
  "blocked_by_system",
  "version_too_old",
  "invalid_document",
  "other",
] as const;
/** A device's reason for refusing a section. */
export type ReceiptCode = (typeof receiptCodes)[number];

/** A receipt before it is numbered and signed. */
export type Receipt = {
  /** The hash of the document, and its revision. */
  document: string;
  revision: number;
  /** The revision that the document is without. */
  heldBack?: number;
  /** A section of the settings, or `device` for the whole. */
  section: string;
  state: ReceiptState;
  code?: ReceiptCode | undefined;
  /** A sentence for an admin, at most 300 characters. */
  message?: string | undefined;
  /** The field that it is about. */
  key?: string | undefined;
};
/** The author of receipts: the parts that they all say of the device, and its key. */
export type Signer = {
  device: string;
  organization: string;
  app: string;
  appVersion: string;
  platform: string;
  key: KeyObject;
  now: () => number;
};

/** A receipt about a document. */
export const receiptOf = (section: string, state: ReceiptState, { payload }: Pick<Held, "payload">): Receipt => ({
  ...aboutOf(payload),
  section,
  state,
});

/** Returns the parts of a receipt that name a document. */
const aboutOf = ({ document, revision, heldBack }: SettingsPayload) => ({
  document,
  revision,
  ...(heldBack !== undefined && { heldBack }),
});

/** A receipt that waits, and what it says, in case that it has to be signed with another number. */
type Queued = { seq: number; signed: string; said: Receipt };
type Stored = { device: string; next: number; queue: Queued[]; last: Record<string, Receipt> };

const file = "receipts.json";
const maxQueued = 1_000;
const maxMessage = 300;
/** Receipts in one request. */
export const batch = 50;

export type Receipts = Awaited<ReturnType<typeof openReceipts>>;

export async function openReceipts(files: Files, signer: Signer) {
  let stored = await readStored(files, signer);
  let isClosed = false;
  let writing: Promise<unknown> = Promise.resolve();

  /** One change after the other, each on disk before the next. */
  function enqueue<T>(change: () => Promise<T>): Promise<T> {
    const result = writing.then(change);
    writing = result.catch(() => undefined);
    return result;
  }

  async function put(next: Stored): Promise<void> {
    await files.write(file, JSON.stringify(next));
    stored = next;
  }

  return {
    /**
     * Signs and queues receipts, but for those that repeat what was said last of their section. Those that follow from what was
     * said last are made when they are reached. Returns whether there were any.
     */
    add: (wanted: readonly Receipt[] | (() => readonly Receipt[])): Promise<boolean> =>
      enqueue(async () => {
        // the next process has this file now
        // threat: a client that has stopped writes into the folder of the next
        if (isClosed) return false;
        const receipts = typeof wanted === "function" ? wanted() : wanted;
        const { queue, last } = { queue: [...stored.queue], last: { ...stored.last } };
        let { next } = stored;
        for (const receipt of receipts) {
          const said = { ...receipt, ...(receipt.message && { message: shortened(receipt.message) }) };
          if (isSame(last[said.section], said)) continue;
          last[said.section] = said;
          queue.push({ seq: next, signed: await sign(said, next, signer), said });
          next += 1;
        }
        if (next !== stored.next) await put({ ...stored, next, queue: queue.slice(-maxQueued), last });
        return receipts.length > 0;
      }),
    last: (section: string): Receipt | undefined => stored.last[section],
    pending: (): number => stored.queue.length,
    next: (max = batch): readonly Queued[] => stored.queue.slice(0, max),
    /** Removes those that the server has, or will never take. */
    remove: (sent: readonly Queued[]): Promise<void> =>
      enqueue(async () => {
        const seqs = new Set(sent.map(({ seq }) => seq));
        await put({ ...stored, queue: stored.queue.filter(({ seq }) => !seqs.has(seq)) });
      }),
    /**
     * Returns whether the server has a number that this file has not given yet, because the file was lost, or is from a
     * backup. Then the server takes new receipts for ones that it has.
     */
    isOvertaken: (received: number): boolean => isCount(received) && received >= stored.next,
    /** Signs what waits again, with numbers that are higher than this one and all before. */
    renumber: (received: number): Promise<void> =>
      enqueue(async () => {
        const from = Math.max(received + 1, stored.next);
        const queue: Queued[] = [];
        for (const { said } of stored.queue) {
          const seq = from + queue.length;
          queue.push({ seq, signed: await sign(said, seq, signer), said });
        }
        await put({ ...stored, next: from + queue.length, queue });
      }),
    /** Resolves when all is on disk. Nothing is written afterwards. */
    close: (): Promise<void> =>
      enqueue(async () => {
        isClosed = true;
      }),
  };
}

/** Counts the receipts that wait to be sent. */
export const countReceipts = async (files: Files, of: Pick<Signer, "device" | "now">): Promise<number> =>
  (await readStored(files, of)).queue.length;

export const removeReceipts = (files: Files): Promise<void> => files.remove(file);

async function sign(receipt: Receipt, seq: number, signer: Signer): Promise<string> {
  const { device, organization, app, appVersion, platform, key, now } = signer;
  const at = new Date(now()).toISOString();
  const payload = { seq, device, organization, ...receipt, app, appVersion, platform, at };
  return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg: "EdDSA", typ: "muster-receipt+jwt" })
    .sign(key);
}

/**
 * Returns what waits on disk. Where it is damaged, the clock gives a number that is higher than the last. What another device
 * has left in this folder is not this one's to say.
 */
async function readStored(files: Files, { device, now }: Pick<Signer, "device" | "now">): Promise<Stored> {
  const text = await files.read(file);
  const { device: owner, next, queue, last } = membersOf(parse(text ?? ""));
  const empty = { device, next: 1, queue: [], last: {} };
  // threat: a new device sends the receipts of the one before
  if (text === undefined || (isText(owner) && owner !== device)) return empty;
  // threat: an update of the client loses receipts that wait
  if (!isCount(next) || !Array.isArray(queue)) return { ...empty, next: Math.floor(now() / secondMs) };
  const queued = queue.slice(-maxQueued).flatMap((one: unknown): Queued[] => {
    const { seq, signed } = membersOf(one);
    const said = isText(signed) && saidIn(signed, device);
    return isCount(seq) && isText(signed) && said ? [{ seq, signed, said }] : [];
  });
  return { device, next, queue: queued, last: membersOf(last) as Stored["last"] };
}

/** Reads a signed receipt, if it is of this device. An older client's file names the device only there. */
function saidIn(signed: string, of: string): Receipt | undefined {
  const payload = membersOf(parse(Buffer.from(signed.split(".")[1] ?? "", "base64url").toString()));
  const {
    seq: _,
    device,
    organization: __,
    app: ___,
    appVersion: ____,
    platform: _____,
    at: ______,
    ...said
  } = payload;
  // threat: a device sends receipts that another one has left
  return device === of && isText(said["section"]) ? (said as Receipt) : undefined;
}

/** No half of a character stands at the end. */
const shortened = (message: string) => message.slice(0, maxMessage).replace(/[\ud800-\udbff]$/, "");

const isSame = (one: Receipt | undefined, other: Receipt) =>
  one !== undefined &&
  (["document", "revision", "heldBack", "state", "code", "message", "key"] as const).every(
    (name) => one[name] === other[name],
  );
