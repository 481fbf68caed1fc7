import * as Resource from "@muster/core/resource/resource.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { query } from "./operation.ts";

export const resources = new Hono<Env>().get("/", query(Resource.list, { id: "listResources" }));
