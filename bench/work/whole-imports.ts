import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { addressOf } from "@muster/core/account/account.ts";
import type { ID } from "@muster/core/base/id.ts";
import { invitationKeys } from "@muster/core/invitation/keys.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import { type Caller, openCaller } from "@muster/local/testing/worlds/caller.ts";
import { openPlace } from "@muster/local/testing/worlds/instance.ts";
import { grantSeats, openTable } from "@muster/local/testing/worlds/scan.ts";
import { type Progress, readReport, upload, watch } from "@muster/local/testing/worlds/upload.ts";
import { count, print } from "../shared/output.ts";

/**
 * Imports whole files through a local run: form, bucket, queue, worker, table and report, with mails leaving at the
 * same time. Reports how long it takes, the maximum memory of the process, and how long ten rows of another
 * organization take during that; checks that every row is accounted for.
 */
const sayEveryMs = 30_000;
const perLook = 100;

const seconds = (from: number) => ((performance.now() - from) / 1000).toFixed(1);
/** Returns the maximum memory of a process, in MB. */
const peakOf = (pid: number) =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1000;

type Running = { caller: Caller; token: string; folder: string; pid: number };

/** @param words [--rows 1000000] [--seats 1000000] */
export async function run(words: string[]): Promise<void> {
  const options = { rows: { type: "string", default: "1000000" }, seats: { type: "string" } } as const;
  const { values } = parseArgs({ args: words, options });
  const rows = Number(values.rows);
  const place = await openPlace();
  try {
    const instance = place.launch();
    await instance.ready;
    const caller = openCaller(place.url);
    const token = await caller.signIn("ada@example.com");
    await importWhole({ caller, token, folder: place.folder, pid: instance.pid }, rows, Number(values.seats ?? rows));
  } finally {
    await place.leave();
  }
}

async function importWhole(running: Running, rows: number, seats: number): Promise<void> {
  const { caller, token, pid } = running;
  const idle = peakOf(pid);
  const large = await found(running, "Large", seats);
  const people = Array.from({ length: rows }, (_, n) => `person-${n}@example.com,read,Person Number ${n}\n`);
  const file = new Blob(["email,role,name\n", ...people]);
  const from = performance.now();
  const path = `/organizations/${large}/imports/${await upload(caller, large, token, file)}`;
  print(`${count(file.size / 1e6)} MB are uploaded after ${seconds(from)} s.`);

  let lastSaid = 0;
  const see = ({ rows: done }: Progress) => {
    if (performance.now() - lastSaid < sayEveryMs) return;
    lastSaid = performance.now();
    print(`${count(done)} rows after ${seconds(from)} s, at most ${count(peakOf(pid))} MB`);
  };
  const [info, small] = await Promise.all([
    watch(caller, path, token, { everyMs: 1000, see }),
    pause(5000).then(() => importTen(running)),
  ]);
  const took = (performance.now() - from) / 1000;
  print(`${count(rows)} rows: ${took.toFixed(1)} s, ${count(rows / took)} rows/s, ${JSON.stringify(info.counts)}`);
  print(`Memory: at most ${count(peakOf(pid))} MB, ${count(peakOf(pid) - idle)} MB beyond an idle run.`);
  print(`Ten rows of another organization, begun at the same time: ${small} s from upload to report.`);
  await account(running, { organization: large, path, rows, counts: info.counts });
}

async function found({ caller, token, folder }: Running, name: string, free: number): Promise<ID<"organization">> {
  const { id } = await caller.insist("POST", "/organizations", { token, body: { name } });
  await grantSeats(folder, id as ID<"organization">, free);
  return id as ID<"organization">;
}

async function importTen(running: Running): Promise<string> {
  const { caller, token } = running;
  const other = await found(running, "Small", 10);
  const began = performance.now();
  const ten = Array.from({ length: 10 }, (_, n) => `other-${n}@example.com\n`);
  const id = await upload(caller, other, token, new Blob(["email\n", ...ten]));
  await watch(caller, `/organizations/${other}/imports/${id}`, token);
  return seconds(began);
}

type Imported = { organization: ID<"organization">; path: string; rows: number } & Pick<Progress, "counts">;

/**
 * Every row is in the report, in its place; the people who are reported as invited are in the table; and as many seats
 * are taken. A scan would be simpler, but the engine takes most of an hour for a million rows.
 */
async function account({ caller, token, folder }: Running, imported: Imported): Promise<void> {
  const { organization, path, rows, counts } = imported;
  const report = (await readReport(caller, path, token)).split("\r\n").slice(1, -1);
  const wrong = report.filter((line, n) => !line.startsWith(`person-${n}@example.com,`)).length;
  const isInvited = report.map((line) => line.includes(",invited,"));
  const table = openTable(folder);
  let [invited, strange] = [0, 0];
  for (let at = 0; at < isInvited.length; at += perLook) {
    const emails = isInvited.slice(at, at + perLook).map((_, n) => `person-${at + n}@example.com`);
    const found = await table.getMany(emails.map((email) => invitationKeys.addressIn(organization, addressOf(email))));
    const states = found.map((row) => row?.state === "pending");
    invited += states.filter(Boolean).length;
    strange += states.filter((isPending, n) => isPending !== isInvited[at + n]).length;
  }
  const organizationRow = await table.get(organizationKeys.organization(organization));
  const taken = Number(organizationRow?.capacity) - Number(organizationRow?.free) - 1;
  const isWhole =
    [report.length, wrong, strange, invited, taken].join() === [rows, 0, 0, counts.invited, invited].join();
  const sum = `${count(report.length)} rows in the report, ${count(invited)} people in the table, ${count(taken)} seats taken`;
  print(
    isWhole ? `All are accounted for: ${sum}.` : `NOT all: ${sum}, ${wrong} rows in wrong places, ${strange} strange.`,
  );
  process.exitCode = isWhole ? 0 : 1;
}
