import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Position } from "./reader.ts";

export type Checkpoint = {
  after: (shard: string) => string | undefined;
  /** The record and everything before it need not be read again. It is on disk when this returns. */
  advance: (shard: string, sequenceNumber: string) => void;
};

/** A consumer's position in a stream, stored in a file; in memory without one. Another stream starts over. */
export function openCheckpoint(file: string | undefined, streamArn: string): Checkpoint {
  const position: Position = file === undefined ? {} : read(file, streamArn);
  if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
  return {
    after: (shard) => position[shard],
    advance: (shard, sequenceNumber) => {
      if (position[shard] === sequenceNumber) return;
      position[shard] = sequenceNumber;
      if (file === undefined) return;
      writeFileSync(`${file}.new`, JSON.stringify({ streamArn, position }));
      renameSync(`${file}.new`, file);
    },
  };
}

function read(file: string, streamArn: string): Position {
  if (!existsSync(file)) return {};
  const kept: { streamArn: string; position: Position } = JSON.parse(readFileSync(file, "utf8"));
  return kept.streamArn === streamArn ? kept.position : {};
}
