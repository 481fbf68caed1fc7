import * as Check from "@muster/core/domain/check.ts";
import * as Domain from "@muster/core/domain/domain.ts";
import * as Join from "@muster/core/domain/join.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

/** Under an organization. */
export const domains = new Hono<Env>()
  .get("/", query(Domain.list, { id: "listDomains" }))
  .post("/", command(Domain.add, { id: "addDomain", status: 201 }))
  .get("/:domain", query(Domain.get, { id: "getDomain" }))
  .patch("/:domain", command(Domain.changeJoin, { id: "updateDomain", etagOf: Domain.get }))
  .delete("/:domain", command(Domain.remove, { id: "removeDomain", etagOf: Domain.get }))
  .post("/:domain/check", command(Check.check, { id: "checkDomain" }));

/** For people whose address is of a verified domain. */
export const joinableOrganizations = new Hono<Env>()
  .get("/", query(Join.joinable, { id: "listJoinableOrganizations" }))
  .post("/join", command(Join.join, { id: "joinOrganization", status: 201 }));
