import * as Plan from "@muster/core/plan/plan.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { query } from "./operation.ts";

export const plans = new Hono<Env>()
  /** List plans. The free plan first, then those that are sold. */
  .get("/", query(Plan.list, { id: "listPlans" }));
