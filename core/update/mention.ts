import * as ID from "../base/id.ts";

/** Returns what an event says of ids that a text mentions; nothing if it mentions nobody. */
export function eventMentions(ids: readonly string[]) {
  const accounts = ids.filter((id) => ID.is("account", id));
  const teams = ids.filter((id) => ID.is("team", id));
  return { ...(accounts.length > 0 && { accounts }), ...(teams.length > 0 && { teams }) };
}
