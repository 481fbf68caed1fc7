import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { lambdaNode } from "@muster/functions/testing/node.ts";
import { median } from "../shared/output.ts";
import type { Measured, Name, Row } from "./subject.ts";

export type Outcome = { row: Row; near: { [Of in Name]?: Measured[] }; far: { [Of in Name]?: Measured } };
type More = {
  members: { [Of in Name]?: number };
  racing: { race: number; limit: number };
  rounds: number;
  postgres: string | undefined;
  /** True to write the result into docs/benchmarks.md. */
  write: boolean;
};

const page = "docs/benchmarks.md";
const peers = JSON.parse(readFileSync("bench/peers/package.json", "utf8")) as { dependencies: Record<string, string> };
const [begins, ends] = ["<!-- compared: written by bench/compare -->", "<!-- compared: end -->"] as const;

const titles: { [Of in Name]: string } = {
  muster: "Muster",
  postgres: "PostgreSQL",
  sqlite: "SQLite",
  express: "express",
  bare: "a bare call",
};
const said: { [Of in Row]: string } = {
  get: "Authenticated GET with a permission",
  create: "Create an organization",
  invite: "Invite one person",
  "invite-100": "Invite 100 people",
  accept: "Accept an invitation",
  role: "Change a role",
  remove: "Remove a member",
  "list-1000": "List 100 of 1,000 members",
  "list-10000": "List 100 of 10,000 members",
  "list-100000": "List 100 of 100,000 members",
  search: "Find 25 of 10,000 members by two words",
  save: "Save a setting",
  post: "Post an update",
  feed: "Read a feed of 25 updates",
  sync: "A device asks, nothing is new",
};

const count = (value: number) => Math.round(value).toLocaleString("en");
const ms = (value: number) => value.toFixed(value < 10 ? 1 : 0);
const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;

/** Prints the comparison as Markdown, and writes it into the page of benchmarks. */
export function report(outcomes: Outcome[], { members, racing, rounds, postgres, write }: More): void {
  const text = [
    `${described(postgres)} Rounds in turns: ${rounds}.`,
    "",
    "Operations per second of CPU, medians (lowest–highest). A ratio above 1 means that Muster needs less CPU.",
    "",
    line(["", "Muster", "better-auth, PostgreSQL", "ratio", "better-auth, SQLite", "ratio", "express", "ratio"]),
    `|---|${"---:|".repeat(7)}`,
    ...outcomes.map(({ row, near }) =>
      line([
        said[row],
        rate(near.muster),
        ...(["postgres", "sqlite", "express"] as const).flatMap((name) => [
          rate(near[name]),
          ratio(near.muster, near[name]),
        ]),
      ]),
    ),
    "",
    ...bareCall(outcomes),
    `Round trips to the store, and the time of one operation in ms (half of them, 99 %) on this machine; then half of them, where each round trip takes 5 ms longer.`,
    "",
    line([
      "",
      ...(["muster", "postgres", "sqlite"] as const).flatMap((name) => [
        `${titles[name]}: trips`,
        "50 %",
        "99 %",
        "5 ms away",
      ]),
    ]),
    `|---|${"---:|".repeat(12)}`,
    ...outcomes.map(({ row, near, far }) =>
      line([said[row], ...(["muster", "postgres", "sqlite"] as const).flatMap((name) => times(near[name], far[name]))]),
    ),
    "",
    `${racing.race} people are invited where ${racing.limit} may be members, and all who were invited accept at the same time. Members afterward: ${(
      ["muster", "postgres", "sqlite"] as const
    )
      .flatMap((name) => (members[name] === undefined ? [] : `${titles[name]} ${members[name]}`))
      .join(", ")}.`,
  ].join("\n");
  process.stdout.write(`${text}\n`);
  if (write) writeFileSync(page, replaced(readFileSync(page, "utf8"), text));
}

/** Compares the CPU time of the GET with that of its round trip alone. */
function bareCall(outcomes: readonly Outcome[]): string[] {
  const { muster, bare } = outcomes.find(({ row }) => row === "get")?.near ?? {};
  if (!muster || !bare) return [];
  const [whole, alone] = [muster, bare].map((measured) => median(measured.map(({ cpuMs }) => cpuMs))) as [
    number,
    number,
  ];
  return [
    `The call of the table that the GET makes, signed by hand and with nothing around it, takes ${alone.toFixed(2)} ms of CPU; the whole GET takes ${whole.toFixed(2)} ms, ${(whole / alone).toFixed(1)} times as much.`,
    "",
  ];
}

function replaced(all: string, text: string): string {
  const [from, to] = [all.indexOf(begins), all.indexOf(ends)];
  if (from < 0 || to < from) throw new Error(`${page} has no place for the comparison.`);
  return `${all.slice(0, from + begins.length)}\n${text}\n${all.slice(to)}`;
}

function rate(measured: Measured[] | undefined): string {
  if (!measured) return "";
  const rates = measured.map(({ cpuMs }) => 1000 / cpuMs);
  return `${count(median(rates))} (${count(Math.min(...rates))}–${count(Math.max(...rates))})`;
}

function ratio(ours: Measured[] | undefined, theirs: Measured[] | undefined): string {
  if (!ours || !theirs) return "";
  const cpu = (measured: Measured[]) => median(measured.map(({ cpuMs }) => cpuMs));
  return (cpu(theirs) / cpu(ours)).toFixed(1);
}

function times(near: Measured[] | undefined, far: Measured | undefined): string[] {
  if (!near) return ["", "", "", ""];
  const middle = (of: (one: Measured) => number) => median(near.map(of));
  return [
    (near[0]?.trips ?? Number.NaN).toFixed(0),
    ms(middle(({ p50 }) => p50)),
    ms(middle(({ p99 }) => p99)),
    far ? ms(far.p50) : "",
  ];
}

function described(postgres: string | undefined): string {
  const node = execFileSync(lambdaNode(), ["--version"], { encoding: "utf8" }).trim().slice(1);
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB`;
  const load = loadavg().map(Math.round)[2];
  const stores = `better-auth ${peers.dependencies["better-auth"]} on ${postgres ? `PostgreSQL ${postgres} and ` : ""}SQLite (WAL)`;
  return `${new Date().toISOString().slice(0, 10)}, Node ${node}, ${machine}, a load of ${load}. ${stores}.`;
}
