import { head, print, row } from "./shared/output.ts";

// The command `npm run bench`. docs/benchmarks.md has the figures, and says how to read them.

type Benchmark = {
  measures: string;
  /** The arguments after the name, for the usage text. */
  words?: string;
  open: () => Promise<{ run: (words: string[]) => Promise<void> }>;
};

const benchmarks: { [name: string]: Benchmark } = {
  compare: {
    measures: "the API beside better-auth and express: CPU, round trips, and times",
    words:
      "[--rows get,create] [--subjects muster,sqlite] [--rounds 3] [--profiles folder] [--before output] [--write]",
    open: () => import("./compare/compare.ts"),
  },
  functions: {
    measures: "the API's function beside express: size, cold start, and requests per second of CPU",
    words: "[--node path]",
    open: () => import("./compare/functions.ts"),
  },
  members: {
    measures: "lists and searches of members, in a small and in a large organization",
    words: "[members …]",
    open: () => import("./requests/members.ts"),
  },
  feed: {
    measures: "a short and a long feed, with its comments and reactions",
    words: "[updates …]",
    open: () => import("./requests/feed.ts"),
  },
  growth: {
    measures: "what every kind of request and sweep costs as an organization grows",
    words: "[members …]",
    open: () => import("./requests/growth.ts"),
  },
  preview: {
    measures: "previews of settings, by the number of cohorts",
    words: "[cohorts …]",
    open: () => import("./requests/preview.ts"),
  },
  websites: {
    measures: "a list of 50,000 denied websites: saved, read, looked up, and brought to a device",
    open: () => import("./requests/websites.ts"),
  },
  devices: {
    measures: "how long a change takes to be at all devices, and what a poll costs",
    words: "[devices …]",
    open: () => import("./requests/devices.ts"),
  },
  imports: {
    measures: "the import worker: rows per second, CPU, and memory",
    words: "[rows …]",
    open: () => import("./work/imports.ts"),
  },
  "whole-imports": {
    measures: "whole imports through a local run, from the form to the report",
    words: "[--rows 1000000] [--seats 1000000]",
    open: () => import("./work/whole-imports.ts"),
  },
  mail: {
    measures: "which share of the send rate an import's emails reach",
    words: "[emails per second …]",
    open: () => import("./work/mail.ts"),
  },
  fairness: {
    measures: "how long one person waits for an email while others want many",
    words: "[codes] [import] [api]",
    open: () => import("./work/fairness.ts"),
  },
  sweep: {
    measures: "comparing subscriptions with Stripe, and reconciling differences",
    words: "[--organizations 10000]",
    open: () => import("./work/sweep.ts"),
  },
  csv: {
    measures: "the CSV reader beside three parsers",
    words: "[rows that are compared] [rows …]",
    open: () => import("./input/csv.ts"),
  },
  parsers: {
    measures: "how the time of each parser grows with what people upload or paste",
    words: "[bytes …]",
    open: () => import("./input/parsers.ts"),
  },
  "first-load": {
    measures: "the first load of pages over a slow network, in Chromium",
    words: "[rounds]",
    open: () => import("./browser/first-load.ts"),
  },
  "members-page": {
    measures: "the members page in Chromium, with few and many members",
    words: "[members …]",
    open: () => import("./browser/members-page.ts"),
  },
};

const [name, ...words] = process.argv.slice(2);
const chosen = benchmarks[name ?? ""];
if (chosen) {
  await (await chosen.open()).run(words);
} else {
  if (name !== undefined) print(`There is no benchmark ${name}.`);
  print("npm run bench -- NAME [WORDS]\n");
  head(3, ["Name", "Words", "What it measures"]);
  for (const [name, { measures, words = "" }] of Object.entries(benchmarks)) row([name, words, measures]);
  process.exitCode = name === undefined ? 0 : 2;
}
