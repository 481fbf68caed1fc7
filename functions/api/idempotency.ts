import { failure, implied } from "@muster/core/base/failure.ts";
import { authorize } from "@muster/core/kernel/authorize.ts";
import type { Idempotency, Context as Request } from "@muster/core/kernel/context.ts";
import { failures as idempotencyFailures, isKept, isRepeated, keep } from "@muster/core/kernel/idempotency.ts";
import { now, table } from "@muster/core/kernel/ports.ts";
import { mac, macs } from "@muster/core/kernel/signed.ts";
import { type Item, rowName } from "@muster/core/table/table.ts";
import type { Context } from "hono";
import * as v from "valibot";
import type { AnyFn } from "./any-fn.ts";
import type { Env } from "./env.ts";

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
  const known = ahead?.get(rowName(once.key));
  if (known && isKept(known)) {
    if ("answer" in known || !isOwn(known, once)) return replay(known);
    once.isBegun = true;
  }
  try {
    const output = await run();
    // threat: a POST that is answered after its write does not keep the answer
    await keep(output, fn.idempotency);
    return output;
  } catch (error) {
    const record = isRepeated(error) ? await table.get(once.key) : undefined;
    if (!record) throw error;
    if ("answer" in record || !isOwn(record, once)) return replay(record);
    throw implied.contended();
  }
}

/** Fields in the order in which they were answered. What a newer release answered stays as it is. */
function asBefore({ output }: AnyFn, answer: unknown): unknown {
  const result = v.safeParse(output, answer);
  return result.success ? result.output : answer;
}
