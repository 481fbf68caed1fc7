import * as v from "valibot";
import * as ID from "../base/id.ts";
import type { Member } from "../kernel/actor.ts";
import { check, present, type Step, when } from "../table/table.ts";
import { teamKeys } from "../team/keys.ts";
import { failures } from "./failures.ts";
import { maxTeamsOfSecret } from "./limits.ts";

/** The teams whose members may use it. */
export const Teams = v.pipe(
  v.array(ID.schema("team")),
  v.minLength(1, "At least one team. To let every member use the key, leave the teams out."),
  v.maxLength(maxTeamsOfSecret, `At most ${maxTeamsOfSecret} teams.`),
  v.check((teams) => new Set(teams).size === teams.length, "Name each team only once."),
);

/** The steps that hold the write to teams that there are. */
export const teamsExist = ({ organization }: Member, teams: readonly ID.ID<"team">[] = []): Step[] =>
  teams.map((team) => check(teamKeys.team(organization, team), when(present, failures.teamMissing)));
