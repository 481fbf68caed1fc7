import * as Account from "@muster/core/account/deletion.ts";
import { secure } from "@muster/core/account/secure.ts";
import * as Deletion from "@muster/core/organization/deletion.ts";
import { Hono } from "hono/quick";
import { clearSession } from "./credentials.ts";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

/** Under an organization. */
export const deletion = new Hono<Env>()
  /**
   * Delete an organization. Its members lose access immediately. An owner can restore it for
   * {organization.restorableDays} days.
   */
  .post("/", command(Deletion.deleteByName, { id: "deleteOrganization" }))
  /**
   * Restore a deleted organization. Within {organization.restorableDays} days of its deletion. Members and teams are
   * as before. A canceled subscription stays canceled: nobody can be invited until you choose a plan, or until the
   * grace period is over and the free seats suffice.
   */
  .post("/undo", command(Deletion.restore, { id: "restoreOrganization" }));

/** Under the account. */
export const securing = new Hono<Env>()
  /**
   * Secure your account. For when someone else may have used it: ends all your sessions, this one included, revokes your
   * devices, and removes your passkeys. Owners of your organizations are told. Sign in again with a code.
   */
  .post("/", command(secure, { id: "secureAccount", answer: clearSession }));

/** Under the account. */
export const accountDeletion = new Hono<Env>()
  /**
   * Check whether you can delete your account. Returns the organizations that you are the only owner of. Transfer or
   * delete them first.
   */
  .get("/", query(Account.previewDeletion, { id: "previewAccountDeletion" }))
  /** Delete your account. You leave all organizations, and all your sessions end. This cannot be undone. */
  .post("/", command(Account.deleteByAddress, { id: "deleteAccount", answer: clearSession }));
