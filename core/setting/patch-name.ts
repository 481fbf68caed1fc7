import * as ID from "../base/id.ts";

/** A name in a patch has the team before it whose setting it is. */
export function ofTeam(name: string): { team?: ID.ID<"team">; field: string } {
  const [team] = name.split(".");
  return ID.is("team", team) ? { team, field: name.slice(team.length + 1) } : { field: name };
}
