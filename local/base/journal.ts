import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

const flushEveryMs = 1_000;
/** A journal is written anew when it has so many entries, and twice as many as then remain. */
const minEntries = 20_000;

/**
 * A list of entries, written anew when most of it no longer counts. An entry is passed to the system before `append` returns, so it survives a `kill
 * -9` of this process; it is flushed to disk once a second and at `close`, so a power cut may lose the last second.
 * Without a file nothing is stored.
 */
export type Journal<Entry> = {
  append: (entry: Entry) => void;
  /** Flushes to disk at once what was appended. */
  flush: () => void;
  close: () => void;
};

/** Reads a journal. An incomplete last line is left out. */
export function readJournal<Entry>(file: string | undefined, parse: (line: unknown) => Entry): Entry[] {
  if (file === undefined || !existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  lines.pop();
  return lines.map((line, index) => {
    try {
      return parse(JSON.parse(line));
    } catch (cause) {
      throw new Error(`Line ${index + 1} of ${file} cannot be read; --reset clears the state.`, { cause });
    }
  });
}

/** Opens a journal with what counts now; `counting` is asked again when it is written anew, after each `append`. */
export function openJournal<Entry>(file: string | undefined, counting: () => Entry[]): Journal<Entry> {
  if (file === undefined) return { append: () => {}, flush: () => {}, close: () => {} };
  mkdirSync(dirname(file), { recursive: true });
  let { descriptor, length } = begin(file, counting());
  let room = roomFor(length);

  let dirty = false;
  const flush = () => {
    if (dirty) fsyncSync(descriptor);
    dirty = false;
  };
  const timer = setInterval(flush, flushEveryMs);
  timer.unref();
  return {
    append: (entry) => {
      // threat: the journals of a local run grow forever
      if (++length > room) {
        closeSync(descriptor);
        ({ descriptor, length } = begin(file, counting()));
        room = roomFor(length);
        return;
      }
      writeSync(descriptor, line(entry));
      dirty = true;
    },
    flush,
    close: () => {
      clearInterval(timer);
      flush();
      closeSync(descriptor);
    },
  };
}

const roomFor = (length: number) => Math.max(minEntries, 2 * length);

/** Replaces a journal in one step: either everything before is replaced, or nothing is. */
function begin(file: string, entries: unknown[]): { descriptor: number; length: number } {
  const made = `${file}.new`;
  const descriptor = openSync(made, "w", 0o600);
  for (const entry of entries) writeSync(descriptor, line(entry));
  fsyncSync(descriptor);
  renameSync(made, file);
  return { descriptor, length: entries.length };
}

const line = (entry: unknown) => `${JSON.stringify(entry)}\n`;
