import * as Check from "@muster/core/secret/check.ts";
import * as Edit from "@muster/core/secret/edit.ts";
import * as Secret from "@muster/core/secret/secret.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

/** Under an organization. No answer has a key in it. */
export const secrets = new Hono<Env>()
  /** List stored API keys. Oldest first, without the keys themselves. */
  .get("/", query(Secret.list, { id: "listSecrets" }))
  /**
   * Store an API key. It is never shown again. Linked devices of members who may use it get it. An organization has
   * up to {secret.maxSecretsPerOrganization}.
   */
  .post("/", command(Secret.create, { id: "createSecret", status: 201 }))
  /** Get a stored API key. Without the key itself. */
  .get("/:secret", query(Secret.get, { id: "getSecret" }))
  /**
   * Update a stored API key. Renames, enables, disables, or restricts to teams; `null` lets every member use it. The
   * key itself is replaced by `replaceSecret`.
   */
  .patch("/:secret", command(Edit.edit, { id: "updateSecret", etagOf: Secret.get }))
  /** Delete a stored API key. It cannot be restored, and is gone from backups a day later. */
  .delete("/:secret", command(Secret.remove, { id: "deleteSecret", etagOf: Secret.get }))
  /**
   * Check an API key. Asks the provider, with one harmless request, whether it accepts the key. The answer comes
   * later: `check` of the key is `pending` until then. Limited per key and per organization.
   */
  .post("/:secret/check", command(Check.check, { id: "checkSecret", status: 202 }))
  /**
   * Replace a stored API key. Replaces the key and all of its fields. The previous version stays stored, sealed,
   * until the next replacement.
   */
  .post("/:secret/replace", command(Secret.replace, { id: "replaceSecret" }));
