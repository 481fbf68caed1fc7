import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import { setCookie } from "hono/cookie";
import { afterEach, describe, expect, test, vi } from "vitest";
import { httpEvent } from "../testing/events.ts";
import type { Env } from "./env.ts";
import { answerEvents } from "./gateway-event.ts";
import { LightHeaders, LightResponse } from "./light-response.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

const isFile = (type: string) => type === "text/csv";
const api = new Hono<Env>()
  .all("/seen/*", async (c) => {
    const named = ["host", "Cookie", "X-Given", "content-type", "x-missing", "constructor", "__proto__"];
    return c.json({
      method: c.req.method,
      url: c.req.url,
      path: c.req.path,
      query: c.req.query(),
      headers: named.map((name) => c.req.header(name)),
      body: Buffer.from(await c.req.arrayBuffer()).toString("base64"),
      requestId: c.env.requestContext?.requestId,
    });
  })
  .get("/cookies", (c) => {
    setCookie(c, "a", "1", { httpOnly: true });
    setCookie(c, "b", "2");
    return c.body(null, 204, { "x-other": "1" });
  })
  .get("/file", (c) => c.body("\uFEFFa;ü", 200, { "content-type": "text/csv" }))
  .get("/packed", (c) => c.body(Uint8Array.of(0x1f, 0x8b, 0xff), 200, { "content-encoding": "gzip" }))
  .get("/wrong", () => {
    throw new Error("A bug.");
  })
  .onError((error, c) => c.json({ why: error.message }, 500));

const hono = handle(api as never, { isContentTypeBinary: isFile });
const ours = answerEvents(api, isFile);

const text = httpEvent({ method: "POST", path: "/seen/a%20b/%C3%A4?q=1&q=2&e=%C3%A9", body: { name: "Zoë" } });
const bytes = { ...text, body: Buffer.of(0, 255, 128).toString("base64"), isBase64Encoded: true };
const events = {
  "a read": httpEvent({ path: "/seen/plain" }),
  "a question without an answer": httpEvent({ path: "/seen/none?" }),
  "a body": text,
  "a body of bytes": bytes,
  "a body that is empty": { ...text, body: "" },
  cookies: httpEvent({ path: "/seen/", cookies: ["s=1", "b=2; 3"], headers: { "x-given": "one, two" } }),
  "a cookie among the headers": httpEvent({ path: "/seen/", headers: { cookie: "s=1" } }),
  "a name that every object has": httpEvent({ path: "/seen/", headers: { constructor: "sent" } }),
  HEAD: httpEvent({ method: "HEAD", path: "/seen/head" }),
  "cookies that are set": httpEvent({ path: "/cookies" }),
  "a file": httpEvent({ path: "/file" }),
  "what is compressed": httpEvent({ path: "/packed" }),
  "a bug": httpEvent({ path: "/wrong" }),
  "no route": httpEvent({ path: "/nowhere" }),
};

describe("an event of API Gateway", () => {
  test.each(Object.entries(events))("is answered as by Hono's own adapter: %s", async (_, event) => {
    expect(await ours(event)).toEqual(await hono(event as never, {} as never));
  });

  test.each(Object.entries(events))("is answered so in the bundle, too: %s", async (_, event) => {
    const expected = await hono(event as never, {} as never);
    vi.stubGlobal("Response", LightResponse);
    vi.stubGlobal("Headers", LightHeaders);
    expect(await ours(event)).toEqual(expected);
  });

  test("shows a header that nobody sent as missing, whatever its name is", async () => {
    const { body = "" } = await ours(events["a read"]);
    expect((JSON.parse(body) as { headers: unknown[] }).headers.slice(-3)).toEqual([null, null, null]);
  });
});

test("a body is in memory of its own", async () => {
  let size = 0;
  const app = new Hono<Env>().post("/", async (c) => {
    size = (await c.req.arrayBuffer()).byteLength;
    return c.body(null, 204);
  });
  await answerEvents(app)(httpEvent({ method: "POST", path: "/", body: { a: 1 } }));
  expect(size).toBe('{"a":1}'.length);
});
