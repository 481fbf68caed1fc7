import { Failure, type Kind } from "@muster/core/base/failure.ts";
import type { Actor } from "@muster/core/kernel/actor.ts";
import { type Precondition, provide, type Context as Request } from "@muster/core/kernel/context.ts";
import { observe, failures as preconditionFailures, preconditionOf } from "@muster/core/kernel/precondition.ts";
import type { Key } from "@muster/core/table/table.ts";
import type { AnyFn } from "./any-fn.ts";
import { etagOf, type Wanted } from "./etag.ts";

/** The query of the same path, its input, and the ETags that `If-Match` names. */
export type Shown = { by: AnyFn; input: unknown; wanted: Wanted };

// threat: If-Match hides from somebody that they may not make a change, or that there is nothing to change
/** Failures that come before that of a precondition. */
const first: readonly Kind[] = ["forbidden", "missing", "unavailable"];

/** The rows that a function needs in any case. */
export const readsOf = (fn: AnyFn, input: unknown, actor: Actor): Key[] =>
  (fn.reads?.(input, actor as never) ?? []).filter((key) => key !== undefined);

/**
 * Compares the current state, as this caller may see it, with the ETags. Something that does not exist has no ETag: the
 * request then fails as it does without `If-Match`.
 */
export async function compare(request: Request, { by, input, wanted }: Shown): Promise<Precondition> {
  const { rows, seen } = observe(readsOf(by, input, request.actor), request.prefetched ?? new Map());
  try {
    const output = await provide({ ...request, prefetched: rows }, () => by(input as never));
    // threat: a change is made although its If-Match is outdated
    const isMet = wanted.has(etagOf(JSON.stringify(output)));
    return preconditionOf(isMet, wanted.isAny ? [] : seen);
  } catch (error) {
    if (error instanceof Failure && error.kind === "missing") return preconditionOf(false, []);
    throw error;
  }
}

/**
 * Runs a change. If the caller has read another state, it writes nothing and only finds out whether they may make the
 * change, and whether the object exists.
 * @throws request.precondition_failed
 */
export async function onlyIfMet<R>({ precondition }: Request, run: () => Promise<R>): Promise<R> {
  if (precondition?.isMet !== false) return run();
  try {
    // threat: a request with an old If-Match is answered as if nothing had to be changed
    await run();
  } catch (error) {
    if (!(error instanceof Failure) || first.includes(error.kind)) throw error;
  }
  throw preconditionFailures.failed();
}
