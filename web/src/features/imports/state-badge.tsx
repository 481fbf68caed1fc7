import type { Import } from "#lib/imports.ts";
import { Badge } from "#ui/badge.tsx";
import { isStopping, stateWords } from "./words.ts";

export function StateBadge({ found }: { found: Pick<Import, "state" | "reason"> }) {
  const { label, tone, icon: Icon } = stateWords[found.state];
  return (
    <Badge tone={tone}>
      <Icon aria-hidden className="size-3" />
      {isStopping(found) ? "Stopping" : label}
    </Badge>
  );
}
