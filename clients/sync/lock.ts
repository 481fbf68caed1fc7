import { randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { membersOf, parse } from "./read.ts";
import { type System, secondMs } from "./system.ts";

// One client per folder. The lock of a process that has ended counts no longer.

const beatMs = 10 * secondMs;
/** Without a beat for so long a lock is its owner's no longer, in case another process has the owner's number now. */
const maxSilenceMs = 6 * beatMs;
const attempts = 10;
/** The disk is full, or the folder may only be read. */
const unwritable = new Set(["EROFS", "EACCES", "EPERM", "ENOSPC", "EDQUOT"]);

export class Locked extends Error {
  override readonly name = "Locked";
}

export type Lock = {
  /** Never rejects: a lock that cannot be removed counts no longer after a minute. */
  release: () => Promise<void>;
  /**
   * The reason that nothing can be written to the folder, if there is one: it is followed without a lock until it can.
   */
  problem: unknown;
};

/**
 * Takes the lock of a folder.
 * @param onLost is called if another process took it, as it may after this one was asleep
 * @throws Locked if another process has it
 */
export async function takeLock(folder: string, { after, now }: System, onLost: () => void): Promise<Lock> {
  const path = join(folder, "lock");
  const id = randomUUID();
  let problem = await acquire();
  let cancel = after(beatMs, beat);
  let isReleased = false;
  return {
    problem,
    release: async () => {
      isReleased = true;
      cancel();
      await remove().catch(() => undefined);
    },
  };

  /** Returns why the folder cannot be written, if so. @throws Locked */
  async function acquire(): Promise<unknown> {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      for (let attempt = 0; !(await create(path, id, now())); attempt++) {
        const other = await inspect(path);
        // threat: two clients follow in one folder
        if (other && isAlive(other, now())) {
          throw new Locked(`Another process follows the settings in ${folder}. Stop it first.`);
        }
        if (attempt === attempts) throw new Locked(`The lock of ${folder} cannot be taken.`);
        if (other) await moveAway(path, other.id);
      }
      return undefined;
    } catch (error) {
      if (unwritable.has(codeOf(error) ?? "")) return error;
      throw error;
    }
  }

  async function remove(): Promise<void> {
    if ((await inspect(path))?.id === id) await rm(path, { force: true });
  }

  function beat(): void {
    renew().then(
      (isMine) => {
        if (isReleased) return;
        if (isMine) cancel = after(beatMs, beat);
        else onLost();
      },
      () => {
        if (!isReleased) cancel = after(beatMs, beat);
      },
    );
  }

  /** Returns whether the folder is not another's. */
  async function renew(): Promise<boolean> {
    if (problem !== undefined) {
      try {
        problem = await acquire();
      } catch (error) {
        if (error instanceof Locked) return false;
        throw error;
      }
      if (isReleased) await remove();
      return true;
    }
    if ((await inspect(path))?.id !== id) return false;
    await touch(path, now());
    return true;
  }
}

const touch = (path: string, now: number) => utimes(path, new Date(now), new Date(now));

type Owner = { id: string; pid: number; beatAt: number };

/** Leaves no lock that nobody has: what cannot be written whole is removed. */
async function create(path: string, id: string, now: number): Promise<boolean> {
  const file = await open(path, "wx", 0o600).catch((error: unknown) => {
    if (codeOf(error) === "EEXIST") return undefined;
    throw error;
  });
  if (!file) return false;
  try {
    await file.writeFile(JSON.stringify({ id, pid: process.pid }));
    await touch(path, now);
    return true;
  } catch (error) {
    // threat: a client whose start failed leaves a lock
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

async function inspect(path: string): Promise<Owner | undefined> {
  try {
    const [text, { mtimeMs }] = [await readFile(path, "utf8"), await stat(path)];
    const { id, pid } = membersOf(parse(text));
    return { id: String(id), pid: Number(pid), beatAt: mtimeMs };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    // another user's lock says when its owner was last there, and nothing else
    if (codeOf(error) === "EACCES") return { id: "", pid: Number.NaN, beatAt: (await stat(path)).mtimeMs };
    throw error;
  }
}

/** Returns whether a lock's owner still runs. A lock that is being written has no owner yet. */
function isAlive({ pid, beatAt }: Owner, now: number): boolean {
  if (Math.abs(now - beatAt) > maxSilenceMs) return false;
  if (!Number.isInteger(pid)) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** Removes an old lock. Of several processes one gets there. What it moved may be the lock of another that was faster: that goes back. */
export async function moveAway(path: string, id: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  // threat: of two that find an old lock, both take it
  if ((await inspect(aside))?.id !== id) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}
