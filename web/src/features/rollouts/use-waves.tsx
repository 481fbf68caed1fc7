import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { rolloutQuery } from "#lib/rollouts.ts";
import type { RolloutPlan } from "#lib/setting-layers.ts";
import { WavesField } from "./waves-choice.tsx";

/** Lets a person choose how a change reaches devices. While a rollout is under way there is nothing to choose. */
export function useWaves(organizationId: string) {
  const [plan, setPlan] = useState<RolloutPlan>();
  const { data } = useQuery(rolloutQuery(organizationId));
  const isOpen = data !== undefined && data.rollout === undefined;
  return {
    /** The plan in the form in which it is sent with the change. */
    chosen: isOpen && plan ? { rollout: plan } : {},
    waves: isOpen && <WavesField organizationId={organizationId} plan={plan} onPlan={setPlan} />,
  };
}
