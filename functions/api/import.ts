import * as Mails from "@muster/core/import/mails.ts";
import * as Manage from "@muster/core/import/manage.ts";
import * as Rows from "@muster/core/import/rows.ts";
import * as Setting from "@muster/core/import/setting.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

/** Under an organization. */
export const imports = new Hono<Env>()
  /** List imports. Newest first. */
  .get("/", query(Manage.list, { id: "listImports" }))
  /**
   * Create an import. Returns the form to upload the file with. The form works for {import.uploadMinutes} minutes.
   * The import starts when the file has arrived.
   */
  .post("/", command(Manage.create, { id: "createImport", status: 201 }))
  /** Get the import settings. */
  .get("/setting", query(Setting.setting, { id: "getImportSettings" }))
  /** Update the import settings. They apply to files that scripts upload. */
  .put("/setting", command(Setting.edit, { id: "updateImportSettings", etagOf: Setting.setting }))
  /** Get an import. With its progress while it runs. */
  .get("/:import", query(Manage.get, { id: "getImport" }))
  /**
   * List rows of an import to review. Rows that were not invited, or not as they were written, in the order of the
   * file.
   */
  .get("/:import/rows", query(Rows.rows, { id: "listImportRows" }))
  /**
   * Get a link to a report. A CSV file of all rows, or of those that were not invited. The link works for
   * {import.downloadMinutes} minutes.
   */
  .get("/:import/report", query(Rows.report, { id: "getImportReport" }))
  /** Pause the emails of an import. */
  .post("/:import/mails/pause", command(Mails.pauseMails, { id: "pauseImportEmails" }))
  /**
   * Resend emails of an import. Emails new links to the invitations of the import whose email `failed`, or is
   * `unconfirmed`. Looks at some at a time: send the request again with the `next` of its answer as `cursor`, until
   * it is missing. Each invitation counts toward the daily limits. One that was sent less than 5 minutes ago is
   * skipped, so a repeated request sends no email twice.
   */
  .post("/:import/mails/resend", command(Mails.resendMails, { id: "resendImportEmails" }))
  /**
   * Resume the emails of an import. After a pause, or if they are `stalled`: what still waits is queued again, and
   * nothing is sent twice.
   */
  .post("/:import/mails/resume", command(Mails.resumeMails, { id: "resumeImportEmails" }))
  /** Cancel an import. Stops it within moments. Invitations that it sent stay pending, and are emailed. */
  .post("/:import/cancel", command(Manage.cancel, { id: "cancelImport" }))
  /** Retry an import. Reads the file again for rows that had no seat, exceeded the daily limit, or were not reached. */
  .post("/:import/retry", command(Manage.retry, { id: "retryImport" }));
