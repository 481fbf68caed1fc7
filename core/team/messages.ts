import { counted } from "../base/counted.ts";
import { distinct } from "../message/distinct.ts";
import { line } from "../message/line.ts";
import type { EventMessages } from "../message/message.ts";

export const teamEvents: EventMessages<typeof import("./events.ts")> = {
  "team.created": {
    icon: "UsersRound",
    line: ({ team, name }) => line`created the team ${{ team, name }}`,
    together: { line: (all) => line`created ${counted(teamsOf(all).length, "team")}` },
    logOnly: true,
  },
  "team.renamed": {
    icon: "Pencil",
    line: ({ team, from, to }) => line`renamed the team ${{ name: from }} to ${{ team, name: to }}`,
    logOnly: true,
  },
  "team.described": {
    icon: "Pencil",
    line: ({ team, name }) => line`changed the description of the team ${{ team, name }}`,
    together: {
      line: (all) => {
        const { length } = teamsOf(all);
        return line`changed the ${length === 1 ? "description" : "descriptions"} of ${counted(length, "team")}`;
      },
    },
    logOnly: true,
  },
  "team.posting_changed": {
    icon: "Pencil",
    line: ({ team, name, posting }) => {
      const who = posting === "leads" ? "leads, owners, and admins" : "members who may write";
      return line`let ${who} post to the team ${{ team, name }}`;
    },
    logOnly: true,
  },
  "team.visibility_changed": {
    icon: "Lock",
    line: ({ team, name, visibility }) => {
      const state = visibility === "private" ? "private" : "open to the organization";
      return line`made the team ${{ team, name }} ${state}`;
    },
    logOnly: true,
  },
  "team.deleted": {
    icon: "Trash2",
    line: ({ name }) => line`deleted the team ${{ name }}`,
    together: { line: (all) => line`deleted ${counted(teamsOf(all).length, "team")}` },
  },
  "team.joined": {
    icon: "UserPlus",
    line: ({ team, name, accounts }, actor) =>
      isOnly(actor, accounts)
        ? line`joined the team ${{ team, name }}`
        : line`added ${{ members: accounts }} to the team ${{ team, name }}`,
    together: {
      by: whoMoves,
      line: (all, actor) =>
        isOnly(actor, membersOf(all))
          ? line`joined ${placeOf(all)}`
          : line`added ${{ members: membersOf(all) }} to ${placeOf(all)}`,
    },
  },
  "team.left": {
    icon: "UserMinus",
    line: ({ team, name, accounts }, actor) =>
      isOnly(actor, accounts)
        ? line`left the team ${{ team, name }}`
        : line`removed ${{ members: accounts }} from the team ${{ team, name }}`,
    together: {
      by: whoMoves,
      line: (all, actor) =>
        isOnly(actor, membersOf(all))
          ? line`left ${placeOf(all)}`
          : line`removed ${{ members: membersOf(all) }} from ${placeOf(all)}`,
    },
  },
  "team.lead_added": {
    icon: "UserCog",
    line: ({ team, name, account }) => line`made ${{ actor: account }} a lead of the team ${{ team, name }}`,
    logOnly: true,
  },
  "team.lead_removed": {
    icon: "UserCog",
    line: ({ team, name, account }) => line`removed ${{ actor: account }} as a lead of the team ${{ team, name }}`,
    logOnly: true,
  },
};

type Named = { team: string; name: string };
type Moved = Named & { accounts: readonly string[] };

const isOnly = (actor: string, accounts: readonly string[]) => accounts.join() === actor;

function whoMoves({ accounts }: Moved, actor: string) {
  return isOnly(actor, accounts) ? "self" : "others";
}

const membersOf = (all: readonly Moved[]) => distinct(all.flatMap(({ accounts }) => accounts));
const teamsOf = (all: readonly Named[]) => distinct(all.map(({ team }) => team));

/** "2 teams", or "the team Design". */
function placeOf(all: readonly Named[]) {
  const teams = new Map(all.map(({ team, name }) => [team, name]));
  const [[team, name] = ["", ""]] = teams;
  return teams.size > 1 ? counted(teams.size, "team") : line`the team ${{ team, name }}`;
}
