import * as Export from "@muster/core/member/export.ts";
import { Hono } from "hono/quick";
import { csvFile } from "./csv.ts";
import type { Env } from "./env.ts";
import { download } from "./operation.ts";

/** Under members of an organization. */
export const memberExport = new Hono<Env>().get(
  "/",
  download(Export.exportPart, { id: "exportMembers", ...csvFile("members") }),
);
