import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@muster/local/engine/engine.ts";
import type { Browser } from "@playwright/test";
import { head, median, row, sizesIn } from "../shared/output.ts";
import { withChromium } from "./chromium.ts";

/**
 * The first load of pages over a slow network, in an empty browser: from the address until the page is whole, which is
 * when its list or first field is shown, nothing of it is loading any more, and its font is there. The site and the API
 * are those of `npm start -- --demo`; the network is Chromium's. The output is the table of docs/benchmarks.md.
 */
const usualRounds = 3;
const slow = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const email = "ada@example.com";
const product = { origin: "", "content-type": "application/json", "x-muster": "1" };

/** @param words how often each page is loaded */
export async function run(words: string[]): Promise<void> {
  const [rounds = usualRounds] = sizesIn(words, []);
  const folder = mkdtempSync(join(tmpdir(), "muster-bench-load-"));
  const port = await freePort();
  const server = spawn("node", ["local/start.mjs", "--port", String(port), "--data", join(folder, "data"), "--demo"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  try {
    const url = `http://127.0.0.1:${port}`;
    await isUp(url, server);
    await withChromium((browser) => measure(browser, url, rounds));
  } finally {
    // A server that has already exited says so no more.
    if (server.exitCode === null && server.signalCode === null) {
      const exited = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      await exited;
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

type Session = { cookie: string; account: string };
type Counts = { requests: number; kilobytes: number };
type Figures = Counts & { seconds: number };
type Opened = { name: string; path: string; selector: string; as?: Session };

async function measure(browser: Browser, url: string, rounds: number): Promise<void> {
  const session = await signIn(url);
  const first = async (path: string) => {
    const answer = await fetch(`${url}/api/v1${path}`, { headers: { cookie: session.cookie } });
    const { items } = (await answer.json()) as { items: { id: string }[] };
    return items[0]?.id ?? "";
  };
  const organization = `/organizations/${await first("/organizations")}`;
  const team = `${organization}/teams/${await first(`${organization}/teams`)}`;
  const members = "table[aria-label=Members] tbody tr button";
  const as = session;
  const pages: Opened[] = [
    { name: "Sign in", path: "/sign-in", selector: "input" },
    { name: "Accept an invitation", path: `/invitations#${await pendingLink(url, session)}`, selector: "main h1" },
    { name: "Organizations", path: "/", selector: "main a[href^='/organizations/org']", as },
    { name: "Overview", path: organization, selector: "main ol[aria-label=Updates] li", as },
    { name: "Members", path: `${organization}/members`, selector: members, as },
    { name: "Team", path: team, selector: "main h2", as },
    { name: "Billing", path: `${organization}/billing`, selector: "main section", as },
    { name: "Settings", path: `${organization}/settings/general`, selector: "main input", as },
    { name: "Devices", path: `${organization}/devices`, selector: "main table tbody tr", as },
    { name: "Account", path: "/account", selector: "main input", as },
  ];
  head(1, ["Page", "Whole after, s", "Requests", "kB"]);
  for (const page of pages) {
    const taken: Figures[] = [];
    for (let round = 0; round < rounds; round++) taken.push(await load(browser, url, page));
    const middle = (of: keyof Figures) => median(taken.map((one) => one[of]));
    row([page.name, middle("seconds").toFixed(1), middle("requests"), middle("kilobytes")]);
  }
}

/** Everything that the browser requested until the page could be used, over the slow network. */
async function load(browser: Browser, url: string, { path, selector, as }: Opened): Promise<Figures> {
  const { context, page, devtools, count } = await openEmpty(browser, url, as);
  await devtools.send("Network.emulateNetworkConditions", slow);
  const begin = performance.now();
  await page.goto(url + path, { waitUntil: "commit" });
  await page.waitForSelector(selector);
  await page.locator(".skeleton, [aria-busy=true]").first().waitFor({ state: "detached" });
  await page.evaluate("document.fonts.load('1em \"Inter Variable\"').then(() => undefined)");
  const seconds = (performance.now() - begin) / 1000;
  const { requests, kilobytes } = count();
  await context.close();
  return { seconds, requests, kilobytes };
}

async function openEmpty(browser: Browser, url: string, as: Session | undefined) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  if (as) {
    const [name = "", value = ""] = as.cookie.split("=");
    await context.addCookies([{ name, value, url }]);
    await context.addInitScript({ content: `localStorage.setItem("signed-in", ${JSON.stringify(as.account)})` });
  }
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  const seen = { requests: 0, bytes: 0 };
  devtools.on("Network.requestWillBeSent", () => seen.requests++);
  devtools.on("Network.dataReceived", ({ encodedDataLength }) => {
    seen.bytes += encodedDataLength;
  });
  const count = (): Counts => ({ requests: seen.requests, kilobytes: Math.round(seen.bytes / 1000) });
  return { context, page, devtools, count };
}

async function signIn(url: string): Promise<Session> {
  const headers = { ...product, origin: url };
  const post = (path: string, body: object) =>
    fetch(`${url}/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  const { flow } = (await (await post("/sign-in", { email })).json()) as { flow: string };
  const code = await mailedCode(url, flow);
  const opened = await post("/sign-in/code", { flow, code });
  const { account } = (await opened.json()) as { account: { id: string } };
  return { cookie: opened.headers.get("set-cookie")?.split(";")[0] ?? "", account: account.id };
}

/** The link of an invitation that is still pending, from the demo's mailbox. */
async function pendingLink(url: string, { cookie }: Session): Promise<string> {
  const get = async <T>(path: string) =>
    ((await (await fetch(url + path, { headers: { cookie } })).json()) as { items: T[] }).items;
  for (const { id } of await get<{ id: string }>("/api/v1/organizations")) {
    for (const one of await get<{ email: string }>(`/api/v1/organizations/${id}/invitations?state=pending`)) {
      const mails = await get<{ text: string }>(`/mailbox/api/mails?to=${encodeURIComponent(one.email)}`);
      for (const token of mails.flatMap(({ text }) => text.match(/mst_inv_[\w.-]+/g) ?? [])) {
        const body = JSON.stringify({ token });
        const headers = { ...product, origin: url };
        const preview = await fetch(`${url}/api/v1/invitations/preview`, { method: "POST", headers, body });
        if (preview.ok) return token;
      }
    }
  }
  throw new Error("The demo has no pending invitation with a link in its mailbox.");
}

async function mailedCode(url: string, flow: string): Promise<string> {
  for (;;) {
    const answer = await fetch(`${url}/mailbox/api/mails?to=${email}`);
    const { items } = (await answer.json()) as { items: { text: string }[] };
    const code = items.flatMap(({ text }) =>
      text.includes(flow) ? (/code=([0-9A-Z]+)/.exec(text)?.[1] ?? []) : [],
    )[0];
    if (code !== undefined) return code;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function isUp(url: string, server: ChildProcess): Promise<void> {
  const health = () => fetch(`${url}/api/v1/health`).then(({ ok }) => ok);
  while (server.exitCode === null && !(await health().catch(() => false))) {
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
