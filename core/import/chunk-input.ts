import * as v from "valibot";
import { fold } from "../base/fold.ts";
import type * as ID from "../base/id.ts";
import { bucket, table } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";
import type { Change, Item, Position } from "../table/table.ts";
import { namesIn } from "../team/names.ts";
import { type Note, outcomeOf, retryable, unpackNotes } from "./outcome.ts";
import { read, type State } from "./read.ts";
import { type Judged, judge } from "./read-row.ts";

/** How much of a file is read and processed at once. */
export const chunkBytes = 1024 * 1024;

// Shapes

const states = ["new", "open", "closed"] as const;
/**
 * A chunk of the file. `at` and `to` count rows: those up to `at` have an outcome. `held` seats are taken for the chunk
 * and not used yet, and so are `mails` if a daily limit applies to that `day`.
 */
const Chunk = v.object({
  state: v.picklist(states),
  pass: v.number(),
  reader: v.custom<State>((value) => typeof value === "object"),
  next: v.optional(v.custom<State>((value) => typeof value === "object")),
  at: v.optional(v.number(), 0),
  to: v.optional(v.number(), 0),
  held: v.optional(v.number(), 0),
  mails: v.optional(v.number()),
  day: v.optional(v.string(), ""),
  expiresAt: v.optional(v.string(), ""),
  openedAt: v.optional(v.string(), ""),
});
export type Chunk = v.InferOutput<typeof Chunk> & { item: Item };

/** The outcomes of some rows, beginning with the first after `after`, one letter each. */
export type OutcomeBlock = { after: number; codes: string; notes: Note[] };

export type ChunkRow = Judged & { written: string };
/** What a chunk reads: the file and, in a later pass, the outcomes of earlier passes. */
export type ChunkInput = {
  rows: ChunkRow[];
  next: State;
  outcomeBlocks: OutcomeBlock[];
  /** Teams by their folded names; read if a row names one. */
  teams: () => Promise<ReadonlyMap<string, string>>;
};

// Functions

export const chunkOf = (item: Item): Chunk => ({ ...v.parse(Chunk, item), item });

/** Returns a chunk as it is after a change to its row. */
export function changed({ item }: Chunk, { set = {}, add = {}, unset = [] }: Change): Chunk {
  const sums = Object.entries(add).map(([name, by]) => [name, Number(item[name] ?? 0) + Number(by)] as const);
  const kept = Object.entries({ ...item, ...set, ...Object.fromEntries(sums) });
  return chunkOf(Object.fromEntries(kept.filter(([name]) => !unset.includes(name))));
}

/**
 * Reads a chunk of a file. Repeated reads return the same.
 * @throws ObjectChanged
 */
export async function load(
  { organization, id }: { organization: ID.ID<"organization">; id: ID.ID<"import"> },
  row: Item,
  { reader, pass }: Chunk,
): Promise<ChunkInput> {
  const size = Number(row.bytes);
  const end = Math.min(size, reader.offset + chunkBytes);
  const bytes = await bytesOf(row, reader.offset, end);
  const { rows, state } = read(reader, bytes, end === size);
  let teams: Promise<ReadonlyMap<string, string>> | undefined;
  return {
    rows: rows.map((one) => ({ ...judge(one), written: one.email })),
    next: state,
    outcomeBlocks: pass > 1 ? await outcomeBlocksOf(id, reader.row, state.row) : [],
    teams: () => {
      teams ??= namesIn(organization).then((names) => new Map([...names].map(([team, name]) => [fold(name), team])));
      return teams;
    },
  };
}

/**
 * Reads the bytes of an import's file from one offset up to another, exclusive.
 * @throws ObjectChanged
 */
export async function bytesOf(row: Item, from: number, to: number): Promise<Uint8Array> {
  if (to <= from) return new Uint8Array();
  const stream = await bucket.read(String(row.file), { from, to: to - 1, ifMatch: String(row.etag) });
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Returns the outcomes of the rows after `from` through `to`. */
export async function outcomeBlocksOf(id: ID.ID<"import">, from: number, to: number): Promise<OutcomeBlock[]> {
  if (to === from) return [];
  const told: OutcomeBlock[] = [];
  const range = { pk: id, from: Keys.outcome(id, from).sk, to: Keys.outcome(id, to - 1).sk, consistent: true };
  let start: Position | undefined;
  do {
    const { items, next } = await table.query({ ...range, start });
    told.push(...items.map(outcomeBlockOf));
    start = next;
  } while (start);
  return told;
}

export const outcomeBlockOf = ({ sk, codes, notes }: Item): OutcomeBlock => ({
  after: Number(String(sk).slice("out#".length)),
  codes: String(codes),
  notes: unpackNotes(notes),
});

/** Returns how many rows of a chunk may become invitations. */
export function wantedIn({ rows, outcomeBlocks: told }: ChunkInput, { pass }: Chunk): number {
  if (pass === 1) return rows.filter((row) => !("code" in row)).length;
  return told.reduce((sum, { codes }) => sum + [...codes].filter(isRetryable).length, 0);
}

export const isRetryable = (letter: string) => retryable.includes(outcomeOf(letter));
