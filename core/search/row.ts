import * as v from "valibot";
import type { ID } from "../base/id.ts";
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

type Found = Pick<FoundRow, "sk">;
// threat: devices are not listed by the teams of their members
/** The member that a search row points to. Its term, which comes first, may have the same separator. */
export const accountOf = ({ sk }: Found) => sk.slice(sk.lastIndexOf("#") + 1) as ID<"account">;
/** The team of a placement. */
export const teamOf = ({ sk }: Found) => sk.slice(0, sk.indexOf("#")) as ID<"team">;
