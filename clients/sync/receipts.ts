import type { KeyObject } from "node:crypto";
import { CompactSign } from "jose";
import type { SettingsPayload } from "./document.ts";
import type { Files } from "./files.ts";
import type { Held } from "./held.ts";
import { isCount, isText, membersOf, parse } from "./read.ts";
import { secondMs } from "./system.ts";

// What the device reports, signed with its own key. A receipt is on disk before it is sent, and stays until the server has it.

/** How far the device got with a section: it has it, uses it, enforces it, or cannot. `wiped`: all is removed. */
export type ReceiptState = "fetched" | "applied" | "enforced" | "refused" | "wiped";
export const receiptCodes = [
  "unknown_key",
  "needs_restart",
  "blocked_by_system",
  "version_too_old",
  "invalid_document",
  "other",
] as const;
/** Why a device refuses a section. */
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
  code?: ReceiptCode;
  /** A sentence for an admin, at most 300 characters. */
  message?: string;
  /** The field that it is about. */
  key?: string;
};
/** What every receipt says of its device. */
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

/** What a receipt names of a document. */
const aboutOf = ({ document, revision, heldBack }: SettingsPayload) => ({
  document,
  revision,
  ...(heldBack !== undefined && { heldBack }),
});

type Queued = { seq: number; signed: string };
type Stored = { next: number; queue: Queued[]; last: Record<string, Receipt> };

const file = "receipts.json";
const maxQueued = 1_000;
const maxMessage = 300;
/** Receipts in one request. */
export const batch = 50;

export type Receipts = Awaited<ReturnType<typeof openReceipts>>;

export async function openReceipts(files: Files, signer: Signer) {
  let stored = await readStored(files, signer.now());
  let writing: Promise<unknown> = Promise.resolve();

  /** One change after the other, each on disk before the next. */
  function inTurn<T>(change: () => Promise<T>): Promise<T> {
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
     * said last are made when it is their turn. Returns whether there were any.
     */
    add: (wanted: readonly Receipt[] | (() => readonly Receipt[])): Promise<boolean> =>
      inTurn(async () => {
        const receipts = typeof wanted === "function" ? wanted() : wanted;
        const { queue, last } = { queue: [...stored.queue], last: { ...stored.last } };
        let { next } = stored;
        for (const receipt of receipts) {
          const said = { ...receipt, ...(receipt.message && { message: receipt.message.slice(0, maxMessage) }) };
          if (isSame(last[said.section], said)) continue;
          last[said.section] = said;
          queue.push({ seq: next, signed: await sign(said, next, signer) });
          next += 1;
        }
        if (next !== stored.next) await put({ next, queue: queue.slice(-maxQueued), last });
        return receipts.length > 0;
      }),
    /** What was last said of a section. */
    last: (section: string): Receipt | undefined => stored.last[section],
    pending: (): number => stored.queue.length,
    next: (max = batch): readonly Queued[] => stored.queue.slice(0, max),
    /** Removes those that the server has, or will never take. */
    remove: (sent: readonly Queued[]): Promise<void> =>
      inTurn(async () => {
        const seqs = new Set(sent.map(({ seq }) => seq));
        await put({ ...stored, queue: stored.queue.filter(({ seq }) => !seqs.has(seq)) });
      }),
  };
}

/** How many receipts wait to be sent. */
export const countReceipts = async (files: Files, now: number): Promise<number> =>
  (await readStored(files, now)).queue.length;

export const removeReceipts = (files: Files): Promise<void> => files.remove(file);

async function sign(receipt: Receipt, seq: number, signer: Signer): Promise<string> {
  const { device, organization, app, appVersion, platform, key, now } = signer;
  const at = new Date(now()).toISOString();
  const payload = { seq, device, organization, ...receipt, app, appVersion, platform, at };
  return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg: "EdDSA", typ: "muster-receipt+jwt" })
    .sign(key);
}

/** A number is never used twice. Where the last one is lost, the clock gives one that is higher. */
async function readStored(files: Files, now: number): Promise<Stored> {
  const text = await files.read(file);
  if (text === undefined) return { next: 1, queue: [], last: {} };
  const { next, queue, last } = membersOf(parse(text));
  if (!isCount(next) || !Array.isArray(queue)) return { next: Math.floor(now / secondMs), queue: [], last: {} };
  const isQueued = (one: unknown): one is Queued => isCount(membersOf(one)["seq"]) && isText(membersOf(one)["signed"]);
  return { next, queue: queue.filter(isQueued), last: membersOf(last) as Stored["last"] };
}

const isSame = (one: Receipt | undefined, other: Receipt) =>
  one !== undefined &&
  (["document", "revision", "heldBack", "state", "code", "message", "key"] as const).every(
    (name) => one[name] === other[name],
  );
