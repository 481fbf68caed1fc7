import * as Check from "@muster/core/secret/check.ts";
import * as Edit from "@muster/core/secret/edit.ts";
import * as Secret from "@muster/core/secret/secret.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

/** Under an organization. No answer has a key in it. */
export const secrets = new Hono<Env>()
  .get("/", query(Secret.list, { id: "listSecrets" }))
  .post("/", command(Secret.create, { id: "createSecret", status: 201 }))
  .get("/:secret", query(Secret.get, { id: "getSecret" }))
  .patch("/:secret", command(Edit.edit, { id: "updateSecret", etagOf: Secret.get }))
  .delete("/:secret", command(Secret.remove, { id: "deleteSecret", etagOf: Secret.get }))
  .post("/:secret/check", command(Check.check, { id: "checkSecret", status: 202 }))
  .post("/:secret/replace", command(Secret.replace, { id: "replaceSecret" }));
