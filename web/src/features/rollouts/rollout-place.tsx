import { useQuery } from "@tanstack/react-query";
import type { Organization } from "#lib/api.ts";
import { rolloutQuery } from "#lib/rollouts.ts";
import { RolloutBanner } from "./rollout-banner.tsx";

/** The banner of a rollout, while there is one. */
export function RolloutPlace({ organization }: { organization: Organization }) {
  const { data } = useQuery(rolloutQuery(organization.id));
  return data?.rollout && <RolloutBanner organization={organization} rollout={data.rollout} />;
}
