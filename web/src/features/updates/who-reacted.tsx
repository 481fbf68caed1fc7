import { useQuery } from "@tanstack/react-query";
import { plural } from "#lib/format.ts";
import { type Reaction, reactionsQuery } from "#lib/updates.ts";
import { authorName, reactionText } from "./text.ts";

const maxNamed = 10;

/** The names of those who added a reaction. */
export function WhoReacted({
  organizationId,
  update,
  reaction,
  count,
}: {
  organizationId: string;
  update: string;
  reaction: Reaction;
  count: number;
}) {
  const { data, isError } = useQuery(reactionsQuery(organizationId, update));
  const { label } = reactionText[reaction];
  if (data === undefined) return isError ? "The names could not be loaded." : "Loading…";
  const names = data.items.filter((one) => one.reactions.includes(reaction)).map(authorName);
  if (names.length === 0) return `${label}: ${plural(count, "member")}`;
  const more = names.length > maxNamed || data.next !== undefined;
  return `${label}: ${names.slice(0, maxNamed).join(", ")}${more ? " and others" : ""}`;
}
