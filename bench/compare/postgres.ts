import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

export type Postgres = { version: string; socket: string; stop: () => Promise<void> };

const installed = "/usr/lib/postgresql";
const port = 5432;
const startTries = 200;

/**
 * A PostgreSQL of its own, as its packages configure it, reachable only through a socket in a new folder. Its server
 * refuses to run as root, so that root starts it as the user of the packages.
 */
export async function startPostgres(): Promise<Postgres | undefined> {
  const version = existsSync(installed) ? readdirSync(installed).sort().at(-1) : undefined;
  if (version === undefined) return;
  const bin = join(installed, version, "bin");
  const user = process.getuid?.() === 0 ? { uid: idOf("-u"), gid: idOf("-g") } : undefined;
  const folder = mkdtempSync(join(tmpdir(), "muster-postgres-"));
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, "data");
  execFileSync(join(bin, "initdb"), ["-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8"], {
    ...user,
    stdio: ["ignore", "ignore", "inherit"],
    cwd: folder,
  });
  const options = ["-D", data, "-k", folder, "-c", "listen_addresses="];
  const server = spawn(join(bin, "postgres"), options, { ...user, stdio: "ignore", cwd: folder });
  const ended = new Promise<void>((resolve) => server.once("close", () => resolve()));
  const socket = join(folder, `.s.PGSQL.${port}`);
  for (let tried = 0; !existsSync(socket); tried++) {
    if (tried === startTries) throw new Error("PostgreSQL did not start.");
    await pause(50);
  }
  return {
    version,
    socket,
    stop: async () => {
      server.kill("SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const idOf = (which: "-u" | "-g") => Number(execFileSync("id", [which, "postgres"], { encoding: "utf8" }));
