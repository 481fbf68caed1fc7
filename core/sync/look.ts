import { pause, table } from "../kernel/ports.ts";
import { type Item, type Key, rowName } from "../table/table.ts";
import { lookMs } from "./limits.ts";

// Requests of one process that wait for a change look together: rows that several of them need are read once.

type Waiting = { keys: readonly Key[]; resolve: (rows: Map<string, Item>) => void; reject: (error: unknown) => void };
let waiting: Waiting[] = [];

/** Returns rows as they are a moment later, by their names. */
export function lookLater(keys: readonly Key[]): Promise<Map<string, Item>> {
  return new Promise((resolve, reject) => {
    waiting.push({ keys, resolve, reject });
    if (waiting.length === 1) void lookForAll();
  });
}

async function lookForAll(): Promise<void> {
  await pause(lookMs).catch(() => {});
  const all = waiting;
  waiting = [];
  const keys = [...new Map(all.flatMap((one) => one.keys.map((key) => [rowName(key), key] as const))).values()];
  try {
    const rows = await table.getMany(keys);
    const found = new Map(keys.flatMap((key, i) => (rows[i] ? [[rowName(key), rows[i]] as const] : [])));
    for (const { resolve } of all) resolve(found);
  } catch (error) {
    for (const { reject } of all) reject(error);
  }
}
