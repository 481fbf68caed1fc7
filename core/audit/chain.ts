import { createHash } from "node:crypto";
import type { Item } from "../table/table.ts";

/** Returns the hash of an event that follows another: altering, removing or inserting one changes all later hashes. */
export function link(before: string, event: Item): string {
  // threat: the chain does not depend on earlier events
  return createHash("sha256").update(before).update(canonical(event)).digest("base64url");
}

/** JSON with sorted keys, so that the same event always has the same bytes. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
