import { randomUUID } from "node:crypto";
import { failure, isFailure } from "../kernel/failure.ts";
import type { ID } from "../kernel/id.ts";
import { instant, queues, table } from "../kernel/ports.ts";
import { dirtyParts, Keys } from "../table/keys.ts";
import { equal, type Item, type Put, put, remove, when } from "../table/table.ts";

// Markers of organizations whose payment must be looked at: written with what makes it so, gone once it is settled.

// Failures

export const failures = { newer: failure("conflict", "billing.newer", "Something else must be looked at meanwhile.") };

/** The step that asks for a look, in the write that makes one necessary. */
export const mark = (organization: ID<"organization">): Put =>
  put(Keys.dirty(organization), { token: randomUUID(), at: instant() });

/** Has an organization looked at soon. */
export async function tell(organization: ID<"organization">): Promise<void> {
  await table.write(mark(organization));
  await queues.send("work", [{ job: "reconcile", organization }]);
}

/** Takes the marker away that was there before the look; a newer one stays. */
export async function clear(organization: ID<"organization">, marker: Item | undefined): Promise<void> {
  if (!marker) return;
  const same = when(equal("token", String(marker.token)), failures.newer);
  await table.write(remove(Keys.dirty(organization), same)).catch((error: unknown) => {
    if (!isFailure(error, failures.newer)) throw error;
  });
}

/** All that are marked. */
export async function marked(): Promise<ID<"organization">[]> {
  const parts = Array.from({ length: dirtyParts }, (_, part) => markedIn(part));
  return (await Promise.all(parts)).flat();
}

async function markedIn(part: number): Promise<ID<"organization">[]> {
  const found: ID<"organization">[] = [];
  let start: Item | undefined;
  do {
    const page = await table.query({ ...Keys.dirtyIn(part), consistent: true, start: start as never });
    found.push(...page.items.map(({ sk }) => sk as ID<"organization">));
    start = page.next;
  } while (start);
  return found;
}
