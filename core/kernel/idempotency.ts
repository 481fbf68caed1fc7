import { failure, isFailure } from "../base/failure.ts";
import { absent, any, atMost, equal, type Item, type Put, put, type Step, when } from "../table/table.ts";
import { use } from "./context.ts";
import { epoch, instant, table } from "./ports.ts";

const lifetimeSeconds = 86_400;

/** How an operation supports Idempotency-Key when it is a POST. */
export type IdempotencyMode =
  /** Its answer is stored and replayed; the default. */
  | "replayed"
  /** It changes nothing, so it runs again; only the request is stored. */
  | "readOnly"
  /** It ends the caller's access, so its answer is replayed to a caller who has none anymore. */
  | "endsAccess"
  /** It answers a credential, which is never stored. */
  | "unsupported";

export const failures = {
  /** Two requests with one key at once: the door answers the later one with what the earlier one was answered. */
  repeated: failure("conflict", "request.repeated", "This request was already made."),
  reused: failure("conflict", "request.key_reused", "This Idempotency-Key was used for a different request."),
};

/**
 * The step that remembers this request's answer in the write that makes it true, when the caller named the request
 * by an Idempotency-Key; else nothing.
 */
export function remember(answer?: unknown): Step[] {
  const { idempotency: once } = use();
  if (!once) return [];
  once.isSettled = true;
  return [record(answer ?? null)];
}

/**
 * The step that remembers in its first write that a request with several steps has begun. A process that dies before
 * the answer leaves it so, and the same request then finishes what `isBegun` says.
 */
export function begin(): Step[] {
  const { idempotency: once } = use();
  if (!once) return [];
  const steps = [record()];
  once.isBegun = true;
  return steps;
}

/** Whether an earlier request of this name has begun, and its answer is not known. */
export const isBegun = (): boolean => use().idempotency?.isBegun === true;

/** Keeps nothing of this answer: the same request sent again may do more. */
export function leaveOpen(): void {
  const { idempotency: once } = use();
  if (once) once.isSettled = true;
}

/** The write that remembers was refused, and the answer is another. */
export function retract(): void {
  const { idempotency: once } = use();
  if (once) once.isSettled = false;
}

/**
 * Remembers an answer that is known only after the write, or that no write led to.
 * @throws request.repeated when the same request was answered meanwhile
 */
export async function keep(answer: unknown, mode: IdempotencyMode = "replayed"): Promise<void> {
  const { idempotency: once } = use();
  if (!once || once.isSettled) return;
  await table.write(mode === "readOnly" ? record() : record(answer ?? null));
}

function record(answer?: unknown): Put {
  const { idempotency: once } = use();
  if (!once) throw new Error("Nobody named this request.");
  const { key, fingerprint, session } = once;
  const item = {
    fingerprint,
    ...(answer !== undefined && { answer }),
    ...(session && { session }),
    expiresAt: instant(lifetimeSeconds),
    ttl: epoch(lifetimeSeconds),
  };
  const own = equal("fingerprint", fingerprint);
  const unanswered = once.isBegun ? [own] : [];
  return put(key, item, when(any(absent, atMost("expiresAt", instant()), ...unanswered), failures.repeated));
}

/** Whether a kept answer still stands; the table takes old ones away when it likes. */
export const isKept = (row: Item): boolean => String(row.expiresAt) > instant();

/** Whether somebody else made the same request a moment ago. */
export const isRepeated = (error: unknown): boolean => isFailure(error, failures.repeated);
