import { gunzipSync } from "node:zlib";
import { Hono } from "hono/quick";
import { expect, test } from "vitest";
import type { Env } from "./env.ts";
import { gzip } from "./gzip.ts";

const long = JSON.stringify(Array.from({ length: 300 }, (_, i) => `host-${i}.example.com`));
const api = new Hono<Env>()
  .use(gzip)
  .get("/long", (c) => c.body(long, 200, { "content-type": "application/json", etag: '"one"' }))
  .get("/weak", (c) => c.body(long, 203, { etag: 'W/"one"' }))
  .get("/short", (c) => c.body("short", 200, { etag: '"one"' }))
  .get("/same", (c) => c.body(null, 304, { etag: '"one"' }));
const get = (path: string, accept?: string) =>
  api.request(path, { headers: accept === undefined ? {} : { "accept-encoding": accept } });

test.each(["gzip", "br, gzip", "GZIP;q=0.5, br", "deflate;q=0.1,gzip;q=1.0"])(
  "what is long is compressed for who accepts %s",
  async (accept) => {
    const answer = await get("/long", accept);
    expect(gunzipSync(await answer.arrayBuffer()).toString()).toBe(long);
    const shown = ["content-encoding", "content-type", "etag", "vary"].map((name) => answer.headers.get(name));
    // a strong ETag promises the same bytes
    expect(shown).toEqual(["gzip", "application/json", 'W/"one"', "Accept-Encoding"]);
  },
);

test.each([undefined, "", "br", "gzip;q=0", "identity, gzip;q=0.000", "x-gzipped"])(
  "it is not compressed for who accepts %s",
  async (accept) => {
    const answer = await get("/long", accept);
    expect(await answer.text()).toBe(long);
    const shown = ["content-encoding", "etag", "vary"].map((name) => answer.headers.get(name));
    expect(shown).toEqual([null, '"one"', "Accept-Encoding"]);
  },
);

test("an answer keeps its status, and one that is short or empty stays as it is", async () => {
  const weak = await get("/weak", "gzip");
  expect([weak.status, weak.headers.get("etag"), weak.headers.get("content-encoding")]).toEqual([
    203,
    'W/"one"',
    "gzip",
  ]);
  const short = await get("/short", "gzip");
  expect([await short.text(), short.headers.get("etag"), short.headers.get("content-encoding")]).toEqual([
    "short",
    '"one"',
    null,
  ]);
  const same = await get("/same", "gzip");
  expect([same.status, same.headers.get("vary"), same.headers.get("content-encoding")]).toEqual([304, null, null]);
});
