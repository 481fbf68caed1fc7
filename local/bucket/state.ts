import type { Sums } from "./checksum.ts";
import type { CreatedEvent } from "./event.ts";

/** A file of content, and how much of it counts. */
export type Piece = {
  blob: string;
  size: number;
};

export type Stored = {
  key: string;
  size: number;
  etag: string;
  /** ISO 8601. */
  at: string;
  /** Headers that a reader gets: content-type, cache-control and the like, x-amz-meta-…. */
  headers: Record<string, string>;
  sums: Sums;
  /** The files of its content: one, or the parts of a multipart upload. */
  pieces: Piece[];
};

export type Part = {
  number: number;
  /** In hexadecimal. */
  md5: string;
  sums: Sums;
} & Piece;

export type Upload = {
  id: string;
  key: string;
  headers: Record<string, string>;
  /** The checksum of the whole object that was requested, in place of one of its parts' checksums. */
  wholeSum?: keyof Sums;
  parts: Record<number, Part>;
};

/**
 * A change, as stored in the journal. An object and the event that announces it are one entry, so neither exists
 * without the other.
 */
export type Entry =
  | { put: Stored; event?: CreatedEvent; upload?: string }
  | { gone: string }
  | { owed: CreatedEvent }
  | { announced: string }
  | { begun: Upload }
  | { part: Part; upload: string }
  | { dropped: string }
  | { counted: number };

export type State = {
  objects: Map<string, Stored>;
  uploads: Map<string, Upload>;
  /** Created objects that were not announced yet, oldest first. */
  pending: Map<string, CreatedEvent>;
  /** The number of all objects that were ever created. */
  created: number;
};

export const emptyState = (): State => ({ objects: new Map(), uploads: new Map(), pending: new Map(), created: 0 });

export function apply(state: State, entry: Entry): void {
  const { objects, uploads, pending } = state;
  if ("put" in entry) {
    state.created++;
    objects.set(entry.put.key, entry.put);
    if (entry.event) pending.set(entry.event.id, entry.event);
    if (entry.upload !== undefined) uploads.delete(entry.upload);
  } else if ("part" in entry) {
    const upload = uploads.get(entry.upload);
    if (upload) upload.parts[entry.part.number] = entry.part;
  } else if ("gone" in entry) objects.delete(entry.gone);
  else if ("owed" in entry) pending.set(entry.owed.id, entry.owed);
  else if ("announced" in entry) pending.delete(entry.announced);
  else if ("begun" in entry) uploads.set(entry.begun.id, entry.begun);
  else if ("dropped" in entry) uploads.delete(entry.dropped);
  else state.created = entry.counted;
}

/** Returns the fewest entries that lead to a state. */
export const compacted = ({ objects, uploads, pending, created }: State): Entry[] => [
  ...[...objects.values()].map((put) => ({ put })),
  ...[...uploads.values()].map((begun) => ({ begun })),
  ...[...pending.values()].map((owed) => ({ owed })),
  { counted: created },
];

/** Returns every file of content that the state refers to. */
export const blobsOf = ({ objects, uploads }: State): Set<string> =>
  new Set(
    [...objects.values()]
      .flatMap(({ pieces }) => pieces)
      .concat([...uploads.values()].flatMap(({ parts }) => Object.values(parts)))
      .map(({ blob }) => blob),
  );

/** @throws if a line is invalid */
export function parseEntry(line: unknown): Entry {
  if (!isEntry(line)) throw new Error("This is not an entry of a bucket's journal.");
  return line;
}

function isEntry(line: unknown): line is Entry {
  if (typeof line !== "object" || line === null) return false;
  return ["put", "gone", "owed", "announced", "begun", "part", "dropped", "counted"].some((name) => name in line);
}
