import type { Site } from "./env.ts";
import { answering, opened } from "./serve.ts";
import { certificate, sync } from "./sync.ts";

/**
 * The API of devices, for a site, and the certificates of departures. Its function alone opens API keys for devices, and
 * signs.
 */
export const syncApp = (site: Site) =>
  answering(
    opened(site)
      .route("/api/v1/sync", sync)
      .route("/api/v1/organizations/:organization/departures/:departure/certificate", certificate),
  );
