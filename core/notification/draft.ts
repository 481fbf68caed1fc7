import type * as ID from "../base/id.ts";
import type { Role } from "../base/role.ts";
import type { Unknown } from "../base/row.ts";
import type { Kind } from "./shape.ts";

/** A notification before names are read: an event holds ids only. */
export type Draft = {
  to: ID.ID<"account">[];
  kind: Kind;
  person?: ID.ID<"account"> | ID.ID<"invitation"> | undefined;
  by?: ID.ID<"account"> | undefined;
  role?: Role | Unknown | undefined;
  until?: string | undefined;
  thing?: string | undefined;
  update?: ID.ID<"update"> | undefined;
  team?: ID.ID<"team"> | undefined;
  comment?: ID.ID<"comment"> | undefined;
};
