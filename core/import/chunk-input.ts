import { implied } from "../base/failure.ts";
import type * as ID from "../base/id.ts";
import { roles as roleNames } from "../base/role.ts";
import { bucket } from "../kernel/ports.ts";
import { type Read, readOnly } from "../kernel/stored.ts";
import type { Reading } from "../reading/columns.ts";
import { read, type State } from "../reading/csv.ts";
import { type Judged, judge } from "../reading/judge.ts";
import { rolesFrom } from "../reading/role-words.ts";
import { columnNames } from "../reading/shape.ts";
import { outcomeOf, retryable } from "./outcome.ts";
import { blocksToChange, type OutcomeBlock } from "./outcome-block.ts";
import { ChunkRow, type Counter, type StartedRow } from "./row.ts";

/** The size of a chunk: the part of a file that is read and processed at once. */
export const chunkBytes = 1024 * 1024;

// Shapes

export type Chunk = Read<typeof ChunkRow>;
export type ChunkChange = { set?: Partial<Chunk>; add?: { [A in Counter | "held" | "mails"]?: number } };

export type JudgedRow = Judged & { written: string };
/** The input of a chunk: the file and, in a later pass, the outcomes of earlier passes. */
export type ChunkInput = {
  rows: JudgedRow[];
  next: State;
  outcomeBlocks: OutcomeBlock[];
};

// Functions

/** @throws row.unreadable */
export const chunkOf = (row: ChunkRow): Chunk => readOnly(ChunkRow, row);

/** Returns a chunk as it is after a change to its row. */
export function changed(chunk: Chunk, { set, add = {} }: ChunkChange): Chunk {
  const names = Object.keys(add) as (keyof typeof add)[];
  const sums = names.map((name) => [name, (chunk[name] ?? 0) + (add[name] ?? 0)] as const);
  return { ...chunk, ...set, ...Object.fromEntries(sums) };
}

/**
 * Reads a chunk of a file. Repeated reads return the same.
 * @throws ObjectChanged
 */
export async function load(id: ID.ID<"import">, row: StartedRow, { reader, pass }: Chunk): Promise<ChunkInput> {
  const end = Math.min(row.bytes, reader.offset + chunkBytes);
  const bytes = await bytesOf(row, reader.offset, end);
  const { columns, roles } = readingOf(row);
  // threat: an import does not read the columns that a person chose
  const { rows, state } = read(reader, bytes, end === row.bytes, { chosen: columns });
  const chosen = rolesFrom(roles);
  return {
    // threat: an answer about a word is forgotten before its rows are invited
    rows: rows.map((one) => ({ ...judge(one, chosen), written: one.email })),
    next: state,
    outcomeBlocks: pass > 1 ? await blocksToChange(id, reader.row, state.row) : [],
  };
}

/** Returns how a person said that the file is read. @throws row.unreadable if a newer release knows more of it */
export function readingOf({ columns, roles }: Pick<StartedRow, "columns" | "roles">): Reading {
  const areKnown = (names: readonly string[], known: readonly string[]) => names.every((name) => known.includes(name));
  const givenRoles = (roles ?? []).map(({ role }) => role);
  // threat: an import reads a column as something else, because a newer release wrote what it holds
  if (!areKnown(columns ?? [], columnNames)) throw implied.unreadable();
  // threat: an import is read with a role that only a newer release knows
  if (!areKnown(givenRoles, roleNames)) throw implied.unreadable();
  return { columns, roles };
}

/**
 * Reads the bytes of an import's file from one offset up to another, exclusive.
 * @throws ObjectChanged
 */
export async function bytesOf({ file, etag }: StartedRow, from: number, to: number): Promise<Uint8Array> {
  if (to <= from) return new Uint8Array();
  // threat: the file of a deleted import continues as another
  const stream = await bucket.read(file, { from, to: to - 1, ifMatch: etag });
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Returns how many rows of a chunk may become invitations. */
export function wantedIn({ rows, outcomeBlocks }: ChunkInput, { pass }: Chunk): number {
  if (pass === 1) return rows.filter((row) => !("code" in row)).length;
  return outcomeBlocks.reduce((sum, { codes }) => sum + [...codes].filter(isRetryable).length, 0);
}

export function isRetryable(code: string): boolean {
  const outcome = outcomeOf(code);
  return retryable.some((one) => one === outcome);
}
