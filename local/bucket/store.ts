import { randomUUID } from "node:crypto";
import { createReadStream, mkdirSync, readdirSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { openJournal, readJournal } from "@muster/local-base/journal.ts";
import type { Bytes } from "./chunked.ts";
import type { Sink } from "./content.ts";
import type { CreatedEvent } from "./event.ts";
import {
  apply,
  blobsOf,
  compacted,
  type Entry,
  emptyState,
  type Part,
  type Piece,
  parseEntry,
  type State,
  type Stored,
  type Upload,
} from "./state.ts";

export type Store = {
  state: Readonly<State>;
  /** Space for content, which counts only once an object or a part refers to it. */
  open: () => Promise<Sink>;
  /** Deletes content that nothing refers to. */
  discard: (blob: string) => void;
  /** Stores an object under its key in one step, which also ends its upload if it has one. */
  put: (object: Stored, more?: { event?: CreatedEvent; upload?: string }) => void;
  remove: (key: string) => void;
  /** Returns the oldest created object that was not announced yet. */
  owed: () => CreatedEvent | undefined;
  announced: (event: CreatedEvent) => void;
  begin: (upload: Upload) => void;
  addPart: (upload: Upload, part: Part) => void;
  drop: (upload: Upload) => void;
  hold: (pieces: readonly Piece[]) => Held;
  close: () => void;
};

/** Keeps content while it is read, even if its object is deleted. */
export type Held = {
  /** Bytes `from` through `to`. */
  read: (from: number, to: number) => Bytes;
  release: () => void;
};

/**
 * Objects on disk: content in files of its own, everything else in a journal. Content without a line in the journal,
 * such as that of an interrupted upload, is deleted at the next start.
 */
export function openStore(folder: string): Store {
  const content = join(folder, "content");
  const file = join(folder, "journal.jsonl");
  const pathOf = (blob: string) => join(content, blob);
  const unlink = (blob: string) => rmSync(pathOf(blob), { force: true });
  mkdirSync(content, { recursive: true });
  const state = emptyState();
  for (const entry of readJournal(file, parseEntry)) apply(state, entry);
  const journal = openJournal<Entry>(file, () => compacted(state));
  const named = blobsOf(state);
  // threat: content that was cut off stays on the disk
  for (const blob of readdirSync(content)) if (!named.has(blob)) unlink(blob);

  /** The number of readers of each file, and the files to delete when the last of them is done. */
  const readers = new Map<string, number>();
  const doomed = new Set<string>();

  let closed = false;

  function record(entry: Entry): void {
    if (closed) throw new Error("The bucket is closed.");
    apply(state, entry);
    journal.append(entry);
    journal.flush();
  }

  function forget(pieces: readonly Piece[]): void {
    for (const { blob } of pieces) {
      if (readers.has(blob)) doomed.add(blob);
      else unlink(blob);
    }
  }

  function release(blob: string): void {
    const left = (readers.get(blob) ?? 0) - 1;
    if (left > 0) return void readers.set(blob, left);
    readers.delete(blob);
    if (doomed.delete(blob)) unlink(blob);
  }

  async function* read(pieces: readonly Piece[], from: number, to: number): Bytes {
    let start = 0;
    for (const { blob, size } of pieces) {
      const first = Math.max(from - start, 0);
      const last = Math.min(to - start, size - 1);
      if (first <= last) yield* createReadStream(pathOf(blob), { start: first, end: last });
      start += size;
    }
  }

  return {
    state,

    async open() {
      const id = randomUUID();
      const handle = await open(pathOf(id), "wx", 0o600);
      return {
        id,
        write: (bytes) => handle.writeFile(bytes),
        async close() {
          await handle.sync();
          await handle.close();
          await syncFolder(content);
        },
        async discard() {
          await handle.close();
          unlink(id);
        },
      };
    },

    discard: unlink,

    put(object, { event, upload } = {}) {
      const replaced = state.objects.get(object.key)?.pieces ?? [];
      const parts = Object.values(state.uploads.get(upload ?? "")?.parts ?? {});
      // threat: an upload is forgotten when its bucket dies before it announced it
      record({ put: object, ...(event && { event }), ...(upload !== undefined && { upload }) });
      const kept = new Set(object.pieces.map(({ blob }) => blob));
      forget([...replaced, ...parts].filter(({ blob }) => !kept.has(blob)));
    },

    remove(key) {
      const object = state.objects.get(key);
      if (!object) return;
      record({ gone: key });
      forget(object.pieces);
    },

    owed: () => state.pending.values().next().value,
    announced: ({ id }) => record({ announced: id }),
    begin: (upload) => record({ begun: upload }),

    addPart(upload, part) {
      const replaced = upload.parts[part.number];
      record({ part, upload: upload.id });
      if (replaced) forget([replaced]);
    },

    drop(upload) {
      record({ dropped: upload.id });
      forget(Object.values(upload.parts));
    },

    hold(pieces) {
      for (const { blob } of pieces) readers.set(blob, (readers.get(blob) ?? 0) + 1);
      return {
        read: (from, to) => read(pieces, from, to),
        release: () => {
          for (const { blob } of pieces) release(blob);
        },
      };
    },

    close() {
      closed = true;
      journal.close();
    },
  };
}

/** A new file's name is made durable by its folder. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
