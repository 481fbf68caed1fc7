import { randomUUID } from "node:crypto";
import type { Context } from "hono";
import { Hono } from "hono/quick";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { account } from "./account.ts";
import { refuseUnrouted } from "./credentials.ts";
import type { Env, Site } from "./env.ts";
import { lazy } from "./lazy.ts";
import { rateLimitHeaders } from "./limits.ts";
import { notifications } from "./notification.ts";
import { organizations } from "./organization.ts";
import { plans } from "./plan.ts";
import { answerProblem } from "./problem.ts";
import { reauthentication, sessions, signIn, signOut } from "./session.ts";
import { unrouted } from "./unrouted.ts";

/** An API answers data, which no browser should render, frame, sniff or cache. */
const headers = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  strictTransportSecurity: "max-age=63072000; includeSubDomains",
  xFrameOptions: "DENY",
  referrerPolicy: "no-referrer",
  crossOriginOpenerPolicy: "same-origin",
  crossOriginResourcePolicy: "same-origin",
});

/** API Gateway's own id, so that its access log and ours use the same one. */
const requestIdOf = (c: Context<Env>) => c.env?.requestContext?.requestId ?? randomUUID();

const routes = new Hono<Env>()
  .route("/account", account)
  .route(
    "/device-authorization",
    lazy(async () => (await import("./device.ts")).deviceAuthorization),
  )
  .route(
    "/device-token",
    lazy(async () => (await import("./device.ts")).deviceToken),
  )
  .route(
    "/devices",
    lazy(async () => (await import("./device.ts")).devices),
  )
  .route(
    "/invitations",
    lazy(async () => (await import("./invitation.ts")).invitations),
  )
  .route(
    "/joinable-organizations",
    lazy(async () => (await import("./domain.ts")).joinableOrganizations),
  )
  .route("/notifications", notifications)
  .route("/organizations", organizations)
  .route("/plans", plans)
  .route("/session/reauthentication", reauthentication)
  .route("/sessions", sessions)
  .route("/sign-in", signIn)
  .route("/sign-out", signOut);

/** The whole API, for a site. */
export function app(site: Site) {
  const api = new Hono<Env>()
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
    .get("/api/v1/health", (c) => c.json({ status: "ok" as const }))
    .route("/api/v1", routes)
    .onError(answerProblem);
  return api.notFound(unrouted(api));
}

export type Api = ReturnType<typeof app>;
