import type { ID } from "../base/id.ts";
import { table } from "../kernel/ports.ts";
import { sessionKeys } from "../session/keys.ts";
import { keyOf } from "../table/table.ts";

/** Ends all sessions of an account, from their next request on. */
export async function endSessions(account: ID<"account">): Promise<void> {
  for (;;) {
    const { items, next } = await table.query({ ...sessionKeys.sessions(account), consistent: true });
    await table.project(items.map((session) => ({ remove: keyOf(session) })));
    if (!next) return;
  }
}
