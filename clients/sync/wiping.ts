import type { Wipe } from "./document.ts";
import { type Emitter, messageOf, Stopped } from "./events.ts";
import type { Files } from "./files.ts";
import { removeAll } from "./held.ts";
import type { Memory } from "./memory.ts";
import { type Receipts, removeReceipts } from "./receipts.ts";
import type { Tell } from "./reporting.ts";
import type { Sent } from "./sender.ts";
import { removeState, type State, writeState } from "./state.ts";
import { dayMs, type System } from "./system.ts";

/** The time for which a wiped device tries to say so, if the server does not know it any longer. */
const maxGoodbyeMs = dayMs;

/** The reason of a wipe that the embedding client wants itself. */
export const unlinked = "unlinked";

export type Wiping = { kind: "wiping" | "wiped" };
type Parts = {
  files: Files;
  receipts: Receipts;
  events: Emitter;
  system: System;
  problem: Tell;
  send: () => Promise<Sent>;
  /** Resolves when no change is being told. */
  told: () => Promise<void>;
  forgetKeys: () => Promise<void>;
};

/** Removes all that the organization gave this device, and says so when it is true. */
export function wiping(memory: Memory, parts: Parts) {
  const { files, receipts, events, system, problem, send, told, forgetKeys } = parts;
  /** The last reason that something is not removed. */
  let unremoved: unknown;
  /** True if the embedding client has removed its own. */
  let isCleared = false;

  async function begin(wipe: Wipe): Promise<Wiping> {
    const under = { ...wipe, since: system.now() };
    memory.state = { ...memory.state, wipe: under };
    // a crash before this is on disk leaves a wipe that the server says again
    await writeState(files, memory.state).catch((error: unknown) => problem("storage", messageOf(error)));
    return resume(under);
  }

  /** Each step may be repeated. The keys stay until the server knows. */
  async function resume(wipe: NonNullable<State["wipe"]>): Promise<Wiping> {
    memory.held = undefined;
    unremoved = undefined;
    try {
      // threat: a wipe leaves the document on disk
      const stuck = await removeAll(files).then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
      const wasSaid = receipts.last("device")?.state === "wiped";
      if (!wasSaid) await clear(wipe);
      // threat: a device says wiped before the embedding client has removed its own
      if (unremoved) return { kind: "wiping" };
      // threat: a device says that it is wiped although a file of the organization's cannot be removed
      if (stuck) {
        // threat: a device is unlinked although a file of the organization's cannot be removed
        unremoved = stuck.error;
        throw stuck.error;
      }
      if (!wasSaid) {
        const { document = "", revision = 0 } = memory.state.floor ?? {};
        await receipts.add([{ document, revision, section: "device", state: "wiped" }]);
      }
      // threat: a wiped device forgets its keys before the server knows
      if (!isKnownBy(await send(), wipe, wasSaid)) return { kind: "wiping" };
      await forget();
      return { kind: "wiped" };
    } catch (error) {
      await problem("storage", messageOf(error));
      return { kind: "wiping" };
    }
  }

  /** Has the embedding client remove its own, once. */
  async function clear(wipe: NonNullable<State["wipe"]>): Promise<void> {
    if (isCleared) return;
    // threat: a device says that it is wiped while a handler of a change still writes
    await told();
    unremoved = await events.tell("wipe", { reason: wipe.reason, at: wipe.at });
    isCleared = !unremoved;
    if (unremoved && !(unremoved instanceof Stopped)) await problem("handler_failed", messageOf(unremoved));
  }

  /** Returns whether the server knows that the device is wiped, or will not learn it. */
  function isKnownBy(sent: Sent, wipe: NonNullable<State["wipe"]>, wasSaid: boolean): boolean {
    // the token ends with the receipt, so the answer to it may have been lost
    if (sent === "sent" || (sent === "unknown" && wasSaid)) return true;
    return (sent === "unknown" || sent === "not_accepted") && system.now() - wipe.since > maxGoodbyeMs;
  }

  /**
   * Because somebody here wants it. Without an answer of the server the keys go too.
   * @throws what the embedding client threw when it could not remove its own, or why a file cannot be removed
   */
  async function leave(): Promise<{ isReported: boolean }> {
    const { kind } = await begin({ reason: unlinked, at: new Date(system.now()).toISOString() });
    // threat: unlinking is reported before the embedding client has removed its own
    if (unremoved) throw unremoved;
    if (kind !== "wiped") await forget();
    return { isReported: kind === "wiped" };
  }

  /** In this order: without keys, what is left says nothing. */
  async function forget(): Promise<void> {
    // threat: a wiped device keeps its keys
    await forgetKeys();
    await removeReceipts(files);
    await removeState(files);
  }

  return { begin, resume, leave };
}

/** Removes what a device has left whose keys are gone, or cannot be read. */
export async function removeLeftovers(files: Files): Promise<void> {
  await removeAll(files);
  await removeReceipts(files);
  await removeState(files);
}
