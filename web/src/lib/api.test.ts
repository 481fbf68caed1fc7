import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openBrowser } from "../testing/browser.ts";

let api: typeof import("./api.ts");
let people: typeof import("./people.ts");
let imports: typeof import("./imports.ts");
let queries: typeof import("./queries.ts");
beforeAll(async () => {
  openBrowser();
  [api, people, imports, queries] = await Promise.all([
    import("./api.ts"),
    import("./people.ts"),
    import("./imports.ts"),
    import("./queries.ts"),
  ]);
});
afterAll(() => void vi.unstubAllGlobals());

type Asked = { method: string; path: string; headers: Headers; body: unknown; signal: AbortSignal | undefined };
let asked: Asked[];

/** Answers every request in turn, the last one for all that follow. */
function answer(...answers: (() => Response | Promise<Response>)[]) {
  vi.stubGlobal("fetch", async (input: string, { method, headers, body, signal }: RequestInit = {}) => {
    const path = input.replace("https://muster.example", "");
    const json = typeof body === "string" ? (JSON.parse(body) as unknown) : undefined;
    asked.push({
      method: method ?? "GET",
      path,
      headers: new Headers(headers),
      body: json,
      signal: signal ?? undefined,
    });
    return (answers.length > 1 ? answers.shift() : answers[0])?.();
  });
}
const json = (body: unknown, init?: ResponseInit) => () => Response.json(body, init);

beforeEach(() => {
  asked = [];
});

describe("a request", () => {
  test("goes to this site's API, with the header that a foreign page cannot send", async () => {
    answer(json({ id: "org_1" }));
    expect(await api.createOrganization({ name: "Acme" }, "key-1")).toEqual({ id: "org_1" });
    const [one] = asked;
    expect(one).toMatchObject({ method: "POST", path: "/api/v1/organizations", body: { name: "Acme" } });
    expect([one?.headers.get("x-muster"), one?.headers.get("idempotency-key")]).toEqual(["1", "key-1"]);
  });

  test("that is answered with nothing returns nothing", async () => {
    answer(() => new Response(null, { status: 204 }));
    expect(await api.signOut()).toBeUndefined();
  });

  test.each<[string, () => Response | Promise<Response>, object]>([
    [
      "an error of the API",
      json(
        { code: "actor.forbidden", detail: "No." },
        { status: 403, headers: { "content-type": "application/problem+json" } },
      ),
      { code: "actor.forbidden", status: 403, message: "No." },
    ],
    ["an error page", () => new Response("<h1>Bad gateway</h1>", { status: 502 }), { code: "service.unavailable" }],
    ["no answer", () => Promise.reject(new TypeError("Failed to fetch")), { code: "network.unreachable" }],
  ])("that is answered with %s fails with it", async (_, given, error) => {
    answer(given);
    await expect(api.getAccount()).rejects.toMatchObject({ name: "ApiError", ...error });
    await expect(people.listMembers("org_1", {})).rejects.toMatchObject({ name: "ApiError", ...error });
  });

  test("that the page no longer wants ends with its reason, and is no failure of the network", async () => {
    const stop = new AbortController();
    const reason = new Error("left");
    answer(() => {
      stop.abort(reason);
      return Promise.reject(new DOMException("aborted", "AbortError"));
    });
    await expect(people.listMembers("org_1", {}, undefined, { signal: stop.signal })).rejects.toBe(reason);
    expect(asked[0]?.signal).toBe(stop.signal);
  });
});

test("a list asks for the page after a cursor, and for the first without one", async () => {
  answer(json({ items: [] }));
  await people.listMembers("org_lists", { role: "admin" });
  await people.listMembers("org_lists", { role: "admin", search: "a&b" }, "c=1");
  await imports.listImportRows("org_lists", "imp_1", "no_seat", "c2");
  await api.listEvents("org_lists", { actor: "acc_1" }, undefined);
  expect(asked.map(({ path }) => path)).toEqual([
    "/api/v1/organizations/org_lists/members?role=admin",
    "/api/v1/organizations/org_lists/members?role=admin&search=a%26b&cursor=c%3D1",
    "/api/v1/organizations/org_lists/imports/imp_1/rows?cursor=c2&outcome=no_seat",
    "/api/v1/organizations/org_lists/events?actor=acc_1",
  ]);
});

test("deleted organizations are listed apart from those that can be used", async () => {
  const [used, deleted] = [
    { id: "org_1", state: "suspended" },
    { id: "org_2", state: "deleted" },
  ];
  answer(json({ items: [used, deleted], next: "c" }));
  expect(await api.listOrganizations()).toEqual({ items: [used], deleted: [deleted], next: "c" });
});

test("invitations are sent under the key of their form, so that a repeated request sends none twice", async () => {
  answer(json({ items: [] }));
  const request = { invitations: [{ email: "ada@example.com" }] };
  await people.sendInvitations("org_1", request, "key-1");
  await people.sendInvitations("org_1", request, "key-1");
  expect(asked.map(({ headers }) => headers.get("idempotency-key"))).toEqual(["key-1", "key-1"]);
});

describe("a filtered page of events without a match", () => {
  const find = async () => {
    const query = queries.eventsQuery("org_1", { actor: "acc_1" });
    return query.queryFn?.({ pageParam: undefined } as never);
  };

  test("is followed by the next ones, until one has some", async () => {
    answer(json({ items: [], next: "c1" }), json({ items: [{ id: "evt_1" }], next: "c2" }));
    expect(await find()).toEqual({ items: [{ id: "evt_1" }], next: "c2" });
    expect(asked.map(({ path }) => new URLSearchParams(path.split("?")[1]).get("cursor"))).toEqual([null, "c1"]);
  });

  test("ends the search after four requests, and the list goes on from there", async () => {
    answer(...[1, 2, 3, 4].map((at) => json({ items: [], next: `c${at}` })), json({ items: [{ id: "evt_1" }] }));
    expect(await find()).toEqual({ items: [], next: "c4" });
    expect(asked).toHaveLength(4);
  });

  test("is the end if there is no next one", async () => {
    answer(json({ items: [] }));
    expect(await find()).toEqual({ items: [] });
    expect(asked).toHaveLength(1);
  });
});

test("an import is created with its file's name, its term and the columns that were chosen", async () => {
  answer(json({ import: { id: "imp_1" } }));
  await imports.createImport("org_1", { fileName: "a.csv", lifetimeDays: 7, columns: ["ignore", "email"] });
  expect(asked[0]).toMatchObject({
    method: "POST",
    path: "/api/v1/organizations/org_1/imports",
    body: { fileName: "a.csv", lifetimeDays: 7, columns: ["ignore", "email"] },
  });
});
