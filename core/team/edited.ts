import type { ID } from "../base/id.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import type { Member } from "../kernel/actor.ts";
import { TeamDescribed, TeamPostingChanged, TeamRenamed, TeamVisibilityChanged } from "./events.ts";
import type { TeamRow } from "./row.ts";

/** The people who post to a team, and those who see it. */
export type Unusual = Pick<TeamRow, "posting" | "visibility">;

/** Returns what is stored of these choices: nothing for what is usual, and what was not changed as it was. */
export function unusual(
  { posting, visibility }: Unusual,
  was?: { before: Unusual; row: TeamRow | undefined },
): Unusual {
  const kept = {
    posting: posting === was?.before.posting ? was?.row?.posting : posting === "members" ? undefined : posting,
    visibility:
      visibility === was?.before.visibility ? was?.row?.visibility : visibility === "open" ? undefined : visibility,
  };
  return withoutUndefined(kept);
}

type Told = { [K in keyof Unusual]-?: NonNullable<Unusual[K]> } & { name: string; description: string };
type Said = { id: ID<"team">; description?: string | undefined };

/** Returns what is recorded of an edit. */
export function eventsOf(
  { id: team, description: was = "", ...before }: Omit<Told, "description"> & Said,
  { name, description, posting, visibility }: Told,
  actor: Member,
) {
  const { organization } = actor;
  return [
    ...(name === before.name ? [] : [TeamRenamed.record(organization, { team, from: before.name, to: name }, actor)]),
    ...(description === was ? [] : [TeamDescribed.record(organization, { team, name }, actor)]),
    ...(posting === before.posting ? [] : [TeamPostingChanged.record(organization, { team, name, posting }, actor)]),
    ...(visibility === before.visibility
      ? []
      : [TeamVisibilityChanged.record(organization, { team, name, visibility }, actor)]),
  ];
}
