import fs from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { type Client, type Options, start } from "./client.ts";
import { openServer, type Server } from "./double.testing.ts";
import { type Identity, makeKeys, writeIdentity } from "./identity.ts";
import { fileKeyStore } from "./key-store.ts";
import type { System } from "./system.ts";

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** Runs when the test has ended. */
export const atEnd = (end: () => Promise<void>): void => {
  ends.push(end);
};

export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "muster-sync-"));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Makes a folder one that may only be read (`EROFS`), or its disk full (`ENOSPC`: files are made, and stay empty), until the
 * test ends or the function that it returns is called.
 */
export function unwritable(folder: string, code: "EROFS" | "ENOSPC"): () => void {
  const real = { ...fs.promises };
  const within = (path: unknown) => String(path).startsWith(folder);
  const refusal = () => Object.assign(new Error(`${code}: a write failed`), { code });
  const refuse = async () => {
    throw refusal();
  };
  const writes = code === "EROFS" ? (["rename", "rm", "link", "utimes"] as const) : [];
  for (const name of writes) {
    const run = real[name] as (...values: unknown[]) => Promise<unknown>;
    Object.assign(fs.promises, {
      [name]: (...values: unknown[]) => (within(values[0]) ? refuse() : run(...values)),
    });
  }
  const open: typeof fs.promises.open = async (path, flags, mode) => {
    const isWrite = within(path) && flags === "wx";
    if (isWrite && code === "EROFS" && !fs.existsSync(path)) throw refusal();
    const file = await real.open(path, flags, mode);
    return isWrite ? Object.assign(file, { writeFile: refuse }) : file;
  };
  Object.assign(fs.promises, { open });
  syncBuiltinESMExports();
  const restore = () => {
    Object.assign(fs.promises, real);
    syncBuiltinESMExports();
  };
  atEnd(async () => restore());
  return restore;
}

export type Clock = System & {
  /** Moves the time, and runs what is due. */
  advance: (ms: number) => void;
  /** Returns the length of each wait that began since the last call. */
  waits: () => number[];
  /** Returns the number of waits that are not over. */
  underWay: () => number;
};

/** A clock that moves only when it is told to. */
export function stillClock(fetch: System["fetch"]): Clock {
  let time = Date.parse("2026-11-27T12:00:00Z");
  let begun: number[] = [];
  const timers = new Set<{ at: number; run: () => void }>();
  return {
    fetch,
    now: () => time,
    random: () => 0.5,
    after: (ms, run) => {
      if (ms === 0) {
        const immediate = setImmediate(run);
        return () => clearImmediate(immediate);
      }
      begun.push(ms);
      const timer = { at: time + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance: (ms) => {
      time += ms;
      for (const timer of timers) {
        if (timer.at <= time && timers.delete(timer)) timer.run();
      }
    },
    underWay: () => timers.size,
    waits: () => {
      const all = begun;
      begun = [];
      return all;
    },
  };
}

/** Links a device without asking anybody. */
export async function linked(server: Server, folder: string): Promise<Identity> {
  const keys = makeKeys();
  const device = server.admit({ signingKey: keys.signingKey.x, sealingKey: keys.sealingKey.x });
  const { url, account, organization } = server.state;
  const identity: Identity = {
    server: url,
    issuer: url,
    device: device.id,
    account,
    organization,
    token: device.token,
    keys: server.state.keys.map(({ kid, x }) => ({ kid, x })),
    ...keys,
  };
  await writeIdentity(fileKeyStore(folder), identity);
  return identity;
}

export type Fixture = Awaited<ReturnType<typeof openFixture>>;

/** A server, and a linked device with a clock of its own. */
export async function openFixture() {
  const folder = await emptyFolder();
  let clock: Clock | undefined;
  const server = openServer({ now: () => (clock ? clock.now() : 0) + skew.ms });
  const skew = { ms: 0 };
  clock = stillClock(server.fetch);
  const identity = await linked(server, folder);
  return {
    folder,
    server,
    clock,
    identity,
    /** The server's clock minus the device's. */
    skew,
    start: (more: Partial<Options> = {}): Promise<Client> => started({ folder, system: clock, ...more }),
  };
}

async function started(options: Partial<Options> & { folder: string }): Promise<Client> {
  const client = await start({
    app: "Example",
    appVersion: "1.2.3",
    platform: "linux",
    on: { wipe: () => {} },
    ...options,
  });
  atEnd(() => client.stop());
  return client;
}
