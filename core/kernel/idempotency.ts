import { failure } from "../base/failure.ts";
import { absent, any, atMost, type Item, put, type Step, when } from "../table/table.ts";
import { use } from "./context.ts";
import { epoch, instant } from "./ports.ts";

const lifetimeSeconds = 86_400;

export const failures = {
  /** Two requests with one key at once: the door answers the later one with what the earlier one was answered. */
  repeated: failure("conflict", "request.repeated", "This request was already made."),
  reused: failure("conflict", "request.key_reused", "This Idempotency-Key was used for a different request."),
};

/**
 * The step that remembers this request's answer in the write that makes it true, when the caller named the request
 * by an Idempotency-Key; else nothing. Whoever calls it declares `failures.repeated`.
 */
export function remember(answer: Item): Step[] {
  const { idempotency: once } = use();
  if (!once) return [];
  const item = {
    fingerprint: once.fingerprint,
    answer,
    expiresAt: instant(lifetimeSeconds),
    ttl: epoch(lifetimeSeconds),
  };
  const unused = any(absent, atMost("expiresAt", instant()));
  return [put(once.key, item, when(unused, failures.repeated))];
}

/** Whether a kept answer still stands; the table takes old ones away when it likes. */
export const isKept = (record: Item): boolean => String(record.expiresAt) > instant();
