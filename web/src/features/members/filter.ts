import { roles } from "@muster/core/base/role.ts";
import type { MemberFilter, MemberSort } from "#lib/people.ts";

export const sorts: readonly MemberSort[] = ["name", "joined", "role"];

/** The filter in the URL; invalid parts are ignored. */
export function readFilter(search: Record<string, unknown>): MemberFilter {
  const text = typeof search["search"] === "string" ? search["search"].slice(0, 100) : "";
  // threat: the address of a web page asks the API for what it does not know
  const role = roles.find((one) => one === search["role"]);
  const sort = sorts.find((one) => one === search["sort"]);
  const team = typeof search["team"] === "string" && search["team"].startsWith("team_") ? search["team"] : "";
  return { ...(text && { search: text }), ...(role && { role }), ...(team && { team }), ...(sort && { sort }) };
}
