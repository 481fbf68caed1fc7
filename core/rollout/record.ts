import type { ID } from "../base/id.ts";
import type { Actor } from "../kernel/actor.ts";
import { remember } from "../kernel/idempotency.ts";
import { settingKeys } from "../setting/keys.ts";
import { Ranks } from "../table/ranks.ts";
import { put, remove, type Step, update } from "../table/table.ts";
import { RolloutRolledBack } from "./events.ts";
import { rolloutKeys } from "./keys.ts";
import type { Rollout } from "./row.ts";
import type { ends } from "./shape.ts";

// What a rollout writes beside the organization's row.

type Organization = ID<"organization">;
type End = (typeof ends)[number];

/** Returns what every event says of a rollout. */
export const placeOf = ({ revision, wave, waves }: Rollout) => ({ revision, wave, waves: waves.length + 1 });

/** Its place in the list of rollouts that the clock checks: only while it is running. */
export const listing = (organization: Organization, { at }: Pick<Rollout, "at">) => ({
  list: rolloutKeys.openRollouts,
  rank: Ranks.organization(at, organization),
});

/** Returns the step that puts a new rollout in that list. */
export const listed = (organization: Organization, rollout: Rollout): Step[] => [
  put(rolloutKeys.rollout(organization), { revision: rollout.revision, ...listing(organization, rollout) }),
];

/** Returns the step that takes it out of the list, because it waits for somebody. */
export const unlisted = (organization: Organization): Step =>
  update(rolloutKeys.rollout(organization), { unset: ["list", "rank"] });

/** Returns the step that lets the history of the settings say how a rollout ended. */
export const ended = (organization: Organization, { revision }: Pick<Rollout, "revision">, rolloutEnd: End): Step =>
  update(settingKeys.revision(organization, revision), { set: { rolloutEnd } });

/** Returns the steps that record that a rollout was undone. @param to the revision with the former values, if there is one */
export const rolledBack = (rollout: Rollout, actor: Actor & { organization: Organization }, to?: number): Step[] => [
  remove(rolloutKeys.rollout(actor.organization)),
  ended(actor.organization, rollout, "rolled_back"),
  ...remember({}),
  RolloutRolledBack.record(actor.organization, { ...placeOf(rollout), ...(to !== undefined && { to }) }, actor),
];
