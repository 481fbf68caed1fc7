import * as Check from "@muster/core/domain/check.ts";
import * as Domain from "@muster/core/domain/domain.ts";
import * as Join from "@muster/core/domain/join.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

/** Under an organization. */
export const domains = new Hono<Env>()
  /** List domains. By name, with the DNS record that verifies each. */
  .get("/", query(Domain.list, { id: "listDomains" }))
  /**
   * Add a domain. It waits until its DNS record is found. Public email providers are refused. An organization has up
   * to {domain.maxDomainsPerOrganization}.
   */
  .post("/", command(Domain.add, { id: "addDomain", status: 201 }))
  /** Get a domain. */
  .get("/:domain", query(Domain.get, { id: "getDomain" }))
  /** Change how people join by a domain. The domain must be verified. Only owners can do this. */
  .patch("/:domain", command(Domain.changeJoin, { id: "updateDomain", etagOf: Domain.get }))
  /** Remove a domain. Nobody joins by it anymore, and another organization can verify it. Members stay. */
  .delete("/:domain", command(Domain.remove, { id: "removeDomain", etagOf: Domain.get }))
  /**
   * Check the DNS record of a domain. Asks the name servers now and returns the domain as it is afterwards. The first
   * organization whose record is found has the domain verified.
   */
  .post("/:domain/check", command(Check.check, { id: "checkDomain" }));

/** For people whose address is of a verified domain. */
export const joinableOrganizations = new Hono<Env>()
  /**
   * List organizations that you can join. The organization that has verified the domain of your email address, if it
   * lets you join. At most one, so in no order.
   */
  .get("/", query(Join.joinable, { id: "listJoinableOrganizations" }))
  /**
   * Join an organization by your email address. You become a member with the role that its owners have set, and take
   * a seat.
   */
  .post("/join", command(Join.join, { id: "joinOrganization", status: 201 }));
