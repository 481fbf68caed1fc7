import { fold } from "../base/fold.ts";
import type * as ID from "../base/id.ts";
import { inPart } from "../table/key-text.ts";
import type { Key, Range } from "../table/table.ts";
import type { TeamCountRow, TeamNameRow, TeamRow, TeamWordRow } from "./row.ts";

type Organization = ID.ID<"organization">;
type Team = ID.ID<"team">;

export const teamKeys = {
  /** A team. */
  team: (organization: Organization, team: Team): Key<TeamRow> => ({ pk: `${organization}#teams`, sk: team }),
  /** The team of this name. */
  teamName: (organization: Organization, name: string): Key<TeamNameRow> =>
    inPart(organization, "teams", `name#${fold(name)}`),
  teams: (organization: Organization) => ({ pk: `${organization}#teams` }),
  teamNames: (organization: Organization): Range<TeamNameRow> => ({ pk: `${organization}#teams`, prefix: "name#" }),
  /** A word that finds a team. */
  teamWord: (organization: Organization, word: string, team: Team): Key<TeamWordRow> =>
    inPart(organization, "teams", `word#${word}#${team}`),
  /** Words that begin like this. */
  teamWords: (organization: Organization, start: string): Range<TeamWordRow> => ({
    pk: `${organization}#teams`,
    prefix: `word#${start}`,
  }),
  /** The number of members of a team. */
  teamCount: (organization: Organization, team: Team): Key<TeamCountRow> =>
    inPart(organization, "teams", `count#${team}`),
};
