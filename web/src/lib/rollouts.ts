import { queryOptions } from "@tanstack/react-query";
import { read, v1 } from "./api.ts";
import type { RolloutPlan } from "./setting-layers.ts";

// A change of the settings that reaches devices in waves.

const rollouts = v1.organizations[":organization"].settings.rollout;

export const actions = ["pause", "resume", "finish", "rollBack"] as const;
export type RolloutAction = (typeof actions)[number];
export type Rollout = NonNullable<Awaited<ReturnType<typeof fetchRollout>>["rollout"]>;

/** The time between two questions of a visible page about the progress of a rollout. */
const paceMs = 3_000;
const quietMs = 30_000;

export const rolloutQuery = (organization: string) =>
  queryOptions({
    queryKey: ["organization", organization, "rollout"],
    queryFn: () => fetchRollout(organization),
    refetchInterval: ({ state }) => (state.data?.rollout?.state === "running" ? paceMs : quietMs),
  });

const fetchRollout = (organization: string) => read(rollouts.$get({ param: { organization }, query: {} }));

/** Reads the number of devices that each wave would have, the one with everyone last. */
export const previewWavesQuery = (organization: string, waves: RolloutPlan["waves"]) =>
  queryOptions({
    queryKey: ["organization", organization, "waves", waves],
    queryFn: () => read(rollouts.preview.$post({ param: { organization }, json: { waves } })),
  });

export async function changeRollout(organization: string, action: RolloutAction) {
  const param = { organization };
  switch (action) {
    case "pause":
      return read(rollouts.pause.$post({ param, json: {} }));
    case "resume":
      return read(rollouts.resume.$post({ param, json: {} }));
    case "finish":
      return read(rollouts.finish.$post({ param, json: {} }));
    case "rollBack":
      return read(rollouts["roll-back"].$post({ param, json: {} }));
  }
}
