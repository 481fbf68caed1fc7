import type { Floor } from "./answer.ts";
import type { Wipe } from "./document.ts";
import type { Files } from "./files.ts";
import { isCount, isText, membersOf, parse } from "./read.ts";

export type State = {
  /** The device that left the rest in this folder. The state of another device says nothing. */
  device: string;
  /** The last document that was taken. */
  floor?: Floor;
  /** The one that is being put on disk, if it looks older than the last. */
  next?: Floor;
  /** The highest time that the clock had since the last document: turning it back makes no document younger. */
  seenAt: number;
  /** A wipe that is under way, and since when by the device's clock. */
  wipe?: Wipe & { since: number };
};

const file = "state.json";

export async function readState(files: Files, device: string): Promise<State> {
  const stored = membersOf(parse((await files.read(file)) ?? ""));
  // an older client does not name it
  // threat: an update of the client forgets a wipe that is under way
  const isForeign = isText(stored["device"]) && stored["device"] !== device;
  // threat: a new device takes over the last revision, or the wipe, of the one before
  const { floor, next, seenAt, wipe } = membersOf(!isForeign && stored);
  const { reason, at, since } = membersOf(wipe);
  return {
    device,
    ...named("floor", floor),
    ...named("next", next),
    seenAt: isCount(seenAt) ? seenAt : 0,
    ...(isText(reason) && { wipe: { reason, at: isText(at) ? at : "", since: isCount(since) ? since : 0 } }),
  };
}

function named(name: "floor" | "next", value: unknown): Partial<Pick<State, "floor" | "next">> {
  const { revision, iat, document } = membersOf(value);
  return isCount(revision) && isCount(iat) && isText(document) ? { [name]: { revision, iat, document } } : {};
}

export const writeState = (files: Files, state: State): Promise<void> => files.write(file, JSON.stringify(state));
export const removeState = (files: Files): Promise<void> => files.remove(file);
