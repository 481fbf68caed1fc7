import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Filter } from "#lib/updates.ts";

type Props = {
  organizationId: string;
  /** The team whose feed is filtered; without one it is the overview. */
  team: string | undefined;
  filter: Pick<Filter, "tag" | "author">;
  title?: string;
  className: string;
  children: ReactNode;
};

/** Filters a feed. */
export function FeedLink({ organizationId, team, filter, ...look }: Props) {
  return team === undefined ? (
    <Link
      {...look}
      to="/organizations/$organization"
      params={{ organization: organizationId }}
      search={filter}
      resetScroll={false}
    />
  ) : (
    <Link
      {...look}
      to="/organizations/$organization/teams/$team"
      params={{ organization: organizationId, team }}
      search={filter}
      resetScroll={false}
    />
  );
}
