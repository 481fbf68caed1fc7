import { Failure } from "@muster/core/base/failure.ts";
import { type Item, type Key, rowName, type Step, type Table, typed } from "@muster/core/table/table.ts";

const rowsPerRead = 100;
const stepsPerWrite = 100;

type Read = { keys: readonly Key[]; resolve: (rows: (Item | undefined)[]) => void; reject: (error: unknown) => void };
type Write = { steps: readonly Step[]; resolve: () => void; reject: (error: unknown) => void };

/**
 * A table that combines requests of the same turn of the event loop: reads by key, and writes to different rows. Each
 * write keeps its guards; if one is refused, each happens or is refused alone.
 */
export function batched(table: Table): Table {
  const reads = gather<Read>((waiting) => answerReads(table, waiting));
  const writes = gather<Write>((waiting) => answerWrites(table, waiting));
  const getMany = (keys: readonly Key[]) =>
    new Promise<(Item | undefined)[]>((resolve, reject) => reads({ keys, resolve, reject }));
  return typed({
    ...table,
    getMany,
    get: async (key) => (await getMany([key]))[0],
    write: (...steps) => new Promise((resolve, reject) => writes({ steps, resolve, reject })),
  });
}

/** Sends together what arrived within one turn, or while the previous group was processed. */
function gather<T>(work: (waiting: T[]) => Promise<void>): (one: T) => void {
  const waiting: T[] = [];
  let isWorking = false;

  async function workOff(): Promise<void> {
    while (waiting.length > 0) await work(waiting.splice(0));
    isWorking = false;
  }

  return (one) => {
    waiting.push(one);
    if (isWorking) return;
    isWorking = true;
    setImmediate(() => void workOff());
  };
}

async function answerReads(table: Table, waiting: readonly Read[]): Promise<void> {
  for (const part of parts(waiting, ({ keys }) => keys, rowsPerRead)) {
    try {
      const keys = part.flatMap((read) => read.keys);
      const rows = await table.getMany(keys);
      const found = new Map(keys.map((key, i) => [rowName(key), rows[i]]));
      for (const read of part) read.resolve(read.keys.map((key) => found.get(rowName(key))));
    } catch (error) {
      for (const read of part) read.reject(error);
    }
  }
}

async function answerWrites(table: Table, waiting: readonly Write[]): Promise<void> {
  const keysOf = ({ steps }: Write) => steps.map(({ key }) => key);
  for (const part of parts(waiting, keysOf, stepsPerWrite, { apart: true })) {
    try {
      await table.write(...part.flatMap(({ steps }) => steps));
      for (const write of part) write.resolve();
    } catch (error) {
      if (part.length > 1 && error instanceof Failure) await alone(table, part);
      else for (const write of part) write.reject(error);
    }
  }
}

/** Nothing of a refused transaction has happened, so each one can be tried separately. */
async function alone(table: Table, writes: readonly Write[]): Promise<void> {
  for (const { steps, resolve, reject } of writes) await table.write(...steps).then(resolve, reject);
}

/**
 * Returns groups, in order, with at most so many different keys each; `apart` puts those with a common key into
 * different groups.
 */
function* parts<T>(
  all: readonly T[],
  keysOf: (one: T) => readonly Key[],
  maxKeys: number,
  { apart = false } = {},
): Generator<T[]> {
  let part: T[] = [];
  let names = new Set<string>();
  for (const one of all) {
    const own = keysOf(one).map(rowName);
    const fresh = own.filter((name) => !names.has(name));
    const isFull = names.size + fresh.length > maxKeys || (apart && fresh.length < own.length);
    if (part.length > 0 && isFull) {
      yield part;
      [part, names] = [[], new Set()];
    }
    part.push(one);
    for (const name of own) names.add(name);
  }
  if (part.length > 0) yield part;
}
