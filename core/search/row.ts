import * as v from "valibot";
import { roles } from "../base/role.ts";
import { known, row } from "../base/row.ts";

/** A pointer to a member. `text` has a space before each word of the name. */
export const FoundRow = row({
  pk: v.string(),
  sk: v.string(),
  text: v.string(),
  email: v.string(),
  role: known(roles),
});
export type FoundRow = v.InferInput<typeof FoundRow>;
