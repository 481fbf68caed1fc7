import * as Audit from "@muster/core/audit/audit.ts";
import * as Organization from "@muster/core/organization/organization.ts";
import { Hono } from "hono";
import { command, query } from "./door.ts";
import type { Env } from "./env.ts";

export const organizations = new Hono<Env>()
  .post("/", command(Organization.create, { status: 201 }))
  .get("/", query(Organization.list))
  .get("/:organization", query(Organization.get))
  .patch("/:organization", command(Organization.rename))
  .get("/:organization/events", query(Audit.list));
