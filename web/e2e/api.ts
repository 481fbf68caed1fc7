import { type APIRequestContext, expect, type Page, test } from "@playwright/test";

/** Sends a request like the pages do. Returns the body; an error fails the test. */
export async function call<T>(request: APIRequestContext, method: string, path: string, data?: object): Promise<T> {
  const [origin = ""] = /^http:\/\/[^/]+/.exec(String(test.info().project.use.baseURL)) ?? [];
  const headers = { origin, "x-muster": "1" };
  const answer = await request.fetch(`/api/v1${path}`, { method, headers, ...(data && { data }) });
  expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
  return (answer.status() === 204 ? undefined : await answer.json()) as T;
}

/** Waits until the server has what a page shows at once: others who ask, and a reload, get it then. */
export async function answered(page: Page, path: RegExp, act: () => Promise<void>) {
  const answer = page.waitForResponse(
    (one) => one.request().method() !== "GET" && path.test(new URL(one.url()).pathname),
  );
  await act();
  await (await answer).finished();
}
