import { Hono } from "hono/quick";
import { account } from "./account.ts";
import type { Env, Site } from "./env.ts";
import { lazy } from "./lazy.ts";
import { notifications, unsubscribing } from "./notification.ts";
import { organizations } from "./organization.ts";
import { plans } from "./plan.ts";
import { resources } from "./resource.ts";
import { answering, opened } from "./serve.ts";
import { reauthentication, sessions, signIn, signOut } from "./session.ts";

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
  .route("/resources", resources)
  .route("/session/reauthentication", reauthentication)
  .route("/sessions", sessions)
  .route("/sign-in", signIn)
  .route("/sign-out", signOut)
  .route("/unsubscribe", unsubscribing);

/** The API of people, for a site. What devices ask for is in `sync-app.ts`. */
export const app = (site: Site) => answering(opened(site).route("/api/v1", routes));

export type Api = ReturnType<typeof app>;
