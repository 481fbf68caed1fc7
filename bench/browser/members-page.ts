import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveSite } from "@muster/local/gateway/site.ts";
import { listen } from "@muster/local-base/server.ts";
import type { Browser, CDPSession, Page } from "@playwright/test";
import { count, head, median, row, sizesIn } from "../shared/output.ts";
import { withChromium } from "./chromium.ts";
import { organizationOf, pretendApi } from "./pretend-api.ts";

/**
 * The members page in Chromium, of organizations with 1,000 and 100,000 members. The site is the real build; its API is
 * answered here, with the shape and pages of the real one, so that only the browser's work differs.
 */
const usual = [1_000, 100_000];
const rounds = 5;
const searched = "sharma";
const pixelsPerFrame = 1_500;
const patienceMs = 600_000;

const site = new URL("../../web", import.meta.url).pathname;
const inPageFile = new URL("in-page.js", import.meta.url).pathname;
const list = "table[aria-label=Members]";
const traced = ["devtools.timeline", "blink.user_timing"];

type Figures = Record<string, number>;

/** @param words the numbers of members */
export async function run(words: string[]): Promise<void> {
  const sizes = sizesIn(words, usual);
  const folder = mkdtempSync(join(tmpdir(), "muster-bench-web-"));
  const api = pretendApi(sizes);
  const server = await listen((request, response) => {
    const isApi = request.url?.startsWith("/api/");
    void (isApi ? api(request, response) : serveSite(folder, "http://127.0.0.1", request, response));
  });
  try {
    execFileSync("npx", ["vite", "build", "--logLevel", "error", "--outDir", folder], { cwd: site, stdio: "inherit" });
    await withChromium((browser) => measure(browser, server.endpoint, sizes));
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(browser: Browser, url: string, sizes: readonly number[]): Promise<void> {
  const taken: Figures[][] = sizes.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [at, size] of sizes.entries()) taken[at]?.push(await work(browser, url, size));
  }
  const figures: Figures[] = [];
  for (const [at, size] of sizes.entries()) {
    figures.push({ ...middle(taken[at] ?? []), ...(await scroll(browser, url, size)) });
  }
  const [small = {}] = figures;
  head(1, ["", ...sizes.map(count), "ratio"]);
  for (const what of Object.keys(small)) {
    const values = figures.map((all) => all[what] ?? Number.NaN);
    row([what, ...values.map(shown), ((values.at(-1) ?? Number.NaN) / (values[0] ?? Number.NaN)).toFixed(2)]);
  }
}

/** Opens the members, searches them while typing, changes a role: each from its event to the painted result. */
async function work(browser: Browser, url: string, size: number): Promise<Figures> {
  const { page, devtools, close } = await open(browser, url, size);
  const opened = await timed(page, devtools, "click", `${list} tbody tr button`, () =>
    page.getByRole("link", { name: "Members", exact: true }).first().click(),
  );
  const elements = await inPage<number>(page, "elements");

  const role = page.getByRole("button", { name: /^Role of / }).first();
  await role.click();
  const changed = await timed(page, devtools, "click", `${list} tbody tr:first-child [aria-label$=": Admin"]`, () =>
    page.getByRole("menuitemradio", { name: /^Admin/ }).click(),
  );

  await page.getByLabel("Search members").focus();
  const found = `${list}[aria-busy=false] tbody:not(.opacity-60) tr:first-child [aria-label*=${searched} i]`;
  const search = await timed(page, devtools, "keydown", found, () => page.keyboard.type(searched));
  await close();
  return {
    "open the members: click to painted list, ms": opened.ms,
    "open the members: script, ms": opened.script,
    "open the members: requests to the API": opened.requests,
    "elements in the page": elements,
    "change a role: click to painted change, ms": changed.ms,
    "change a role: script, ms": changed.script,
    "search while typing: last key to painted result, ms": search.ms,
    "search while typing: script of all keys, ms": search.script,
    "search while typing: requests to the API": search.requests,
  };
}

