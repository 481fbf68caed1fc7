import * as Reclaim from "@muster/core/reclaim/reclaim.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

/** Under an organization. */
export const unusedSeats = new Hono<Env>()
  .get("/", query(Reclaim.listUnused, { id: "listUnusedSeats" }))
  .get("/reclaim", query(Reclaim.get, { id: "getReclaim" }))
  .post("/reclaim", command(Reclaim.start, { id: "reclaimSeats" }))
  .post("/reclaim/cancel", command(Reclaim.cancel, { id: "cancelReclaim" }));
