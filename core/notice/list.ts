import * as v from "valibot";
import { fn } from "../kernel/fn.ts";
import * as ID from "../kernel/id.ts";
import { roles } from "../kernel/permission.ts";
import { parse } from "../kernel/valid.ts";
import { Cursor, failures as cursorFailures, page } from "../table/cursor.ts";
import { Keys } from "../table/keys.ts";
import type { Item } from "../table/table.ts";

// Shapes

export const kinds = [
  "organization.created",
  "organization.deleted",
  "organization.restored",
  "invitation.accepted",
  "invitation.requested",
  "member.role_changed",
  "member.reinstated",
  "member.removed",
  "member.transferred",
  "organization.owners_changed",
  "billing.past_due",
  "billing.over_limit",
  "billing.ending",
  "billing.canceled",
  "billing.read_only",
  "billing.trial_ending",
] as const;
export type Kind = (typeof kinds)[number];

export const Info = v.object({
  id: ID.schema("notice"),
  kind: v.picklist(kinds),
  organization: ID.schema("organization"),
  /** The organization's name. */
  subject: v.string(),
  /** Who joined, acted or asked; of a change among the owners whom it concerns. */
  person: v.optional(v.string()),
  /** Who changed the owners, where it was somebody else; who had a subscription end, where that was a person. */
  by: v.optional(v.string()),
  /** The role that came of it, where one did. */
  role: v.optional(v.picklist(roles)),
  /** When a trial, a subscription or a time of grace ends. */
  until: v.optional(v.string()),
  at: v.string(),
});
export type Info = v.InferOutput<typeof Info>;

// Functions

/** My notices, newest first. */
export const list = fn(
  "notice.list",
  {
    input: v.strictObject({ cursor: v.optional(Cursor) }),
    output: v.object({ items: v.array(Info), next: v.optional(v.string()) }),
    failures: [cursorFailures.invalid],
  },
  async ({ cursor }, actor) => {
    const query = { ...Keys.notices(actor.account), limit: 50, newestFirst: true, consistent: true };
    const { items, next } = await page(`notice.list ${actor.account}`, query, cursor);
    return { items: items.map(describe), ...(next && { next }) };
  },
);

// For those who mail

/** A notice as its row tells it. */
export function describe(item: Item): Info {
  return parse(Info, { ...item, id: item.sk });
}
