import { createMiddleware } from "hono/factory";
import type { Env } from "./env.ts";

/** Counted routes report what remains, as draft-ietf-httpapi-ratelimit-headers describes. */
export const rateLimitHeaders = createMiddleware<Env>(async (c, next) => {
  c.set("allowances", []);
  await next();
  const allowances = c.get("allowances");
  if (allowances.length === 0) return;
  const named = allowances
    .map((one) => ({ ...one, name: `"${one.name}-${one.windowSeconds}"` }))
    // counters that are written at once are answered in any order
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  c.header("ratelimit-policy", named.map((one) => `${one.name};q=${one.quota};w=${one.windowSeconds}`).join(", "));
  c.header("ratelimit", named.map((one) => `${one.name};r=${one.remaining};t=${one.resetSeconds}`).join(", "));
});
