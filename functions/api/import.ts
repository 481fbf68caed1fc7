import * as Mails from "@muster/core/import/mails.ts";
import * as Manage from "@muster/core/import/manage.ts";
import * as Rows from "@muster/core/import/rows.ts";
import * as Setting from "@muster/core/import/setting.ts";
import { Hono } from "hono/quick";
import { command, query } from "./door.ts";
import type { Env } from "./env.ts";

/** Under an organization. */
export const imports = new Hono<Env>()
  .get("/", query(Manage.list, { id: "listImports", summary: "List imports, newest first" }))
  .post(
    "/",
    command(Manage.create, {
      id: "createImport",
      summary: "Begin an import, and get the form to upload its file by",
      status: 201,
    }),
  )
  .get("/setting", query(Setting.setting, { id: "getImportSettings", summary: "See in whose name scripts import" }))
  .put(
    "/setting",
    command(Setting.edit, {
      id: "updateImportSettings",
      summary: "Choose in whose name scripts import, and what they may give",
    }),
  )
  .get("/:import", query(Manage.get, { id: "getImport", summary: "Get an import and how far it is" }))
  .get(
    "/:import/rows",
    query(Rows.rows, { id: "listImportRows", summary: "List rows that were not invited, or not as they stand" }),
  )
  .get(
    "/:import/report",
    query(Rows.report, { id: "getImportReport", summary: "Get the address of a report, for a few minutes" }),
  )
  .post(
    "/:import/mails/pause",
    command(Mails.pauseMails, { id: "pauseImportEmails", summary: "Pause the mails of an import" }),
  )
  .post(
    "/:import/mails/resume",
    command(Mails.resumeMails, { id: "resumeImportEmails", summary: "Let the mails of an import leave again" }),
  )
  .post(
    "/:import/cancel",
    command(Manage.cancel, { id: "cancelImport", summary: "Cancel an import; who was invited stays invited" }),
  )
  .post(
    "/:import/retry",
    command(Manage.retry, { id: "retryImport", summary: "Import the rows again that had no seat" }),
  );
