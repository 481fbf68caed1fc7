import type * as ID from "../base/id.ts";
import { table } from "../kernel/ports.ts";
import { read } from "../kernel/position.ts";
import { include } from "../search/included.ts";
import { updateKeys } from "./keys.ts";
import { placeOf } from "./place.ts";
import { terms } from "./project.ts";

/** Waits until the updates of a position are found by their words and tags, too. */
export async function includeUpdates(organization: ID.ID<"organization">, after: string | undefined): Promise<void> {
  let missing = after === undefined ? [] : read(after).updates;
  await include(organization, after, async () => {
    const areFound = await Promise.all(missing.map((update) => isFound(organization, update)));
    missing = missing.filter((_, i) => !areFound[i]);
    return missing.length === 0;
  });
}

/** Returns whether an update is there. Nobody waits for one that is not, or is of another organization. */
async function isFound(organization: ID.ID<"organization">, update: ID.ID<"update">): Promise<boolean> {
  const text = await table.get(updateKeys.updateText(update));
  if (!text || text.organization !== organization) return true;
  const wanted = terms(await table.get(updateKeys.update(placeOf(text), update)));
  const there = await table.getMany(wanted);
  // threat: an update is not found by its tag right after it was posted
  return there.every((row) => row !== undefined);
}
