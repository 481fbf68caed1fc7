import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import type { Organization } from "#lib/api.ts";
import { needed } from "#lib/idle.ts";
import { rolloutQuery } from "#lib/rollouts.ts";

const RolloutBanner = lazy(
  needed(() => import("./rollout-banner.tsx").then((file) => ({ default: file.RolloutBanner }))),
);

/** The banner of a rollout, which is loaded while there is one. */
export function RolloutPlace({ organization }: { organization: Organization }) {
  const { data } = useQuery(rolloutQuery(organization.id));
  return (
    data?.rollout && (
      <Suspense>
        <RolloutBanner organization={organization} rollout={data.rollout} />
      </Suspense>
    )
  );
}