/** Scrolls through all members, as fast as they load, with a trace of every frame. */
async function scroll(browser: Browser, url: string, size: number): Promise<Figures> {
  const { page, devtools, requests, close } = await open(browser, url, size);
  await page.goto(`${url}/organizations/${organizationOf(size)}/members`);
  await page.waitForSelector(`${list} tbody tr button`);
  const before = requests();
  await browser.startTracing(page, { categories: traced });
  await inPage(page, "scrollTo", size + 1, pixelsPerFrame, frameMark);
  const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as { traceEvents: TraceEvent[] };
  const frames = framesOf(traceEvents);
  const elements = await inPage<number>(page, "elements");
  await devtools.send("HeapProfiler.collectGarbage");
  const heap = await metric(devtools, "JSHeapUsedSize");
  const asked = requests() - before;
  await close();
  return {
    "scroll to the end: frames": frames.length,
    "scroll to the end: requests to the API": asked,
    "scroll to the end: script per frame, median, ms": median(frames),
    "scroll to the end: script per frame, last tenth, median, ms": median(frames.slice(-frames.length / 10)),
    "scroll to the end: script per frame, worst, ms": Math.max(...frames),
    "scroll to the end: frames with more than 16 ms of script, %":
      (frames.filter((ms) => ms > 16).length / frames.length) * 100,
    "elements in the page, at the end": elements,
    "heap at the end, MB": heap / 1_048_576,
  };
}

/** From the last event of this kind until the selector's element was painted, with the script time in between. */
async function timed(page: Page, devtools: CDPSession, event: string, selector: string, act: () => Promise<unknown>) {
  const counter = countRequests(page);
  const before = await metric(devtools, "ScriptDuration");
  const painted = inPage<number>(page, "painted", event, selector);
  await act();
  const ms = await painted;
  const script = ((await metric(devtools, "ScriptDuration")) - before) * 1000;
  return { ms, script, requests: counter() };
}

/** A fresh browser profile, signed in, on the overview of the organization of this size. */
async function open(browser: Browser, url: string, size: number) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
  await context.addInitScript({ content: 'localStorage.setItem("signed-in", "acc_any")' });
  await context.addInitScript({ path: inPageFile });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const requests = countRequests(page);
  const devtools = await context.newCDPSession(page);
  // Counts the CPU time of the page's thread, which is independent of other work on the machine.
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.goto(`${url}/organizations/${organizationOf(size)}`);
  await page.waitForLoadState("networkidle");
  return { page, devtools, requests, close: () => context.close() };
}

/** Calls what bench/browser/in-page.js added to the page. */
function inPage<R>(page: Page, name: string, ...values: unknown[]): Promise<R> {
  return page.evaluate(`bench.${name}(...${JSON.stringify(values)})`);
}

function countRequests(page: Page) {
  let asked = 0;
  page.on("request", (request) => {
    if (new URL(request.url()).pathname.startsWith("/api/")) asked++;
  });
  return () => asked;
}

async function metric(devtools: CDPSession, wanted: string): Promise<number> {
  const { metrics } = await devtools.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
}

function middle(taken: Figures[]): Figures {
  const names = Object.keys(taken[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, median(taken.map((one) => one[name] ?? Number.NaN))]));
}

function shown(value: number) {
  return Number.isInteger(value) ? count(value) : value.toFixed(1);
}

/** The used part of an event in a Chromium trace: its time, and its thread time; in microseconds. */
type TraceEvent = {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
};

const frameMark = "bench.frame";

const script = new Set(["FunctionCall", "EvaluateScript", "RunMicrotasks", "MinorGC", "MajorGC"]);

/**
 * Returns the CPU time of scripts in each frame, in ms, which is independent of other work on the machine: in the
 * thread that set the marks, between one mark and the next.
 */
function framesOf(events: TraceEvent[]): number[] {
  const marks = events.filter(({ name }) => name === frameMark).toSorted((one, other) => one.ts - other.ts);
  const [mark] = marks;
  const frames: number[] = Array.from({ length: Math.max(0, marks.length - 1) }, () => 0);
  if (!mark) return frames;
  const calls = events
    .filter(({ name, ph, pid, tid }) => ph === "X" && script.has(name) && pid === mark.pid && tid === mark.tid)
    .toSorted((one, other) => one.ts - other.ts || (other.dur ?? 0) - (one.dur ?? 0));
  let [frame, outerEnd] = [0, mark.ts];
  for (const { ts, dur = 0, tdur = dur } of calls) {
    // A nested call is counted with the outer one.
    if (ts < outerEnd) continue;
    outerEnd = ts + dur;
    while (frame < frames.length && ts >= (marks[frame + 1]?.ts ?? Number.POSITIVE_INFINITY)) frame++;
    if (frame < frames.length) frames[frame] = (frames[frame] ?? 0) + tdur / 1000;
  }
  return frames;
}
