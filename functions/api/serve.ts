import { randomUUID } from "node:crypto";
import { type Context, Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { refuseUnrouted } from "./credentials.ts";
import type { Env, Site } from "./env.ts";
import { rateLimitHeaders } from "./limits.ts";
import { answerProblem } from "./problem.ts";
import { unrouted } from "./unrouted.ts";

/** An API answers data, which no browser should render, frame, sniff or cache. */
const secured = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  strictTransportSecurity: "max-age=63072000; includeSubDomains",
  xFrameOptions: "DENY",
  referrerPolicy: "no-referrer",
  crossOriginOpenerPolicy: "same-origin",
  crossOriginResourcePolicy: "same-origin",
});

/** An answer without content has nothing to protect. Most answers to devices are such, and stay below 250 bytes. */
const headers = createMiddleware<Env>(async (c, next) => {
  await next();
  if (c.res.status !== notModified) await secured(c, async () => {});
});
const notModified = 304;

/** API Gateway's own id, so that its access log and ours use the same one. */
const requestIdOf = (c: Context<Env>) => c.env?.requestContext?.requestId ?? randomUUID();

/**
 * Opens an API with what every request and every answer has, for a site. Its routes come next. It looks up every
 * request, so it has the router that is quick at that; the apps within are quick to build.
 */
export function opened(site: Site) {
  return new Hono<Env>()
    .use(requestId({ headerName: "", generator: requestIdOf }))
    .use(headers)
    .use(rateLimitHeaders)
    .use(async (c, next) => {
      c.set("site", site);
      await next();
      c.header("cache-control", "no-store");
      c.header("x-request-id", c.get("requestId"));
    })
    .use(async (c, next) => {
      refuseUnrouted(c);
      await next();
    })
    .get("/api/v1/health", (c) => c.json({ status: "ok" as const, release: site.release ?? "unknown" }));
}

/** The same API, with an answer for every error, and for what no route takes. */
export function answering<A extends Hono<Env>>(api: A): A {
  api.onError(answerProblem);
  api.notFound(unrouted(api));
  return api;
}
