import * as Account from "@muster/core/account/account.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { lazy } from "./lazy.ts";
import { command, query } from "./operation.ts";

export const account = new Hono<Env>()
  .get("/", query(Account.get, { id: "getAccount", summary: "Get my profile" }))
  .patch("/", command(Account.edit, { id: "updateAccount", summary: "Change my profile", etagOf: Account.get }))
  .route(
    "/deletion",
    lazy(async () => (await import("./deferred-routes.ts")).deferredRoutes.accountDeletion),
  );
