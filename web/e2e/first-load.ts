import type { BrowserContext, Page, Request } from "@playwright/test";

/** Keeps what comes when the page is idle from coming: until somebody presses a key or a button. */
export function holdIdle(context: BrowserContext) {
  return context.addInitScript(() => {
    window.requestIdleCallback = () => 0;
  });
}

/** Follows the scripts of a page: their texts so far, and how many are on their way. */
export function scriptsOf(page: Page) {
  const texts: string[] = [];
  let pending = 0;
  page.on("request", (request) => {
    if (request.resourceType() === "script") pending += 1;
  });
  page.on("requestfinished", async (request) => {
    if (request.resourceType() !== "script") return;
    const response = await request.response();
    texts.push((await response?.text()) ?? "");
    pending -= 1;
  });
  return { all: () => texts.join("\n"), pending: () => pending };
}

export type Load = { requests: number; bytes: number; api: string[] };

/**
 * Opens a page and counts what it requests until it is there: everything, as the site sends it to a browser that has
 * nothing yet, and the API's paths without ids.
 */
export async function firstLoad(page: Page, path: string, isThere: () => Promise<void>): Promise<Load> {
  const requests: Request[] = [];
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.setCacheDisabled", { cacheDisabled: true });
  const note = (request: Request) => void requests.push(request);
  page.on("request", note);
  await page.goto(path);
  await isThere();
  await page.waitForLoadState("networkidle");
  page.off("request", note);
  const bodies = await Promise.all(
    requests.map(async (request) => {
      const sizes = await request.sizes();
      return sizes.responseBodySize;
    }),
  );
  await devtools.detach();
  return {
    requests: requests.length,
    bytes: bodies.reduce((sum, size) => sum + size, 0),
    api: requests.flatMap((request) => nameOf(request)).toSorted(),
  };
}

function nameOf(request: Request) {
  const { pathname, search } = new URL(request.url());
  if (!pathname.startsWith("/api/")) return [];
  const path = pathname.replace("/api/v1", "").replace(/\/(org|acc|team|upd)_\w+/g, "/{id}");
  return [`${request.method()} ${path}${search.replace(/=[^&]*/g, "")}`];
}
