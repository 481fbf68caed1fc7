import { randomInt } from "node:crypto";
import { pause, table } from "../kernel/ports.ts";
import { limitConcurrency } from "../table/concurrency.ts";
import { type Item, type Key, rowName } from "../table/table.ts";
import { lookMs, looksForOwn, ownLooksAtOnce } from "./limits.ts";

// Requests of one process that wait for a change look together: rows that several of them need are read once.

/** The highest number of keys that DynamoDB reads in one call. */
const maxKeysPerCall = 100;
/** The first requests get their answers while the rows of the others are read. */
const limited = limitConcurrency(8);

/** Rows by their names, and how many requests looked at that moment. */
type Seen = { rows: ReadonlyMap<string, Item>; requests: number };
type Waiting = { keys: readonly Key[]; resolve: (seen: Seen) => void; reject: (error: unknown) => void };
type Look = (keys: readonly Key[]) => Promise<Seen>;

/** Returns rows as they are a moment later, by their names. */
export const lookLater = together(() => pause(lookMs).catch(() => {}));
/** The same at once, for requests that a change has woken. */
export const lookNow = together(() => Promise.resolve());

/** @param gather for how long requests join */
function together(gather: () => Promise<unknown>): Look {
  let waiting: Waiting[] = [];
  return (keys) =>
    new Promise((resolve, reject) => {
      waiting.push({ keys, resolve, reject });
      if (waiting.length > 1) return;
      void gather().then(() => {
        const all = waiting;
        waiting = [];
        return lookForAll(all);
      });
    });
}

/**
 * Rows are read by as many requests at once as one call can serve, so that the first of ten thousand need not wait for
 * the rows of the last.
 */
function lookForAll(all: readonly Waiting[]): Promise<unknown> {
  const groups: { keys: Map<string, Key>; waiting: Waiting[] }[] = [];
  for (const one of all) {
    const named = one.keys.map((key) => [rowName(key), key] as const);
    let group = groups.at(-1);
    // threat: one failed call ends the wait of all devices
    if (!group || group.keys.size + named.filter(([name]) => !group?.keys.has(name)).length > maxKeysPerCall) {
      group = { keys: new Map(), waiting: [] };
      groups.push(group);
    }
    for (const [name, key] of named) group.keys.set(name, key);
    // threat: a request gets the rows of another that looked at the same moment
    group.waiting.push(one);
  }
  return Promise.all(groups.map(({ keys, waiting }) => limited(() => lookFor(keys, waiting, all.length))));
}

async function lookFor(keys: ReadonlyMap<string, Key>, waiting: readonly Waiting[], requests: number): Promise<void> {
  try {
    const found = await table.getMany([...keys.values()]);
    const rows = new Map([...keys.keys()].flatMap((name, i) => (found[i] ? [[name, found[i]] as const] : [])));
    for (const { resolve } of waiting) resolve({ rows, requests });
  } catch (error) {
    for (const { reject } of waiting) reject(error);
  }
}

/**
 * Returns whether a request that is due looks at its own rows. Where many wait, not all do: the table has to answer
 * others, too.
 */
export const isSampled = (requests: number): boolean =>
  // threat: waiting requests read the rows of ten thousand devices each few seconds
  randomInt(Math.max(1, Math.ceil(requests / looksForOwn / ownLooksAtOnce))) === 0;
