import type { APIResponse, CDPSession, Page } from "@playwright/test";

// Answers that stories make up. Playwright's own routes stop every request of a page, and turn its cache off: then a
// page costs twice as much. These stop only what is asked of the API.

type Pattern = string | RegExp | ((url: URL) => boolean);
type Handler = (route: Route) => unknown;

type Asked = { url: string; method: string; headers: Record<string, string>; postData?: string };

export type Answer = {
  status?: number;
  headers?: Record<string, string>;
  contentType?: string;
  body?: string;
  json?: unknown;
  /** A real answer, of which the rest is used. */
  response?: APIResponse;
};

/** A request of the API that waits for its answer, with the methods of Playwright's routes. */
export type Route = {
  request: () => { url: () => string; method: () => string; postDataJSON: () => unknown };
  fulfill: (answer: Answer) => Promise<void>;
  /** Asks the API. */
  continue: () => Promise<void>;
  /** Asks the handler that was added before, or the API. */
  fallback: () => Promise<void>;
  /** Asks the API, and leaves the request waiting. */
  fetch: () => Promise<APIResponse>;
};

type Entry = { pattern: Pattern; handler: Handler; left: number };
type Interceptor = { session: CDPSession; entries: Entry[] };

const interceptors = new WeakMap<Page, Interceptor>();

/** Hands what a page asks of the API to a handler, the one that was added last before the others. */
export async function intercept(page: Page, pattern: Pattern, handler: Handler, { times = Infinity } = {}) {
  const { entries } = interceptors.get(page) ?? (await begin(page));
  entries.unshift({ pattern, handler, left: times });
}

/** Removes the handlers of a pattern. */
export function release(page: Page, pattern: Pattern) {
  const { entries = [] } = interceptors.get(page) ?? {};
  entries.splice(0, entries.length, ...entries.filter((entry) => String(entry.pattern) !== String(pattern)));
}

/** Removes all handlers of a page. */
export function releaseAll(page: Page) {
  interceptors.get(page)?.entries.splice(0);
}

async function begin(page: Page) {
  const session = await page.context().newCDPSession(page);
  const interceptor: Interceptor = { session, entries: [] };
  interceptors.set(page, interceptor);
  session.on("Fetch.requestPaused", ({ requestId, request }) => {
    void forgiven(handle(page, interceptor, requestId, request));
  });
  await session.send("Fetch.enable", { patterns: [{ urlPattern: "*/api/v1/*" }] });
  return interceptor;
}

async function handle(page: Page, { session, entries }: Interceptor, requestId: string, asked: Asked): Promise<void> {
  const matching = entries.filter(({ pattern }) => matches(pattern, asked.url));
  const next = async (): Promise<void> => {
    const entry = matching.shift();
    if (entry === undefined) return forgiven(session.send("Fetch.continueRequest", { requestId }));
    if (--entry.left === 0) entries.splice(entries.indexOf(entry), 1);
    await entry.handler({
      request: () => ({
        url: () => asked.url,
        method: () => asked.method,
        postDataJSON: () => JSON.parse(asked.postData ?? "null") as unknown,
      }),
      fulfill: async (answer) => {
        const parts = await written(answer);
        await forgiven(session.send("Fetch.fulfillRequest", { requestId, ...parts }));
      },
      continue: () => forgiven(session.send("Fetch.continueRequest", { requestId })),
      fallback: next,
      fetch: () => ask(page, asked),
    });
  };
  await next();
}

/** Nobody waits for an answer anymore if the page has dropped its request, has left, or is closed. */
async function forgiven(answering: Promise<unknown>): Promise<void> {
  await answering.catch((error: unknown) => {
    if (!/Invalid InterceptionId|Invalid state|closed|disposed|Test ended/i.test(String(error))) throw error;
  });
}

/** The browser adds its cookies and its origin only after the request has been let through. */
function ask(page: Page, { url, method, headers, postData }: Asked) {
  const all = { ...headers, origin: new URL(url).origin };
  return page.request.fetch(url, { method, headers: all, ...(postData !== undefined && { data: postData }) });
}

async function written({ status, headers, contentType, body, json, response }: Answer) {
  const all: Record<string, string> = { ...response?.headers(), ...headers };
  if (contentType !== undefined) all["content-type"] = contentType;
  if (json !== undefined) all["content-type"] = "application/json";
  for (const name of ["content-length", "content-encoding", "etag"]) delete all[name];
  const text = json === undefined ? (body ?? (await response?.text()) ?? "") : JSON.stringify(json);
  return {
    responseCode: status ?? response?.status() ?? 200,
    responseHeaders: Object.entries(all).map(([name, value]) => ({ name, value })),
    body: Buffer.from(text).toString("base64"),
  };
}

function matches(pattern: Pattern, url: string): boolean {
  if (typeof pattern === "function") return pattern(new URL(url));
  return (typeof pattern === "string" ? fromGlob(pattern) : pattern).test(url);
}

/** `**` is anything, `*` anything within a part of a path. */
function fromGlob(glob: string): RegExp {
  const parts = glob.split(/(\*\*|\*)/).map((part) => {
    if (part === "**") return ".*";
    return part === "*" ? "[^/]*" : part.replaceAll(/[.?+^$()[\]{}|\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}
