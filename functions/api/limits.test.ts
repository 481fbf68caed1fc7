import { Hono } from "hono";
import { expect, test } from "vitest";
import type { Env } from "./env.ts";
import { rateLimitHeaders } from "./limits.ts";

const narrow = { name: "narrow", quota: 5, windowSeconds: 60, remaining: 4, resetSeconds: 30 };
const wide = { name: "wide", quota: 50, windowSeconds: 60, remaining: 49, resetSeconds: 30 };

test.each([
  ["the narrow", [narrow, wide]],
  ["the wide", [wide, narrow]],
])("the headers say the same when %s counter is written first", async (_, written) => {
  const app = new Hono<Env>().use(rateLimitHeaders).get("/", (c) => {
    c.get("allowances").push(...written);
    return c.body(null);
  });
  const { headers } = await app.request("/");
  expect(headers.get("ratelimit-policy")).toBe('"narrow-60";q=5;w=60, "wide-60";q=50;w=60');
  expect(headers.get("ratelimit")).toBe('"narrow-60";r=4;t=30, "wide-60";r=49;t=30');
});
