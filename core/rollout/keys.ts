import type * as ID from "../base/id.ts";
import type { Key, List } from "../table/table.ts";
import type { RolloutRow } from "./row.ts";

type Organization = ID.ID<"organization">;

export const rolloutKeys = {
  /** That a rollout is under way, and its devices. */
  rollout: (organization: Organization): Key<RolloutRow> => ({ pk: organization, sk: "#rollout" }),
  /** Rollouts that are running, by their start: `at#org`. */
  openRollouts: "rollouts#open" as List<RolloutRow>,
};
