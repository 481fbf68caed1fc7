import * as v from "valibot";
import * as Audit from "../audit/audit.ts";
import { fn } from "../kernel/fn.ts";
import * as ID from "../kernel/id.ts";
import { agree } from "./payment.ts";

/** Whether anything follows for what an organization pays from an event of this type. */
export const follows = (type: string): boolean => type === "organization.deleted" || type === "organization.restored";

/** What follows from a deletion or a restoration. Twice does no harm. */
export const react = fn(
  "organization.react",
  { input: Audit.Announcement, output: v.void() },
  async ({ owner }, actor) => {
    if (ID.is("organization", owner)) await agree(owner, actor);
  },
);
