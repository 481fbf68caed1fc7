import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { ID } from "@muster/core/kernel/id.ts";
import { type Caller, openCaller } from "@muster/local/testing/caller.ts";
import { openPlace } from "@muster/local/testing/instance.ts";
import { grantSeats, scan } from "@muster/local/testing/scan.ts";
import { type Progress, readReport, upload, watch } from "@muster/local/testing/upload.ts";

/**
 * Imports whole files through a local run: form, bucket, queue, worker, table and report, with mails leaving beside it.
 * Says how long it takes, the most memory of the process, and how long ten rows of somebody else take meanwhile; looks
 * whether every row is accounted for. Run: npx tsx bench/whole-imports.ts [--rows 1000000] [--seats 1000000]
 */
const { values } = parseArgs({ options: { rows: { type: "string" }, seats: { type: "string" } } });
const rows = Number(values.rows ?? 1_000_000);
const seats = Number(values.seats ?? rows);
const sayEveryMs = 30_000;

const say = (line: string) => void process.stdout.write(`${line}\n`);
const count = (number: number) => Math.round(number).toLocaleString("en");
const seconds = (from: number) => ((performance.now() - from) / 1000).toFixed(1);
/** The most that a process has held in memory, in MB. */
const peakOf = (pid: number) =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1000;

const place = await openPlace();
const running = place.launch();
await running.ready;
const caller = openCaller(place.url);
const token = await caller.signIn("ada@example.com");
const idle = peakOf(running.pid);

const large = await found("Large", seats);
const people = Array.from({ length: rows }, (_, n) => `person-${n}@example.com,read,Person Number ${n}\n`);
const file = new Blob(["email,role,name\n", ...people]);
const from = performance.now();
const path = `/organizations/${large}/imports/${await upload(caller, large, token, file)}`;
say(`${count(file.size / 1e6)} MB are uploaded after ${seconds(from)} s.`);

let lastSaid = 0;
const see = ({ rows: done }: Progress) => {
  if (performance.now() - lastSaid < sayEveryMs) return;
  lastSaid = performance.now();
  say(`${count(done)} rows after ${seconds(from)} s, ${count(peakOf(running.pid))} MB at most`);
};
const [info, small] = await Promise.all([
  watch(caller, path, token, { everyMs: 1000, see }),
  pause(5000).then(() => importTen(caller)),
]);
const took = (performance.now() - from) / 1000;
say(`${count(rows)} rows: ${took.toFixed(1)} s, ${count(rows / took)} rows/s, ${JSON.stringify(info.counts)}`);
say(`Memory: ${count(peakOf(running.pid))} MB at most, ${count(peakOf(running.pid) - idle)} MB beyond an idle run.`);
say(`Ten rows of another organization, begun meanwhile: ${small} s from upload to report.`);
await account(info);
await place.leave();

async function found(name: string, free: number): Promise<ID<"organization">> {
  const { id } = await caller.insist("POST", "/organizations", { token, body: { name } });
  await grantSeats(place.folder, id as ID<"organization">, free);
  return id as ID<"organization">;
}

async function importTen(by: Caller): Promise<string> {
  const other = await found("Small", 10);
  const began = performance.now();
  const ten = Array.from({ length: 10 }, (_, n) => `other-${n}@example.com\n`);
  const id = await upload(by, other, token, new Blob(["email\n", ...ten]));
  await watch(by, `/organizations/${other}/imports/${id}`, token);
  return seconds(began);
}

/** Every row is in the report, in its place, and whoever is told to be invited is in the table, and nobody else. */
async function account({ counts }: Progress): Promise<void> {
  const report = (await readReport(caller, path, token)).split("\r\n").slice(1, -1);
  const wrong = report.filter((line, n) => !line.startsWith(`person-${n}@example.com,`)).length;
  const told = report.filter((line) => line.includes(",invited,")).length;
  const table = await scan(place.folder);
  const invited = table.filter(({ sk, state }) => sk === large && state === "pending").length;
  const isWhole = report.length === rows && wrong === 0 && told === invited && invited === counts.invited;
  const sum = `${count(report.length)} rows in the report, ${count(invited)} people in the table`;
  say(isWhole ? `All are accounted for: ${sum}.` : `NOT all are accounted for: ${sum}, ${wrong} rows in wrong places.`);
  process.exitCode = isWhole ? 0 : 1;
}
