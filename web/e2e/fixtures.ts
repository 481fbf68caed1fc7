import { isDeep } from "@muster/local/testing/random.ts";
import {
  type APIRequestContext,
  type Browser,
  type BrowserContext,
  test as base,
  expect,
  type Page,
  type TestInfo,
} from "@playwright/test";
import { stays } from "../src/ui/toast.ts";
import { call } from "./api.ts";
import { type Forwarder, startForwarder } from "./forwarder.ts";
import { releaseAll } from "./intercept.ts";
import { mailOf } from "./mailbox.ts";
import { type Watcher, watch } from "./watcher.ts";

type Person = { email: string; page: Page };
/** A page, or somebody who opens none. */
export type Client = { request: APIRequestContext };

type Fixtures = {
  watcher: Watcher;
  /**
   * True if the browsers save data, as in most tests: a page then loads only what is opened on it, which is half of the
   * work. Code that comes when a page is idle has tests of its own, without it.
   */
  savesData: boolean;
  /** A new address that nobody has used before. */
  email: string;
  /** Signs somebody in before they open any page. */
  person: Person;
  /** Another browser, which shares nothing with the first. */
  otherBrowser: BrowserContext;
  /** Makes a client of the API, which shares nothing with the browsers. */
  newClient: () => Promise<Client>;
};

type WorkerFixtures = {
  forwarder: Forwarder;
};

/** The time of closing with motion, which is longer than a page of a busy computer takes for a frame. */
const closingMs = 300;

let comers = 0;

/** The browser tests' `test`: every page is watched, every test has a network of its own. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  forwarder: [
    async ({ browserName: _any }, use, info) => {
      const forwarder = await startForwarder(info.workerIndex);
      await use(forwarder);
      await forwarder.stop();
    },
    { scope: "worker" },
  ],
  proxy: async ({ forwarder }, use, info) => {
    forwarder.moveTo(ownAddress(info));
    await use({ server: forwarder.url });
  },
  savesData: [true, { option: true }],
  watcher: [
    async ({ context, savesData }, use) => {
      if (savesData) await saveData(context);
      await keepMessages(context);
      if (isDeep) await context.addInitScript(closeSlowly, closingMs);
      const watcher = watch(context);
      await use(watcher);
      // a page that reads again as the test ends would find its route gone
      await Promise.all(context.pages().map((page) => page.unrouteAll({ behavior: "ignoreErrors" })));
      watcher.expectSilence();
    },
    { auto: true },
  ],
  email: async ({ browserName: _any }, use, info) => {
    await use(newAddress(info));
  },
  person: async ({ page, email }, use) => {
    await signIn(page, email);
    await use({ email, page });
  },
  otherBrowser: async ({ browser, watcher: _watcher, proxy, savesData }, use, info) => {
    const context = await openBrowser(browser, info, proxy);
    if (savesData) await saveData(context);
    await keepMessages(context);
    if (isDeep) await context.addInitScript(closeSlowly, closingMs);
    const watcher = watch(context);
    watcher.allowRefusals(401, 403, 404, 409);
    await use(context);
    await context.close();
    watcher.expectSilence();
  },
  newClient: async ({ playwright, baseURL, proxy }, use) => {
    const made: APIRequestContext[] = [];
    await use(async () => {
      const request = await playwright.request.newContext({
        ...(baseURL !== undefined && { baseURL }),
        ...(proxy !== undefined && { proxy }),
      });
      made.push(request);
      return { request };
    });
    for (const request of made) await request.dispose();
  },
});

export { expect };

/**
 * Signs in through the API, like the pages do, but opens none of them. One at a time: the next page belongs to this
 * person.
 */
export async function signIn(page: Page, email: string) {
  const { account, flow } = await signInClient(page, email);
  // Playwright's own way to set it opens another page for it, with a browser process for that page.
  await page.context().addInitScript(rememberOnce, { origin: ownOrigin(), account, flow });
}

/** Signs in somebody who opens no page. */
export async function signInClient({ request }: Client, email: string) {
  const headers = { origin: ownOrigin(), "x-muster": "1" };
  const requested = await request.post("/api/v1/sign-in", { headers, data: { email } });
  const { flow } = (await requested.json()) as { flow: string };
  const { code } = await mailOf(request, email, flow);
  const opened = await request.post("/api/v1/sign-in/code", { headers, data: { flow, code } });
  const { account } = (await opened.json()) as { account: { id: string } };
  return { account: account.id, flow };
}

