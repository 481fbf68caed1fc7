import { isDeepStrictEqual } from "node:util";
import type { Floor } from "./answer.ts";
import type { Files } from "./files.ts";
import { type Held, load } from "./held.ts";
import type { Identity } from "./identity.ts";
import { Refusal } from "./refusal.ts";
import { readState, type State } from "./state.ts";
import { isStrict, modeNow } from "./values.ts";

export type Memory = {
  state: State;
  held: Held | undefined;
  /** The document that the embedding client was told of. */
  told: Held | undefined;
  /** True if it was told that strict values apply. */
  isToldStrict: boolean;
  /** True if there is a copy on disk that cannot be used. */
  isDamaged: boolean;
};

export const floorOf = ({ payload: { revision, iat, document } }: Held): Floor => ({ revision, iat, document });

/** Returns whether a document looks like one before the last one that was taken. */
export function isBelow({ payload: { revision, iat, document } }: Held, floor: Floor | undefined): boolean {
  if (!floor) return false;
  // threat: a document of before that was put back on disk applies
  // threat: a document of an older revision that was put back on disk applies
  const isOlder = revision < floor.revision || (revision === floor.revision && iat < floor.iat);
  // threat: another document of the same second that was put back on disk applies
  return isOlder || (revision === floor.revision && iat === floor.iat && document !== floor.document);
}

/** @throws Refusal if the copy is of a document before the last one that was taken: an older file was put back */
function checkFloor(held: Held, { floor, next }: State): void {
  const isNext = next !== undefined && isDeepStrictEqual(floorOf(held), next);
  // threat: a crash between two files puts a device out of force
  if (!isNext && isBelow(held, floor)) throw new Refusal("older", "The copy on disk is older than the last document.");
}

/** Reads what is on disk, and checks it. */
export async function remember(files: Files, identity: Identity, now: number): Promise<Memory> {
  const state = await readState(files, identity.device);
  const memory: Memory = { state, held: undefined, told: undefined, isToldStrict: false, isDamaged: false };
  if (state.wipe) return memory;
  try {
    const held = await load(files, identity);
    if (held) {
      checkFloor(held, state);
      // a crash may have come between the two files, or one of them may have been lost
      // threat: a lost state lets a device take an older document
      memory.state = { ...state, floor: floorOf(held) };
    }
    memory.held = held;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    memory.isDamaged = true;
  }
  // the embedding client reads what applies when it starts
  memory.told = memory.held;
  memory.isToldStrict = isStrict(modeNow(memory, now));
  return memory;
}
