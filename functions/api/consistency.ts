import { maxWaitSeconds } from "@muster/core/kernel/position.ts";

/** The source of some lists, how far it is behind, and whether they take `after`. */
type Source = {
  text: string;
  behind: string;
  takesAfter: boolean;
  lists: readonly (readonly [id: string, what?: string])[];
};

const usual = "usually less than a second";

/** The lists and files that lag, by their `operationId`, and what of them does. */
export const sources: readonly Source[] = [
  {
    text: "The audit log, and what is counted with it",
    behind: usual,
    takesAfter: true,
    lists: [
      ["listAuditEvents"],
      ["listTeams", "`members`"],
      ["listFigures"],
      ["listImports", "invitations that ended, and emails"],
    ],
  },
  {
    text: "Lists by name or by date, and words to search",
    behind: usual,
    takesAfter: true,
    lists: [
      ["listMembers"],
      ["exportMembers"],
      ["listInvitations"],
      ["exportInvitations"],
      ["listMentionable"],
      ["listUpdates", "with `tag`, `author`, or `search`; numbers of comments and reactions are not waited for"],
      ["listUpdateTags"],
    ],
  },
  {
    text: "The list of members by name; a reclaim reads each membership again",
    behind: usual,
    takesAfter: false,
    lists: [["listUnusedSeats"]],
  },
  {
    text: "A copy of the objects",
    behind: "usually milliseconds",
    takesAfter: true,
    lists: [["exportUpdates"], ["exportUpdatesTable"]],
  },
  {
    text: "What follows from the log",
    behind: "usually a few seconds",
    takesAfter: false,
    lists: [["listNotifications"], ["listDepartures"]],
  },
];

const rowOf = ({ text, behind, takesAfter, lists }: Source) => {
  const names = lists.map(([id, what]) => (what === undefined ? `\`${id}\`` : `\`${id}\` (${what})`));
  return `| ${names.join(", ")} | ${text} | ${behind} | ${takesAfter ? "yes" : "no"} |`;
};

/** The section of the API reference on what a read may not include yet. */
export const consistencyText = `## Consistency

A change is final when its request is answered, and the next request reads it. Roles, settings, and seats are exact. Some lists follow a change:

| List | Made from | Behind a change by | Takes \`after\` |
|---|---|---|---|
${sources.map(rowOf).join("\n")}
| All other lists and files | The objects themselves | nothing | no |

Names that are shown beside an item, such as those of members and teams, can be a second old in any list.

A change of an organization answers with \`Muster-Position\`. Send it as \`after\` to a list that takes it, to read what you wrote. The answer then waits up to ${maxWaitSeconds} seconds until it includes that change. \`Muster-Included\` says whether it does: after \`false\`, it is what there was, and you can ask again.`;
