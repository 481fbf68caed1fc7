import { setTimeout as pause } from "node:timers/promises";
import { inspect } from "node:util";
import type { Operation, TableClient } from "@muster/core/table/client.ts";
import { seededRandom } from "../random.ts";
import { around, type Input, isSingleWrite, isTransaction, stepsOf } from "./table-call.ts";
import { canceled, conflicted, halved, lostAnswer, throttled } from "./table-errors.ts";

/** Chances are from 0 to 1 per call; omitted ones never happen. */
export type FaultPlan = {
  /** A single write or a transaction is refused before it is tried: another transaction holds a row of it. */
  conflicts?: number;
  /** Any call is refused before it is tried, or a batch half done: too many calls. */
  throttling?: number;
  /** The call is carried out, and its answer lost on the way: the caller sees a broken connection. */
  lostAnswers?: number;
  /** A query of the index answers as before the last writes: the same query's earlier answer, otherwise no rows. */
  staleReads?: number;
  /** A conflict strikes the same call only once, and so does a lost answer: in the end a retry succeeds. */
  once?: boolean;
  /**
   * A transaction holds its rows this long before it is carried out; anybody else who writes one in that time
   * conflicts.
   */
  holdMs?: number;
  /** The process crashes before or after its n-th call from now on, the first being 1. Every later call fails too. */
  crash?: { before: number } | { after: number };
};

export type Fault = "conflicts" | "throttling" | "lostAnswers" | "staleReads" | "held" | "crash";

export type Faults = {
  /** Replaces the plan, and restarts a crashed process. */
  plan: (plan: FaultPlan) => void;
  /** Ends all faults; `struck` keeps its counts. */
  clear: () => void;
  /** The number of times that each happened, so that a test can check that it did. */
  struck: Record<Fault, number>;
  /** Table commands since the last `plan` or `clear`. */
  calls: () => number;
};

/** The process has crashed. Nothing retries this. */
export class Crash extends Error {
  override name = "Crash";
}

/** Makes the client fail like the real service. Each kind of failure looks exactly as the client reports it. */
export function injectFaults(client: TableClient, seed = 1): Faults {
  const random = seededRandom(seed);
  const chance = (likelihood = 0) => likelihood > 0 && random() < likelihood;
  const once = new Set<string>();
  const strikes = (fault: "conflicts" | "lostAnswers", call: string) => {
    const name = `${fault} ${call}`;
    if (!chance(plan[fault]) || (plan.once && once.has(name))) return false;
    once.add(name);
    return true;
  };
  const struck: Faults["struck"] = { conflicts: 0, throttling: 0, lostAnswers: 0, staleReads: 0, held: 0, crash: 0 };
  const held = new Set<string>();
  const answered = new Map<string, Input>();
  let plan: FaultPlan = {};
  let calls = 0;
  let crashed = false;

  /** Ends the process if the plan is that it ends before or after this call. */
  function perhapsCrash(when: "before" | "after", call: number): void {
    const at = Object.entries(plan.crash ?? {}).find(([side]) => side === when)?.[1];
    if (at === undefined || call < at) return;
    crashed = true;
    struck.crash++;
    throw new Crash("The process crashed.");
  }

  async function underHold<Answer>(keys: string[], holds: boolean, run: () => Promise<Answer>): Promise<Answer> {
    if (keys.some((key) => held.has(key))) {
      struck.held++;
      throw holds ? canceled(keys.map((key) => (held.has(key) ? "TransactionConflict" : "None"))) : conflicted();
    }
    if (holds) {
      for (const key of keys) held.add(key);
      await pause(plan.holdMs);
      for (const key of keys) held.delete(key);
    }
    return run();
  }

  function refuse(operation: Operation, keys: string[], name: string): Error | undefined {
    if (chance(plan.throttling)) {
      struck.throttling++;
      const inReasons = isTransaction(operation) && random() < 0.5;
      return inReasons ? canceled(keys.map(() => "ThrottlingError")) : throttled(random() < 0.5);
    }
    if ((isSingleWrite(operation) || isTransaction(operation)) && strikes("conflicts", name)) {
      struck.conflicts++;
      const at = Math.floor(random() * keys.length);
      return isTransaction(operation)
        ? canceled(keys.map((_, index) => (index === at ? "TransactionConflict" : "None")))
        : conflicted();
    }
    return undefined;
  }

  /** The earlier answer, or the current one, which it keeps for later. */
  function perhapsStale(input: Input, output: Input): Input {
    const question = JSON.stringify(input);
    const before = answered.get(question) ?? {
      ...output,
      Items: [],
      Count: 0,
      ScannedCount: 0,
      LastEvaluatedKey: undefined,
    };
    answered.set(question, structuredClone(output));
    if (!chance(plan.staleReads)) return output;
    struck.staleReads++;
    return before;
  }

  around(client, (next) => async (operation, input) => {
    if (crashed) throw new Crash("The process has crashed.");
    const call = ++calls;
    perhapsCrash("before", call);

    const keys = stepsOf(operation, input).map(({ pk, sk }) => JSON.stringify([pk, sk]));
    const name = plan.once
      ? inspect([operation, input], { depth: null, maxStringLength: null, maxArrayLength: null })
      : "";
    const refusal = refuse(operation, keys, name);
    if (refusal) throw refusal;

    const batch = operation.startsWith("Batch") && chance(plan.throttling) ? halved(input) : undefined;
    if (batch) {
      struck.throttling++;
      const answer = await next(operation, batch.kept);
      const unprocessed = operation === "BatchGetItem" ? "UnprocessedKeys" : "UnprocessedItems";
      return { ...answer, [unprocessed]: batch.left };
    }

    const holds = isTransaction(operation);
    const run = () => next(operation, input);
    const isHeld = plan.holdMs && (holds || isSingleWrite(operation));
    const answer = isHeld ? await underHold(keys, holds, run) : await run();
    perhapsCrash("after", call);
    if (strikes("lostAnswers", name)) {
      struck.lostAnswers++;
      throw lostAnswer();
    }
    const mayBeStale = plan.staleReads && operation === "Query" && input.IndexName !== undefined;
    return mayBeStale ? perhapsStale(input, answer) : answer;
  });

  const replan = (next: FaultPlan) => {
    plan = next;
    calls = 0;
    crashed = false;
    answered.clear();
    once.clear();
  };
  return { plan: replan, clear: () => replan({}), struck, calls: () => calls };
}
