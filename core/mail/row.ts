import * as v from "valibot";
import { id, row } from "../base/row.ts";

/** Since when an address takes no mail, and why. */
export const BlockRow = row({
  pk: id("address"),
  sk: v.literal("#mail"),
  bounced: v.optional(v.string()),
  complained: v.optional(v.string()),
  rejected: v.optional(v.string()),
  delivered: v.optional(v.string()),
});
export type BlockRow = v.InferInput<typeof BlockRow>;
