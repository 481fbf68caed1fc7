import type { Import } from "#lib/imports.ts";
import { Time } from "#ui/time.tsx";

/** Who imported, and when. A script imports for somebody. */
export function Who({ found: { via, invitedBy, createdAt } }: { found: Import }) {
  const name = invitedBy && (invitedBy.name ?? "a former member");
  return (
    <>
      {via === "script" ? `A script${name ? `, for ${name}` : ""}` : (name ?? "Someone")} · <Time at={createdAt} />
    </>
  );
}
