import { Failure, failure } from "@muster/core/base/failure.ts";
import { authorize } from "@muster/core/kernel/authorize.ts";
import type { Idempotency, Context as Request } from "@muster/core/kernel/context.ts";
import { failures as idempotencyFailures, isKept, isRecent, keep } from "@muster/core/kernel/idempotency.ts";
import { now, pause, table } from "@muster/core/kernel/ports.ts";
import { mac, macs } from "@muster/core/kernel/signed.ts";
import { type Item, rowName } from "@muster/core/table/table.ts";
import type { Context } from "hono";
import * as v from "valibot";
import type { AnyFn } from "./any-fn.ts";
import type { Env } from "./env.ts";

/** The waits for the answer of the same request, which arrived before; then this one finishes what that began. */
const waitsMs = [100, 200, 400, 800, 1600];

export const failures = {
  badKey: failure("invalid", "request.key_invalid", "An Idempotency-Key has 1 to 200 visible characters."),
  refusedKey: failure(
    "invalid",
    "request.key_refused",
    "This request does not support Idempotency-Key, because its answer contains a credential.",
  ),
};

/** A key is refused if the answer is never stored, so that nobody relies on it. */
export function idempotencyKey(c: Context<Env>, { idempotency }: AnyFn): string | undefined {
  const key = c.req.header("idempotency-key");
  if (key === undefined || c.req.method !== "POST") return;
  if (idempotency === "unsupported") throw failures.refusedKey();
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) throw failures.badKey();
  return key;
}

/**
 * The request that a key stands for: the same key for another one is a mistake of the caller. A body may hold a code or
 * the key of a provider: with the pepper, nobody who reads the table can try out what it was.
 */
export function fingerprints(
  c: Context<Env>,
  input: unknown,
  asker?: string,
): Pick<Idempotency, "fingerprint" | "earlier"> {
  const text = JSON.stringify([c.req.method, c.req.path, input, ...(asker ? [asker] : [])]);
  // threat: a stored request tells what was in its body
  const fingerprint = mac(`request ${text}`).toString("base64url");
  return { fingerprint, earlier: macs(`request ${text}`).map((one) => one.toString("base64url")) };
}

/** Returns whether a stored record is valid, and of this very request. */
export const isOwn = (record: Item, { fingerprint, earlier = [] }: Idempotency) =>
  // threat: a rotation of the pepper makes a repeated request another one
  isKept(record) && [fingerprint, ...earlier].includes(String(record.fingerprint));

/**
 * A repeated request gets the same answer, also when both arrive at once. One that has begun, and whose process crashed
 * before the answer, is completed.
 */
export async function onceOnly<R>(context: Request, fn: AnyFn, run: () => Promise<R>): Promise<R> {
  const { idempotency: once, prefetched: ahead, actor } = context;
  if (!once) return run();
  const replay = async (record: Item) => {
    // threat: one key answers another request
    if (!isOwn(record, once)) throw idempotencyFailures.reused();
    // what the caller may not do anymore is not answered anymore either
    // threat: an answer from before a demotion is given again
    if (fn.idempotency !== "endsAccess") authorize(actor, fn.permission, now());
    const answer = record.answer === null ? undefined : record.answer;
    return (fn.replay ? await fn.replay(answer as Item, actor as never) : asBefore(fn, answer)) as R;
  };
  const attempt = async (before: Item | undefined): Promise<R> => {
    const record = before && fn.idempotency !== "readOnly" ? await answered(before, once) : before;
    if (record && isOver(record, once)) return replay(record);
    once.isBegun = record !== undefined;
    once.isHandled = false;
    try {
      const output = await run();
      // threat: a POST that is answered after its write does not keep the answer
      await keep(output, fn.idempotency);
      return output;
    } catch (error) {
      // threat: of two simultaneous requests, the later one is told that the earlier one was in its way
      const found = error instanceof Failure ? await find(once) : undefined;
      if (!found) throw error;
      if (isOver(found, once)) return replay(found);
      // this is how what has begun ended
      if (record || hasWritten(context, once)) throw error;
      delete context.prefetched;
      return attempt(found);
    }
  };
  const known = ahead?.get(rowName(once.key));
  return attempt(known && isKept(known) ? known : undefined);
}

/** Returns whether there is nothing to finish: the request was answered, or is another one. */
const isOver = (record: Item, once: Idempotency) => "answer" in record || !isOwn(record, once);

async function find({ key }: Idempotency): Promise<Item | undefined> {
  const record = await table.get(key);
  return record && isKept(record) ? record : undefined;
}

/** Returns the record once it has an answer, or as it is if that takes longer than a process that works on it would. */
async function answered(record: Item, once: Idempotency): Promise<Item> {
  let found = record;
  for (const ms of waitsMs) {
    if (isOver(found, once) || !isRecent(found)) break;
    await pause(ms);
    found = (await find(once)) ?? found;
  }
  return found;
}

/** Returns whether this request has itself written that it began. */
const hasWritten = ({ position }: Request, { key }: Idempotency) =>
  position?.written.some((step) => rowName(step.key) === rowName(key)) === true;

/** Fields in the order in which they were answered. What a newer release answered stays as it is. */
function asBefore({ output }: AnyFn, answer: unknown): unknown {
  const result = v.safeParse(output, answer);
  return result.success ? result.output : answer;
}