/** Stores in the browser who is signed in, with the first page that it opens afterwards. */
function rememberOnce({ origin, account, flow }: { origin: string; account: string; flow: string }) {
  if (location.origin !== origin || localStorage.getItem(flow) !== null) return;
  localStorage.setItem(flow, "remembered");
  localStorage.setItem("signed-in", account);
}

/** Opens another page of the site like a link in it does, and waits until it has replaced the one before. */
export async function visit(page: Page, path: string) {
  await page.evaluate((href) => {
    const { ["__TSR_ROUTER__"]: router } = window;
    return router?.navigate({ href });
  }, path);
  await page.waitForFunction((wanted) => {
    const { ["__TSR_ROUTER__"]: router } = window;
    return router?.state.status === "idle" && router.state.resolvedLocation?.pathname === wanted.replace(/[?#].*/, "");
  }, path);
}

/**
 * Opens a page of the site as if it were loaded, at a fraction of its cost: what the pages before have requested is
 * gone, because the signed-in part of the site ends in between.
 */
export async function reopen(page: Page, path: string) {
  await visit(page, "/unsubscribe");
  await visit(page, path);
}

/** Leaves the signed-in part of the site, and ends what is intercepted: the next step of a story opens a page again. */
export async function startOver(page: Page) {
  await visit(page, "/unsubscribe");
  releaseAll(page);
}

/** Creates an organization through the API. Returns its id. */
export async function foundOrganization(page: Page, name: string) {
  const { id } = await call<{ id: string }>(page.request, "POST", "/organizations", { name });
  return id;
}

/** Creates an organization through the API and opens it. */
export async function openOrganization(page: Page, name: string) {
  const id = await foundOrganization(page, name);
  await page.goto(`/organizations/${id}`);
  await expect(page.getByRole("heading", { name, exact: true, level: 1 })).toBeVisible();
  return id;
}

export function newAddress(info: TestInfo) {
  comers += 1;
  return `ada@${info.workerIndex}-${comers}-${Date.now().toString(36)}.example.com`;
}

function saveData(context: BrowserContext) {
  return context.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, "connection", { get: () => ({ saveData: true }) });
  });
}

/** Lets messages stay as much longer as a slow machine takes longer to look for them. */
function keepMessages(context: BrowserContext) {
  return context.addInitScript(
    ({ waits, times }) => {
      const usual = window.setTimeout.bind(window);
      const slower = (act: TimerHandler, ms?: number, ...more: unknown[]) =>
        usual(act, waits.includes(ms ?? 0) ? times * (ms ?? 0) : ms, ...more);
      window.setTimeout = slower as typeof usual;
    },
    { waits: Object.values(stays), times: 6 },
  );
}

/** Runs in a page: what closes takes a while from now on, although nobody sees it without motion. */
export function closeSlowly(ms: number) {
  const name = "data-ending-style";
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      if (!(target instanceof Element) || !target.hasAttribute(name)) continue;
      target.animate([{ opacity: 1 }, { opacity: 0 }], { duration: ms });
    }
  }).observe(document, { subtree: true, attributeFilter: [name] });
}

function openBrowser(browser: Browser, info: TestInfo, proxy: { server: string } | undefined) {
  const { viewport, baseURL, colorScheme } = info.project.use;
  return browser.newContext({
    ...(viewport !== undefined && { viewport }),
    ...(baseURL !== undefined && { baseURL }),
    ...(colorScheme !== undefined && { colorScheme }),
    ...(proxy !== undefined && { proxy }),
    reducedMotion: "reduce",
  });
}

/** Only Linux answers on all of 127.0.0.0/8; elsewhere all tests share one network. */
function ownAddress(info: TestInfo) {
  comers += 1;
  const host = `127.${10 + (info.workerIndex % 200)}.${comers >> 8}.${comers & 255}`;
  return process.platform === "linux" ? host : undefined;
}

/** The origin of the site. */
export function ownOrigin() {
  return new URL(String(test.info().project.use.baseURL)).origin;
}
