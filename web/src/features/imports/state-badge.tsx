import type { Import } from "#lib/imports.ts";
import { Badge } from "#ui/badge.tsx";
import { stateOf } from "./text.ts";

export function StateBadge({ found }: { found: Pick<Import, "state" | "reason" | "pass"> }) {
  const { label, tone, icon: Icon } = stateOf(found);
  return (
    <Badge tone={tone}>
      <Icon aria-hidden className="size-3" />
      {label}
    </Badge>
  );
}
