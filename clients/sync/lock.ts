import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { membersOf, parse } from "./read.ts";
import { type System, secondMs } from "./system.ts";

// One client per folder. The lock of a process that has ended counts no longer.

const beatMs = 10 * secondMs;
/** Without a beat for so long a lock is its owner's no longer, in case another process has the owner's number now. */
const maxSilenceMs = 6 * beatMs;
const attempts = 10;

export class Locked extends Error {
  override readonly name = "Locked";
}

export type Lock = { release: () => Promise<void> };

/**
 * Takes the lock of a folder.
 * @param onLost is called if another process took it, as it may after this one was asleep
 * @throws Locked if another process has it
 */
export async function takeLock(folder: string, { after, now }: System, onLost: () => void): Promise<Lock> {
  const path = join(folder, "lock");
  const id = randomUUID();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let attempt = 0; !(await create(path, id, now())); attempt++) {
    const other = await inspect(path);
    if (other && isAlive(other, now())) {
      throw new Locked(`Another process follows the settings in ${folder}. Stop it first.`);
    }
    if (attempt === attempts) throw new Locked(`The lock of ${folder} cannot be taken.`);
    if (other) await moveAway(path, other.id);
  }

  let cancel = after(beatMs, beat);
  let isReleased = false;
  return {
    release: async () => {
      isReleased = true;
      cancel();
      if ((await inspect(path))?.id === id) await rm(path, { force: true });
    },
  };

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

  async function renew(): Promise<boolean> {
    if ((await inspect(path))?.id !== id) return false;
    await touch(path, now());
    return true;
  }
}

const touch = (path: string, now: number) => utimes(path, new Date(now), new Date(now));

type Owner = { id: string; pid: number; beatAt: number };

async function create(path: string, id: string, now: number): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify({ id, pid: process.pid }), { flag: "wx", mode: 0o600 });
    await touch(path, now);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function inspect(path: string): Promise<Owner | undefined> {
  try {
    const [text, { mtimeMs }] = [await readFile(path, "utf8"), await stat(path)];
    const { id, pid } = membersOf(parse(text));
    return { id: String(id), pid: Number(pid), beatAt: mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Whether a lock's owner still runs. One that is being written has no owner yet. */
function isAlive({ pid, beatAt }: Owner, now: number): boolean {
  if (Math.abs(now - beatAt) > maxSilenceMs) return false;
  if (!Number.isInteger(pid)) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Removes an old lock. Of several processes one gets there. What it moved may be the lock of another that was faster: that goes back. */
export async function moveAway(path: string, id: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if ((await inspect(aside))?.id !== id) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}
