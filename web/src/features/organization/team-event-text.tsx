import { Lock, Pencil, Trash2, UserMinus, UserPlus, UserRoundCog, UsersRound } from "lucide-react";
import { Members, named, TeamLink } from "./event-parts.tsx";
import type { WordsOf } from "./event-shape.ts";
import type { Names } from "./use-names.ts";

/** The sentences of team events. */
export const teamText: WordsOf<"team"> = {
  "team.created": { icon: UsersRound, sentence: (data, names) => <>created the team {teamOf(data, names)}</> },
  "team.renamed": {
    icon: Pencil,
    sentence: ({ team, from, to }, names) => (
      <>
        renamed the team {named(from)} to {teamOf({ team, name: to }, names)}
      </>
    ),
  },
  "team.described": {
    icon: Pencil,
    sentence: (data, names) => <>changed the description of the team {teamOf(data, names)}</>,
  },
  "team.posting_changed": {
    icon: Pencil,
    sentence: ({ posting, ...data }, names) => (
      <>
        let {posting === "leads" ? "leads, owners, and admins" : "members who may write"} post to the team{" "}
        {teamOf(data, names)}
      </>
    ),
  },
  "team.visibility_changed": {
    icon: Lock,
    sentence: ({ visibility, ...data }, names) => (
      <>
        made the team {teamOf(data, names)} {visibility === "private" ? "private" : "open to the organization"}
      </>
    ),
  },
  "team.deleted": { icon: Trash2, sentence: ({ name }) => <>deleted the team {named(name)}</> },
  "team.joined": {
    icon: UserPlus,
    sentence: ({ accounts, ...data }, names, actor) =>
      accounts.join() === actor ? (
        <>joined the team {teamOf(data, names)}</>
      ) : (
        <>
          added <Members ids={accounts} names={names} /> to the team {teamOf(data, names)}
        </>
      ),
  },
  "team.lead_added": {
    icon: UserRoundCog,
    sentence: ({ account, ...data }, names) => (
      <>
        made <Members ids={[account]} names={names} /> a lead of the team {teamOf(data, names)}
      </>
    ),
  },
  "team.lead_removed": {
    icon: UserRoundCog,
    sentence: ({ account, ...data }, names) => (
      <>
        ended that <Members ids={[account]} names={names} /> leads the team {teamOf(data, names)}
      </>
    ),
  },
  "team.left": {
    icon: UserMinus,
    sentence: ({ accounts, ...data }, names, actor) =>
      accounts.join() === actor ? (
        <>left the team {teamOf(data, names)}</>
      ) : (
        <>
          removed <Members ids={accounts} names={names} /> from the team {teamOf(data, names)}
        </>
      ),
  },
};

const teamOf = ({ team, name }: { team: string; name: string }, names: Names) => (
  <TeamLink id={team} name={name} names={names} />
);
