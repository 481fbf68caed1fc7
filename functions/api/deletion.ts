import * as Deletion from "@muster/core/organization/deletion.ts";
import { Hono } from "hono/quick";
import { command } from "./door.ts";
import type { Env } from "./env.ts";

/** Under an organization. */
export const deletion = new Hono<Env>()
  .post("/", command(Deletion.deleteByName, { summary: "Delete an organization, by its exact name" }))
  .post("/undo", command(Deletion.restore, { summary: "Restore a deleted organization, within 30 days" }));
