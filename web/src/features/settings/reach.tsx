import { lazy, Suspense } from "react";
import { needed } from "#lib/idle.ts";
import type { Previewed } from "#lib/setting-layers.ts";
import { Counting } from "./counting.tsx";

const ReachLine = lazy(needed(() => import("./reach-line.tsx").then((file) => ({ default: file.ReachLine }))));

type Props = { organizationId: string; change: Previewed | undefined };

/** For how many members a change that is not saved yet changes something; nothing while it cannot be saved. */
export function Reach({ organizationId, change }: Props) {
  return (
    change && (
      <Suspense fallback={<Counting />}>
        <ReachLine organizationId={organizationId} change={change} />
      </Suspense>
    )
  );
}
