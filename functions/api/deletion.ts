import * as Account from "@muster/core/account/deletion.ts";
import * as Deletion from "@muster/core/organization/deletion.ts";
import { restorableDays } from "@muster/core/organization/limits.ts";
import { Hono } from "hono/quick";
import { clearSession } from "./credentials.ts";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

/** Under an organization. */
export const deletion = new Hono<Env>()
  .post(
    "/",
    command(Deletion.deleteByName, { id: "deleteOrganization", summary: "Delete an organization, by its exact name" }),
  )
  .post(
    "/undo",
    command(Deletion.restore, {
      id: "restoreOrganization",
      summary: `Restore a deleted organization, within ${restorableDays} days`,
    }),
  );

/** Under the account. */
export const accountDeletion = new Hono<Env>()
  .get(
    "/",
    query(Account.previewDeletion, {
      id: "previewAccountDeletion",
      summary: "List what prevents the deletion of my account",
    }),
  )
  .post(
    "/",
    command(Account.deleteByAddress, {
      id: "deleteAccount",
      summary: "Delete my account, by its address",
      answer: clearSession,
    }),
  );
