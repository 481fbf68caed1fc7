import * as v from "valibot";
import { roles } from "../base/role.ts";
import { id, ids, known, row } from "../base/row.ts";

export const MemberRow = row({
  pk: id("account"),
  sk: id("organization"),
  role: known(roles),
  name: v.string(),
  /** The account's color. Older rows have none. */
  color: v.optional(v.string()),
  email: v.string(),
  teams: v.optional(ids("team")),
  /** Those of them that the member leads. */
  leads: v.optional(ids("team")),
  /** The member's own choices of settings, by key. */
  own: v.optional(v.record(v.string(), v.unknown())),
  /** Grows with every change of `own`. */
  ownRevision: v.optional(v.number()),
  /** The ways in which the member is notified, by group of notifications. */
  notify: v.optional(v.record(v.string(), v.string())),
  joinedAt: v.string(),
  /** A day. */
  activeOn: v.string(),
  /** A day: until then the seat was in use without requests of the member, as an owner's or by a device that has ended. */
  inUseUntil: v.optional(v.string()),
  devices: v.number(),
});
export type MemberRow = v.InferInput<typeof MemberRow>;
