import * as Reclaim from "@muster/core/reclaim/reclaim.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

/** Under an organization. */
export const unusedSeats = new Hono<Env>()
  /**
   * List unused seats. Members by name, or invitations by expiry. Owners and the caller are not among the members.
   * Send the same day and instant with `reclaimSeats`.
   */
  .get("/", query(Reclaim.listUnused, { id: "listUnusedSeats" }))
  /** Get the last reclaim. Returns how far it is, or how it ended. */
  .get("/reclaim", query(Reclaim.get, { id: "getReclaim" }))
  /**
   * Reclaim unused seats. Removes the members and revokes the invitations that were reviewed, in the background.
   * Nobody is removed who has made a request since, and no more than were reviewed.
   */
  .post("/reclaim", command(Reclaim.start, { id: "reclaimSeats" }))
  /** Cancel a reclaim. What was removed and revoked by then stays so. */
  .post("/reclaim/cancel", command(Reclaim.cancel, { id: "cancelReclaim" }));
