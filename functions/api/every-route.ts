import { app } from "./app.ts";
import type { Site } from "./env.ts";
import { identityApp } from "./identity-app.ts";
import { allRoutes } from "./lazy.ts";
import { syncApp } from "./sync-app.ts";

/** Returns the routes of every function that answers requests, for a site: what the API document describes. */
export const everyRoute = async (site: Site) => [
  ...(await allRoutes(app(site))),
  ...syncApp(site).routes,
  ...identityApp(site).routes,
];
