import { withoutUndefined } from "../base/without-undefined.ts";
import type { TeamRow } from "./row.ts";

/** Who posts to a team and who sees it. */
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
