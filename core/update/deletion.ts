import type * as ID from "../base/id.ts";
import { instant } from "../kernel/ports.ts";
import { all, lacks, present, type Step, update, when } from "../table/table.ts";
import { failures } from "./failures.ts";
import { type Place, updateKeys } from "./keys.ts";

/** Returns the steps that delete an update. They fail with update.missing if it is deleted already. */
export function deleting(id: ID.ID<"update">, place: Place, by: ID.ID<"account">): Step[] {
  const set = { deletedAt: instant() };
  const isThere = when(all(present, lacks("deletedAt")), failures.missing);
  return [
    update(updateKeys.updateText(id), { set: { ...set, deletedBy: by } }, isThere),
    update(updateKeys.update(place, id), { set, unset: ["pinnedAt"] }, when(present, failures.missing)),
    // whether or not it was pinned when it was read
    // threat: a deleted update keeps its place among the pinned ones
    update(updateKeys.pins(place), { drop: { updates: new Set([id]) } }),
  ];
}
