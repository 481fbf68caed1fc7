import * as v from "valibot";
import { id, known, row } from "../base/row.ts";
import { findingNames, joinModes, joinRoles, states } from "./shape.ts";

/** A domain that an organization has added. */
export const DomainRow = row({
  pk: id("organization"),
  sk: id("domain"),
  name: v.string(),
  /** The text of its DNS record, of this organization and this domain alone. */
  token: v.string(),
  state: known(states, "waiting"),
  mode: known(joinModes, "off"),
  role: known(joinRoles, "read"),
  verifiedAt: v.optional(v.string()),
  /** The time since which the record of a verified domain is lost. */
  lostAt: v.optional(v.string()),
  /** The time since which the name servers of a verified domain give no usable answer. */
  unreachableSince: v.optional(v.string()),
  /** The last check. */
  checkedAt: v.optional(v.string()),
  finding: v.optional(known(findingNames)),
  /** The time of the clock's next check, which is also its place in their list. */
  checkAt: v.optional(v.string()),
  /** The end of the clock's checks while it waits. */
  waitsUntil: v.string(),
  revision: v.number(),
  addedAt: v.string(),
  addedBy: v.string(),
});
export type DomainRow = v.InferInput<typeof DomainRow>;

/** The organization that has verified a domain, and how others join it. */
export const DomainClaimRow = row({
  pk: id("domain"),
  sk: v.literal("#claim"),
  organization: id("organization"),
  mode: known(joinModes, "off"),
  role: known(joinRoles),
  /** The time since which its record is lost, or was not answered for a day: nobody joins by it until it is back. */
  lostAt: v.optional(v.string()),
});
export type DomainClaimRow = v.InferInput<typeof DomainClaimRow>;
