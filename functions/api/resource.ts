import * as Resource from "@muster/core/resource/resource.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { query } from "./operation.ts";

export const resources = new Hono<Env>()
  /**
   * List resources. The desktop client, support, and pages elsewhere in the operator's order. What is not set is
   * missing.
   */
  .get("/", query(Resource.list, { id: "listResources" }));
