import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The files of a client. A name may have one folder. Every write is whole or has not happened. */
export type Files = {
  /** Returns the text, or nothing if there is no such file. */
  read: (name: string) => Promise<string | undefined>;
  /** Replaces the text. What it resolves with is on disk. */
  write: (name: string, text: string) => Promise<void>;
  remove: (name: string) => Promise<void>;
  /** The names of the files in a folder. */
  list: (folder: string) => Promise<string[]>;
};

const unfinished = ".new";

/** Files that only the person whose client it is may read. Makes the folder when it writes. */
export function diskFiles(folder: string): Files {
  return {
    read: (name) => readFile(join(folder, name), "utf8").catch(nothingIfMissing),
    write: (name, text) => replaceFile(join(folder, name), text),
    remove: (name) => rm(join(folder, name), { force: true }),
    list: async (name) => {
      const names = (await readdir(join(folder, name)).catch(nothingIfMissing)) ?? [];
      return names.filter((one) => !one.endsWith(unfinished));
    },
  };
}

// threat: others on the machine read the keys of a device
/** Writes a new file and puts it in the place of the old one: a crash leaves either of them, whole. */
export async function replaceFile(path: string, text: string, mode = 0o600): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const next = `${path}.${randomUUID().slice(0, 8)}${unfinished}`;
  try {
    const file = await open(next, "wx", mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** A file that `replaceFile` writes. Others in the folder are somebody else's. */
const unfinishedForm = /^[\w-]+\.json\.[0-9a-f]{8}\.new$/;

/** Removes what a crash has left of files that were being written, in a folder and in one folder of it. */
export async function removeUnfinished(folder: string, inner: string): Promise<void> {
  for (const path of [folder, join(folder, inner)]) {
    for (const name of (await readdir(path).catch(nothingIfMissing)) ?? []) {
      // threat: a client removes files of other programs
      if (unfinishedForm.test(name)) await rm(join(path, name), { force: true });
    }
  }
}

/** So that a new name is on disk too. Windows has no such call, and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function nothingIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}
