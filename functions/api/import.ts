import * as Mails from "@muster/core/import/mails.ts";
import * as Manage from "@muster/core/import/manage.ts";
import * as Rows from "@muster/core/import/rows.ts";
import * as Setting from "@muster/core/import/setting.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

/** Under an organization. */
export const imports = new Hono<Env>()
  .get("/", query(Manage.list, { id: "listImports" }))
  .post("/", command(Manage.create, { id: "createImport", status: 201 }))
  .get("/setting", query(Setting.setting, { id: "getImportSettings" }))
  .put("/setting", command(Setting.edit, { id: "updateImportSettings", etagOf: Setting.setting }))
  .get("/:import", query(Manage.get, { id: "getImport" }))
  .get("/:import/rows", query(Rows.rows, { id: "listImportRows" }))
  .get("/:import/report", query(Rows.report, { id: "getImportReport" }))
  .post("/:import/mails/pause", command(Mails.pauseMails, { id: "pauseImportEmails" }))
  .post("/:import/mails/resend", command(Mails.resendMails, { id: "resendImportEmails" }))
  .post("/:import/mails/resume", command(Mails.resumeMails, { id: "resumeImportEmails" }))
  .post("/:import/cancel", command(Manage.cancel, { id: "cancelImport" }))
  .post("/:import/retry", command(Manage.retry, { id: "retryImport" }));
