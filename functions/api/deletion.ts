import * as Account from "@muster/core/account/deletion.ts";
import * as Deletion from "@muster/core/organization/deletion.ts";
import { Hono } from "hono/quick";
import { clearSession } from "./credentials.ts";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

/** Under an organization. */
export const deletion = new Hono<Env>()
  .post("/", command(Deletion.deleteByName, { id: "deleteOrganization" }))
  .post("/undo", command(Deletion.restore, { id: "restoreOrganization" }));

/** Under the account. */
export const accountDeletion = new Hono<Env>()
  .get("/", query(Account.previewDeletion, { id: "previewAccountDeletion" }))
  .post("/", command(Account.deleteByAddress, { id: "deleteAccount", answer: clearSession }));
