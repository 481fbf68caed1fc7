import * as Setting from "@muster/core/setting/setting.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

export const settings = new Hono<Env>()
  .get("/general", query(Setting.getGeneral, { id: "getGeneralSettings" }))
  .patch("/general", command(Setting.saveGeneral, { id: "updateGeneralSettings", etagOf: Setting.getGeneral }));
