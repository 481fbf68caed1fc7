import * as Mails from "@muster/core/import/mails.ts";
import * as Manage from "@muster/core/import/manage.ts";
import * as Rows from "@muster/core/import/rows.ts";
import * as Setting from "@muster/core/import/setting.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

/** Under an organization. */
export const imports = new Hono<Env>()
  .get("/", query(Manage.list, { id: "listImports", summary: "List imports, newest first" }))
  .post(
    "/",
    command(Manage.create, {
      id: "createImport",
      summary: "Create an import and get its upload form",
      status: 201,
    }),
  )
  .get("/setting", query(Setting.setting, { id: "getImportSettings", summary: "Get the import settings" }))
  .put(
    "/setting",
    command(Setting.edit, {
      id: "updateImportSettings",
      summary: "Update the import settings",
      etagOf: Setting.setting,
    }),
  )
  .get("/:import", query(Manage.get, { id: "getImport", summary: "Get an import and its progress" }))
  .get("/:import/rows", query(Rows.rows, { id: "listImportRows", summary: "List rows that need review" }))
  .get("/:import/report", query(Rows.report, { id: "getImportReport", summary: "Get a temporary link to a report" }))
  .post(
    "/:import/mails/pause",
    command(Mails.pauseMails, { id: "pauseImportEmails", summary: "Pause the emails of an import" }),
  )
  .post(
    "/:import/mails/resume",
    command(Mails.resumeMails, { id: "resumeImportEmails", summary: "Resume the emails of an import" }),
  )
  .post(
    "/:import/cancel",
    command(Manage.cancel, { id: "cancelImport", summary: "Cancel an import; people already invited stay invited" }),
  )
  .post("/:import/retry", command(Manage.retry, { id: "retryImport", summary: "Retry the rows that had no seat" }));
