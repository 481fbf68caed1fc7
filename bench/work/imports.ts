import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ID from "@muster/core/base/id.ts";
import { s3 } from "@muster/core/bucket/s3.ts";
import { arrive } from "@muster/core/import/arrive.ts";
import { get } from "@muster/core/import/manage.ts";
import { type Job, work } from "@muster/core/import/work.ts";
import type { Member as Actor } from "@muster/core/kernel/actor.ts";
import { asSystem, provide } from "@muster/core/kernel/context.ts";
import { bind, bucket } from "@muster/core/kernel/ports.ts";
import type { Table } from "@muster/core/table/table.ts";
import { importPut, memberPut, organizationPut } from "@muster/local/testing/fixtures/rows.ts";
import { startBucket } from "@muster/local-bucket/server.ts";
import { credentials, openDeployment, region } from "../shared/deployment.ts";
import { count, cpuOf, print, sizesIn } from "../shared/output.ts";

/**
 * Imports as Lambda's worker processes them, with the engine in a file and the objects
 * on disk: rows per second, its CPU and the engine's, and the maximum memory of this process beyond the start.
 */
const usual = [20_000, 100_000];
const sampleMs = 20;

type Place = { table: Table; enginePid: number; jobs: Job[] };

/** @param words the numbers of rows */
export async function run(words: string[]): Promise<void> {
  const sizes = sizesIn(words, usual);
  await openDeployment(async ({ table, enginePid }) => {
    const folder = mkdtempSync(join(tmpdir(), "muster-bench-"));
    const store = await startBucket({ name: "bench", folder, region });
    const jobs: Job[] = [];
    const bucketObjects = s3("bench", { endpoint: store.endpoint, region, credentials });
    bind({ bucketObjects, queues: { send: async (_, bodies) => void jobs.push(...(bodies as Job[])) } });
    for (const rows of sizes) await measure({ table, enginePid, jobs }, rows);
    await store.stop();
    rmSync(folder, { recursive: true });
  });
}

/** An organization with enough seats, and an import of a file with so many rows. */
const mark = "of its form";

async function prepare(table: Table, rows: number): Promise<{ actor: Actor; id: ID.ID<"import">; key: string }> {
  const [organization, account, id] = [ID.create("organization"), ID.create("account"), ID.create("import")];
  await table.write(
    organizationPut(organization, { plan: "paid", capacity: rows, free: rows, grantedSeats: rows }),
    memberPut(organization, account, { role: "owner", name: "Ada" }),
    importPut(organization, id, {
      state: "waiting_for_file",
      mark: createHash("sha256").update(mark).digest("base64url"),
      by: account,
    }),
  );
  const key = `imports/${organization}/${id}.csv`;
  const people = Array.from({ length: rows }, (_, n) => `person-${n}@example.com,read,Person Number`);
  await bucket.write(key, `email,role,name\n${people.join("\n")}\n`, "text/csv", { mark });
  const person = { account, address: ID.derive("address", "ada@example.com"), email: "ada@example.com" };
  const via = { kind: "session" as const, id: ID.create("session"), authenticatedAt: new Date().toISOString() };
  const origin = { ip: "127.0.0.1", agent: "" };
  return { actor: { type: "member", ...person, via, origin, organization, role: "owner" }, id, key };
}

async function measure({ table, enginePid, jobs }: Place, rows: number): Promise<void> {
  const { actor, id, key } = await prepare(table, rows);
  await asSystem("bench", () => arrive({ key, sequencer: "1" }));
  const { rss } = process.memoryUsage();
  let peak = rss;
  const sampling = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, sampleMs);
  const cpuSoFar = () => [cpuOf(process.pid), cpuOf(enginePid)] as const;
  const [[cpu, cpuOfEngine], began] = [cpuSoFar(), performance.now()];
  for (let job = jobs.shift(); job; job = jobs.shift()) {
    const one = job;
    await asSystem<Promise<unknown>>("bench", () => work(one));
  }
  clearInterval(sampling);
  const seconds = (performance.now() - began) / 1000;
  const [now, nowOfEngine] = cpuSoFar();
  const info = await provide({ actor }, () => get({ import: id }));
  if (info.counts.invited !== rows || !info.reported) throw new Error(`The import has ended as ${info.state}.`);
  const figures = [
    `${count(rows / seconds)} rows/s`,
    `${((now - cpu) / rows).toFixed(2)} ms of CPU per row, ${((nowOfEngine - cpuOfEngine) / rows).toFixed(2)} of the engine`,
    `at most ${Math.round(peak / 1e6)} MB, ${Math.round((peak - rss) / 1e6)} MB beyond the start`,
  ];
  print(`${count(rows).padStart(8)} rows: ${figures.join(", ")}`);
}
