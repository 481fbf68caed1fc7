import type { Failure } from "../base/failure.ts";
import type { Condition, Guard, Item, Key, RawTable, Update } from "../table/table.ts";
import { rowName } from "../table/table.ts";

export type SimulationOptions = {
  /** Chances from 0 to 1 that the update happens and its answer is lost. */
  lostAnswers: number;
  random: () => number;
  /** The duration of one way of a request. */
  travel: () => Promise<void>;
};

/**
 * Single rows in memory, read and changed like the adapter does, for simulations of more calls than an engine can take.
 * It supports only the vocabulary that counters and slots need.
 */
export function openRows({
  lostAnswers,
  random,
  travel,
}: SimulationOptions): Pick<RawTable, "get" | "getMany" | "change" | "write"> {
  const rows = new Map<string, Item>();

  async function get(key: Key): Promise<Item | undefined> {
    await travel();
    const found = structuredClone(rows.get(rowName(key)));
    await travel();
    return found;
  }

  async function getMany(keys: readonly Key[]): Promise<(Item | undefined)[]> {
    await travel();
    const found = keys.map((key) => structuredClone(rows.get(rowName(key))));
    await travel();
    return found;
  }

  async function change(step: Update): Promise<Item> {
    await travel();
    const name = rowName(step.key);
    const before = rows.get(name);
    if (step.guard && !holds(step.guard.when, before)) throw refusal(step.guard, before);
    const after = { ...before, ...step.key, ...step.change.set };
    rows.set(name, after);
    await travel();
    if (random() >= lostAnswers) return after;
    // called again, as the adapter does: a caller that finds its own write knows that it succeeded
    await travel();
    const found = rows.get(name) ?? {};
    await travel();
    if (Object.entries(step.change.set ?? {}).every(([attribute, value]) => found[attribute] === value)) return found;
    throw step.guard ? refusal(step.guard, found) : new Error("An update without a guard cannot be repeated here.");
  }

  async function write(...steps: Parameters<RawTable["write"]>): Promise<void> {
    const [step] = steps;
    if (steps.length !== 1 || step?.do !== "update") throw new Error("Only one update at a time is supported here.");
    await change(step);
  }

  return { get, getMany, change, write };
}

function holds(condition: Condition, item: Item = {}): boolean {
  if (condition.is === "lacks") return item[condition.attribute] === undefined;
  if (condition.is === "equal") return item[condition.attribute] === condition.value;
  throw new Error(`The condition ${condition.is} is not supported here.`);
}

function refusal({ otherwise }: Guard, found: Item | undefined): Failure {
  return "code" in otherwise ? otherwise() : otherwise(found as never);
}
