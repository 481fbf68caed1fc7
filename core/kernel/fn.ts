import * as v from "valibot";
import type { Item, Key } from "../table/table.ts";
import { type ActorFor, authorize } from "./authorize.ts";
import { rowName, use } from "./context.ts";
import { type Code, Failure, type FailureType, implied } from "./failure.ts";
import type { Action } from "./permission.ts";
import { now, table } from "./ports.ts";
import { parse } from "./valid.ts";

/** What a domain function declares about itself, for its callers and for the API document. */
export type Spec<I extends v.GenericSchema, O extends v.GenericSchema, A> = {
  input: I;
  output: O;
  failures?: readonly FailureType[];
  /**
   * Rows that are needed in any case. A door reads them in the round trip that authenticates;
   * elsewhere they cost one of their own. They arrive in this order.
   */
  reads?: (input: v.InferOutput<I>, actor: A) => readonly Key[];
  /** It keeps its answer by `remember` when the caller named the request: asked again, it answers the same. */
  once?: true;
};

type Plain<I extends v.GenericSchema, R> = (input: v.InferInput<I>) => Promise<R>;
/** A domain function: callable, and open about who may call it, what it takes and answers, and how it refuses. */
export type Fn<I extends v.GenericSchema, O extends v.GenericSchema, A = never> = Plain<I, v.InferOutput<O>> &
  Spec<I, O, A> & { action: Action; failures: readonly FailureType[] };

/**
 * Who, what, how, in that order. Parses the input, checks the permission table, and hands over an actor whose
 * type that table narrows. A failure that the function does not declare is a bug and thrown as one.
 */
export function fn<A extends Action, I extends v.GenericSchema, O extends v.GenericSchema>(
  action: A,
  spec: Spec<I, O, ActorFor<A>>,
  run: (input: v.InferOutput<I>, actor: ActorFor<A>, rows: (Item | undefined)[]) => Promise<v.InferOutput<O>>,
): Fn<I, O, ActorFor<A>> {
  const declared = new Set<Code>([...(spec.failures ?? []), ...Object.values(implied)].map(({ code }) => code));
  const call: Plain<I, v.InferOutput<O>> = async (raw) => {
    const actor = authorize(use().actor, action, now());
    const input = parse(spec.input, raw);
    try {
      return await run(input, actor, await rows(spec.reads?.(input, actor) ?? []));
    } catch (error) {
      if (error instanceof Failure && !declared.has(error.code)) {
        throw new Error(`${action} fails with ${error.code}, which it does not declare.`, { cause: error });
      }
      throw error;
    }
  };
  return Object.assign(call, { failures: [], ...spec, action });
}

/** Rows by their keys: those that the door has read ahead, and one read for the rest. */
async function rows(keys: readonly Key[]): Promise<(Item | undefined)[]> {
  const { ahead } = use();
  const names = keys.map(rowName);
  const unread = keys.filter((_, i) => !ahead?.has(names[i] as string));
  const read = unread.length > 0 ? await table.getMany(unread) : [];
  const fresh = new Map(unread.map((key, i) => [rowName(key), read[i]]));
  return names.map((name) => (ahead?.has(name) ? ahead.get(name) : fresh.get(name)));
}
