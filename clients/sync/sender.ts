import type { Problem } from "./events.ts";
import { isText, membersOf, parse, type Unread } from "./read.ts";
import { batch, type Receipts } from "./receipts.ts";
import type { Session } from "./session.ts";

/**
 * The result of sending: the server has all receipts, or it did not answer. `unknown`: it says that it has no such
 * device, or no longer.
 */
export type Sent = "sent" | "failed" | "not_accepted" | "unknown";

/** Receipts of a request that the server will never take, by their position. */
function rejectedOf({ rejected }: Unread): ReadonlyMap<number, string> {
  const all = (Array.isArray(rejected) ? rejected : []).map(membersOf);
  return new Map(all.map(({ index, reason }) => [Number(index), String(reason)]));
}

/** The server may take the receipts later, or no longer anything of this device. */
function notTaken(status: number, said: Unread): Sent {
  if (said["code"] === "actor.unauthenticated") return "unknown";
  return [401, 403, 404].includes(status) ? "not_accepted" : "failed";
}

/** Sends the receipts that wait, one request at a time. Those that the server has leave the queue. */
export function sender(
  receipts: Receipts,
  session: Session,
  { timeoutMs, problem }: { timeoutMs: number; problem: (code: Problem["code"], message: string) => Promise<void> },
) {
  let maxBatch = batch;
  let sending: Promise<Sent> | undefined;
  /** The highest number that may have been sent: the server may have it although its answer was lost. */
  let tried = Math.max(0, ...receipts.next(Number.POSITIVE_INFINITY).map(({ seq }) => seq));

  async function sendAll(signal: AbortSignal | undefined): Promise<Sent> {
    let isRenumbered = false;
    while (receipts.pending() > 0) {
      if (signal?.aborted) return "failed";
      const some = receipts.next(maxBatch);
      const tail = tried;
      tried = Math.max(tried, ...some.map(({ seq }) => seq));
      const body = JSON.stringify({ receipts: some.map(({ signed }) => signed) });
      const init = { method: "POST", body, headers: { "content-type": "application/json" } } as const;
      const answer = await session.call("/sync/receipts", init, { timeoutMs, signal });
      const said = membersOf(parse(answer.text));
      if (answer.status === 200) {
        const { known, isOvertaken, received, rejected } = accepted(some, said, tail);
        // threat: a server that counts on makes a device send forever
        if (known.length === 0 && (!isOvertaken || isRenumbered)) return "failed";
        // threat: a receipt is lost with the answer
        await receipts.remove(known);
        for (const reason of rejected.values()) await problem("receipt_refused", `A receipt was refused: ${reason}.`);
        maxBatch = batch;
        // threat: receipts are swallowed after their file was lost
        if (isOvertaken) await receipts.renumber(received);
        isRenumbered ||= isOvertaken;
      } else if (![400, 413, 422].includes(answer.status)) {
        return notTaken(answer.status, said);
      } else if (some.length > 1) {
        // one of them is the reason: each by itself
        maxBatch = 1;
      } else {
        await receipts.remove(some);
        const { detail } = said;
        await problem("receipt_refused", isText(detail) ? detail : `The server answered ${answer.status}.`);
      }
    }
    return "sent";
  }

  /** Returns which of the sent receipts the server has or will never take. `tail`: the highest number sent before. */
  function accepted(some: ReturnType<Receipts["next"]>, said: Unread, tail: number) {
    const rejected = rejectedOf(said);
    const received = Number(said["received"]);
    const had = Number(said["receivedBefore"]);
    // a number that was not sent before, and that the server had: it took the receipt for another one
    // threat: a receipt whose answer was lost is said twice
    const isTaken = some.some(({ seq }) => seq > tail && seq <= had);
    // threat: receipts are lost after a folder came back from a backup
    const isOvertaken = isTaken || receipts.isOvertaken(received);
    // threat: a receipt that the server rejects is sent forever
    const isDone = (seq: number, i: number) => rejected.has(i) || (!isOvertaken && received >= seq);
    return { known: some.filter(({ seq }, i) => isDone(seq, i)), isOvertaken, received, rejected };
  }

  return {
    send: (signal?: AbortSignal): Promise<Sent> => {
      sending ??= sendAll(signal)
        .catch((): Sent => "failed")
        .finally(() => {
          sending = undefined;
        });
      return sending;
    },
  };
}
