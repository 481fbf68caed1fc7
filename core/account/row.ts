import * as v from "valibot";
import { id, known, row } from "../base/row.ts";
import { colors } from "./shape.ts";

/** The account with this address. */
export const ClaimRow = row({ pk: id("address"), sk: v.literal("#account"), account: id("account") });
export type ClaimRow = v.InferInput<typeof ClaimRow>;

export const ProfileRow = row({
  pk: id("account"),
  sk: v.literal("#profile"),
  email: v.string(),
  name: v.string(),
  color: known(colors, "slate"),
  locale: v.string(),
  zone: v.string(),
  createdAt: v.string(),
});
export type ProfileRow = v.InferInput<typeof ProfileRow>;
