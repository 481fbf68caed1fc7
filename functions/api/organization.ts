import * as Audit from "@muster/core/audit/audit.ts";
import * as Organization from "@muster/core/organization/organization.ts";
import { Hono } from "hono";
import { command, query } from "./door.ts";
import type { Env } from "./env.ts";
import { importMail } from "./import-mail.ts";
import { organizationInvitations } from "./invitation.ts";
import { members } from "./member.ts";
import { teams } from "./team.ts";

export const organizations = new Hono<Env>()
  .post("/", command(Organization.create, { summary: "Create an organization, and own it", status: 201 }))
  .get("/", query(Organization.list, { summary: "List my organizations, oldest first" }))
  .get("/:organization", query(Organization.get, { summary: "Get an organization that I am in" }))
  .patch("/:organization", command(Organization.rename, { summary: "Rename an organization" }))
  .get("/:organization/events", query(Audit.list, { summary: "List the audit log, newest first" }))
  .route("/:organization/imports", importMail)
  .route("/:organization/invitations", organizationInvitations)
  .route("/:organization/members", members)
  .route("/:organization/teams", teams);
