import type { Import } from "#lib/imports.ts";
import { Badge } from "#ui/badge.tsx";
import { Time } from "#ui/time.tsx";
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

/** Says who imported, and when. A script imports for somebody. */
export function Who({ found: { via, invitedBy, createdAt } }: { found: Import }) {
  const name = invitedBy && (invitedBy.name ?? "a former member");
  return (
    <>
      {via === "script" ? `A script${name ? `, for ${name}` : ""}` : (name ?? "Someone")} · <Time at={createdAt} />
    </>
  );
}
