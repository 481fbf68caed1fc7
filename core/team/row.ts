import * as v from "valibot";
import { id, row } from "../base/row.ts";

export const TeamRow = row({
  pk: v.string(),
  sk: id("team"),
  name: v.string(),
  description: v.optional(v.string()),
  revision: v.number(),
  createdAt: v.string(),
});
export type TeamRow = v.InferInput<typeof TeamRow>;

/** The team of this name. */
export const TeamNameRow = row({ pk: v.string(), sk: v.string(), team: id("team"), name: v.string() });
export type TeamNameRow = v.InferInput<typeof TeamNameRow>;

export const TeamCountRow = row({ pk: v.string(), sk: v.string(), members: v.number() });
export type TeamCountRow = v.InferInput<typeof TeamCountRow>;
