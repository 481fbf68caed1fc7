import * as v from "valibot";
import { hourSeconds } from "../base/duration.ts";
import { failure, implied } from "../base/failure.ts";
import { idempotencyHours } from "../base/limits.ts";
import { absent, all, any, atMost, type Item, lacks, oneOf, type Put, put, type Step, when } from "../table/table.ts";
import { use } from "./context.ts";
import { epoch, instant, table } from "./ports.ts";
import { reportFaults } from "./stored.ts";

const lifetimeSeconds = idempotencyHours * hourSeconds;
/** No request takes longer: API Gateway gives up after 30 seconds. */
const requestSeconds = 30;

/** An operation's support for Idempotency-Key when it is a POST. */
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
  /** Of two simultaneous requests with one key, the handler gives the later one the answer of the earlier one. */
  repeated: failure("conflict", "request.repeated", "This request was already made."),
  reused: failure("conflict", "request.key_reused", "This Idempotency-Key was used for a different request."),
};

/** Returns the step that stores the answer in the write that makes it true, if the request has an Idempotency-Key. */
export function remember(answer?: unknown): Step[] {
  const { idempotency: once } = use();
  if (!once) return [];
  once.isHandled = true;
  return [record(answer ?? null)];
}

/**
 * Returns the step that marks a request of several steps as begun, in its first write. After a crash the mark stays,
 * and the same request then finishes what `isBegun` reports.
 */
export function begin(): Step[] {
  const { idempotency: once } = use();
  if (!once) return [];
  const steps = [record()];
  once.isBegun = true;
  return steps;
}

/** Returns whether an earlier request with this key has begun and has no known answer. */
export const isBegun = (): boolean => use().idempotency?.isBegun === true;

/** Stores nothing for this answer: the same request may do more when it is sent again. */
export function leaveOpen(): void {
  const { idempotency: once } = use();
  if (once) once.isHandled = true;
}

/** The write that stores the answer was refused, and the answer is another. */
export function retract(): void {
  const { idempotency: once } = use();
  if (once) once.isHandled = false;
}

/**
 * Stores an answer that is known only after the write, or that no write led to.
 * @throws request.repeated if the same request was answered since
 */
export async function keep(answer: unknown, mode: IdempotencyMode = "replayed"): Promise<void> {
  const { idempotency: once } = use();
  if (!once || once.isHandled) return;
  await table.write(mode === "readOnly" ? record() : record(answer ?? null));
}

function record(answer?: unknown): Put {
  const { idempotency: once } = use();
  if (!once) throw new Error("This request has no Idempotency-Key.");
  const { key, fingerprint, earlier = [], session } = once;
  const item = {
    fingerprint,
    ...(answer !== undefined && { answer }),
    ...(session && { session }),
    expiresAt: instant(lifetimeSeconds),
    ttl: epoch(lifetimeSeconds),
  };
  // threat: two requests that finish the same one are answered differently
  const unanswered = once.isBegun ? [all(oneOf("fingerprint", [fingerprint, ...earlier]), lacks("answer"))] : [];
  // threat: one request creates many organizations
  return put(key, item, when(any(absent, atMost("expiresAt", instant()), ...unanswered), failures.repeated));
}

/** Reads what was kept of an answer that is made again. @throws row.unreadable */
export function readKept<S extends v.GenericSchema>(schema: S, kept: Item): v.InferOutput<S> {
  const result = v.safeParse(schema, kept);
  if (result.success) return result.output;
  const { idempotency: once } = use();
  if (once) reportFaults(once.key, ["answer"]);
  throw implied.unreadable();
}

/** Returns whether a stored answer is still valid; the table removes old ones at its own time. */
export const isKept = (row: Item): boolean => String(row.expiresAt) > instant();

/** Returns whether the process that began a request may still work on it. */
export const isRecent = (row: Item): boolean => String(row.expiresAt) > instant(lifetimeSeconds - requestSeconds);
