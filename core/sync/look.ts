import { pause, table } from "../kernel/ports.ts";
import { type Item, type Key, rowName } from "../table/table.ts";
import { lookMs } from "./limits.ts";

// Requests of one process that wait for a change look together: rows that several of them need are read once.

type Waiting = { keys: readonly Key[]; resolve: (rows: Map<string, Item>) => void; reject: (error: unknown) => void };
type Look = (keys: readonly Key[]) => Promise<Map<string, Item>>;

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

async function lookForAll(all: readonly Waiting[]): Promise<void> {
  const keys = [...new Map(all.flatMap((one) => one.keys.map((key) => [rowName(key), key] as const))).values()];
  try {
    const rows = await table.getMany(keys);
    const found = new Map(keys.flatMap((key, i) => (rows[i] ? [[rowName(key), rows[i]] as const] : [])));
    for (const { resolve } of all) resolve(found);
  } catch (error) {
    for (const { reject } of all) reject(error);
  }
}
