import * as Export from "@muster/core/member/export.ts";
import { Hono } from "hono/quick";
import { csvFile } from "./csv.ts";
import type { Env } from "./env.ts";
import { download } from "./operation.ts";

/** Under members of an organization. */
export const memberExport = new Hono<Env>()
  /**
   * Export members. A CSV file, in parts. Follow the `Link` header to the next part; one after the other, they are
   * the file.
   */
  .get("/", download(Export.exportPart, { id: "exportMembers", ...csvFile("members") }));
