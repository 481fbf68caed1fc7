import * as Log from "@muster/core/audit/list.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { query } from "./operation.ts";

/** Under an organization. */
export const events = new Hono<Env>()
  /** List audit events. Newest first. With a filter, a page is what matches of the next {audit.maxExamined} events. */
  .get("/", query(Log.list, { id: "listAuditEvents", filters: ["team"] }));
