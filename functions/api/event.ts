import * as Log from "@muster/core/audit/list.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { query } from "./operation.ts";

/** Under an organization. */
export const events = new Hono<Env>().get("/", query(Log.list, { id: "listAuditEvents", filters: ["team"] }));
