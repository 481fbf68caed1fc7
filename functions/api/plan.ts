import * as Plan from "@muster/core/plan/plan.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { query } from "./operation.ts";

export const plans = new Hono<Env>().get("/", query(Plan.list, { id: "listPlans" }));
