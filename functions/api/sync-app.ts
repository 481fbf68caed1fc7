import type { Site } from "./env.ts";
import { answering, opened } from "./serve.ts";
import { sync } from "./sync.ts";

/** The API of devices, for a site. Its function alone opens API keys for them, and signs. */
export const syncApp = (site: Site) => answering(opened(site).route("/api/v1/sync", sync));
