import * as v from "valibot";
import { type Code, Failure, type FailureType, implied } from "../base/failure.ts";
import type { Permission } from "../base/permission.ts";
import { parse } from "../base/valid.ts";
import type { Item, Key, RowsOf } from "../table/table.ts";
import { rowName } from "../table/table.ts";
import { type ActorFor, authorize } from "./authorize.ts";
import { use } from "./context.ts";
import { type IdempotencyMode, failures as onceFailures } from "./idempotency.ts";
import { now, table } from "./ports.ts";
import { failures as preconditionFailures } from "./precondition.ts";

type Reads = readonly (Key | undefined)[];

/** The declaration of a domain function, for its callers and for the API document. */
export type Spec<I extends v.GenericSchema, O extends v.GenericSchema, A, K extends Reads = Reads> = {
  input: I;
  output: O;
  failures?: readonly FailureType[];
  /**
   * Rows that every call needs, or nothing in place of one. A handler reads them in the round trip that authenticates;
   * elsewhere they cost one round trip. They arrive in this order.
   */
  reads?: (input: v.InferOutput<I>, actor: A) => K;
  /** The support for Idempotency-Key as a POST. By default its answer is replayed. */
  idempotency?: IdempotencyMode;
  /** Rebuilds the answer from the stored part, if that is less or if work has to be repeated. */
  replay?: (kept: Item, actor: A) => Promise<v.InferOutput<O>>;
};

type Plain<I extends v.GenericSchema, R> = (input: v.InferInput<I>) => Promise<R>;
/** A domain function: callable, and with its permission, input, output and failures as properties. */
export type Fn<I extends v.GenericSchema, O extends v.GenericSchema, A = never> = Plain<I, v.InferOutput<O>> &
  Spec<I, O, A> & { permission: Permission; failures: readonly FailureType[] };

/**
 * Declares an operation: who, what, how. Parses the input, checks the permission table, and passes an actor whose type
 * that table narrows. A failure that the function does not declare is thrown as a bug.
 */
export function fn<
  A extends Permission,
  I extends v.GenericSchema,
  O extends v.GenericSchema,
  const K extends Reads | readonly [] = readonly [],
>(
  permission: A,
  spec: Spec<I, O, ActorFor<A>, K>,
  run: (input: v.InferOutput<I>, actor: ActorFor<A>, rows: RowsOf<K>) => Promise<v.InferOutput<O>>,
): Fn<I, O, ActorFor<A>> {
  const declared = new Set<Code>(
    [...(spec.failures ?? []), ...Object.values(implied), onceFailures.repeated, preconditionFailures.failed].map(
      ({ code }) => code,
    ),
  );
  const call: Plain<I, v.InferOutput<O>> = async (raw) => {
    // threat: a function runs without its permission
    const actor = authorize(use().actor, permission, now());
    // threat: a function runs on unchecked input
    const input = parse(spec.input, raw);
    try {
      return await run(input, actor, (await rows(spec.reads?.(input, actor) ?? [])) as RowsOf<K>);
    } catch (error) {
      if (error instanceof Failure && !declared.has(error.code)) {
        throw new Error(`${permission} fails with ${error.code}, which it does not declare.`, { cause: error });
      }
      throw error;
    }
  };
  return Object.assign(call, { failures: [], ...spec, permission });
}

/** Returns rows by their keys: prefetched ones, and one read for the rest. */
async function rows(keys: Reads): Promise<(Item | undefined)[]> {
  const { prefetched: ahead } = use();
  const unread = keys.filter((key) => key !== undefined && !ahead?.has(rowName(key))) as Key[];
  const read = unread.length > 0 ? await table.getMany(unread) : [];
  const found = new Map([...(ahead ?? []), ...unread.map((key, i) => [rowName(key), read[i]] as const)]);
  return keys.map((key) => key && found.get(rowName(key)));
}
