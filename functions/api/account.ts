import * as Account from "@muster/core/account/account.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { lazy } from "./lazy.ts";
import { command, query } from "./operation.ts";

export const account = new Hono<Env>()
  /** Get your account. */
  .get("/", query(Account.get, { id: "getAccount" }))
  /**
   * Update your account. Fields that you leave out keep their values. A new name or color shows in all your
   * organizations.
   */
  .patch("/", command(Account.edit, { id: "updateAccount", etagOf: Account.get }))
  .route(
    "/secure",
    lazy(async () => (await import("./deferred-routes.ts")).deferredRoutes.securing),
  )
  .route(
    "/deletion",
    lazy(async () => (await import("./deferred-routes.ts")).deferredRoutes.accountDeletion),
  );
