import * as Export from "@muster/core/member/export.ts";
import * as List from "@muster/core/member/list.ts";
import * as Member from "@muster/core/member/member.ts";
import { Hono } from "hono/quick";
import { csvFile } from "./csv.ts";
import { command, download, query } from "./door.ts";
import type { Env } from "./env.ts";

/** Under an organization. */
export const members = new Hono<Env>()
  .get("/", query(List.list, { summary: "List or search members", filters: ["team"] }))
  .get("/export", download(Export.exportPart, { summary: "Export members", ...csvFile("members") }))
  .get("/:account", query(List.get, { summary: "Get a member" }))
  .post("/leave", command(Member.leave, { summary: "Leave the organization" }))
  .patch("/:account", command(Member.changeRole, { summary: "Change a member's role" }))
  .delete("/:account", command(Member.remove, { summary: "Remove a member" }))
  .post("/:account/transfer", command(Member.transfer, { summary: "Make a member an owner in my place" }));
