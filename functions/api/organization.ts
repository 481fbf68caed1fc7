import * as Organization from "@muster/core/organization/organization.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { lazy } from "./lazy.ts";
import { members } from "./member.ts";
import { preferences } from "./notification.ts";
import { command, query } from "./operation.ts";

export const organizations = new Hono<Env>()
  /** Create an organization. It is on the free plan. You are its owner and take its first seat. */
  .post("/", command(Organization.create, { id: "createOrganization", status: 201 }))
  /** List your organizations. Oldest first. Owners also see deleted organizations that they can restore. */
  .get("/", query(Organization.list, { id: "listOrganizations" }))
  /** Get an organization. */
  .get("/:organization", query(Organization.get, { id: "getOrganization" }))
  /** Rename an organization. */
  .patch("/:organization", command(Organization.rename, { id: "updateOrganization", etagOf: Organization.get }))
  .route(
    "/:organization/billing",
    lazy(async () => (await import("./billing.ts")).billing),
  )
  .route(
    "/:organization/deletion",
    lazy(async () => (await import("./deferred-routes.ts")).deferredRoutes.deletion),
  )
  .route(
    "/:organization/departures",
    lazy(async () => (await import("./device.ts")).departures),
  )
  .route(
    "/:organization/devices",
    lazy(async () => (await import("./device.ts")).organizationDevices),
  )
  .route(
    "/:organization/domains",
    lazy(async () => (await import("./domain.ts")).domains),
  )
  .route(
    "/:organization/events",
    lazy(async () => (await import("./event.ts")).events),
  )
  .route(
    "/:organization/feed",
    lazy(async () => (await import("./update.ts")).feed),
  )
  .route(
    "/:organization/figures",
    lazy(async () => (await import("./figure.ts")).figures),
  )
  .route(
    "/:organization/unused-seats",
    lazy(async () => (await import("./unused-seats.ts")).unusedSeats),
  )
  .route(
    "/:organization/imports",
    lazy(async () => (await import("./import.ts")).imports),
  )
  .route(
    "/:organization/invitations",
    lazy(async () => (await import("./invitation.ts")).organizationInvitations),
  )
  .route(
    "/:organization/members/:account/departure",
    lazy(async () => (await import("./device.ts")).memberDeparture),
  )
  .route("/:organization/members", members)
  .route("/:organization/notification-preferences", preferences)
  .route(
    "/:organization/secrets",
    lazy(async () => (await import("./secret.ts")).secrets),
  )
  .route(
    "/:organization/settings",
    lazy(async () => (await import("./setting.ts")).settings),
  )
  .route(
    "/:organization/teams",
    lazy(async () => (await import("./team.ts")).teams),
  )
  .route(
    "/:organization/updates",
    lazy(async () => (await import("./update.ts")).updates),
  );
