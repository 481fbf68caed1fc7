import * as Invitations from "@muster/core/invitation/export.ts";
import * as Members from "@muster/core/member/export.ts";
import { Hono } from "hono/quick";
import { csvFile } from "./csv.ts";
import { download } from "./door.ts";
import type { Env } from "./env.ts";

/** Under invitations and under members of an organization. */
export const invitationExport = new Hono<Env>().get(
  "/",
  download(Invitations.exportPart, { summary: "Export invitations", ...csvFile("invitations") }),
);
export const memberExport = new Hono<Env>().get(
  "/",
  download(Members.exportPart, { summary: "Export members", ...csvFile("members") }),
);
