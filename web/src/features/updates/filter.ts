import type { Filter, Where } from "#lib/updates.ts";

/** The filter in the URL; invalid parts are ignored. */
export function readFilter(search: Record<string, unknown>): Filter {
  const text = (name: string) => (typeof search[name] === "string" ? search[name].slice(0, 100) : "");
  const [team, tag, author, words] = ["team", "tag", "author", "search"].map(text) as [string, string, string, string];
  return {
    ...(team.startsWith("team_") ? { team } : search["in"] === "organization" && { in: "organization" }),
    ...(tag && { tag }),
    ...(author.startsWith("acc_") && { author }),
    ...(words && { search: words }),
  };
}

/** The filter in the URL of a team, whose updates it is about. */
export function readTeamFilter(search: Record<string, unknown>): Pick<Filter, "tag" | "author" | "search"> {
  const { in: _in, team: _team, ...filter } = readFilter(search);
  return filter;
}

/** The place that a filter is about. */
export function whereOf({ in: within, team }: Filter): Where {
  return { ...(within && { in: within }), ...(team !== undefined && { team }) };
}

/** Returns whether a filter leaves out some updates of its place. */
export function isNarrow({ tag, author, search }: Filter) {
  return tag !== undefined || author !== undefined || search !== undefined;
}
