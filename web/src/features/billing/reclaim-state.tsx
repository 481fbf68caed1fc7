import { dayMs } from "@muster/core/base/duration.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { RefCallback } from "react";
import type { Organization } from "#lib/api.ts";
import { cancelReclaim, type Reclaim, reclaimQuery } from "#lib/reclaim.ts";
import { useFormat } from "#lib/use-format.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { toastFailure } from "#ui/toast.ts";
import { endText } from "./unused.ts";

type Props = { organization: Organization; reclaim: Reclaim; stopRef: RefCallback<HTMLButtonElement> };

/** Shows the progress of the reclaim, which goes on without this page, or the end of the last one. */
export function ReclaimState({ organization, reclaim, at, stopRef }: Props & { at: string }) {
  const format = useFormat();
  const { state, endedAt = at, failure } = reclaim;
  if (state === "running") {
    return <Running organization={organization} reclaim={reclaim} stopRef={stopRef} />;
  }
  const text = endText(reclaim);
  if (Date.parse(at) - Date.parse(endedAt) > dayMs) {
    return (
      <p className="text-sm text-fg-2">
        {format.date(endedAt)}: {text}
      </p>
    );
  }
  return <Banner tone={state === "done" && failure === undefined ? "success" : "warning"}>{text}</Banner>;
}

function Running({ organization, reclaim: { by, members, invitations, removed, revoked }, stopRef }: Props) {
  const queryClient = useQueryClient();
  const format = useFormat();
  const cancel = useMutation({
    mutationFn: () => cancelReclaim(organization.id),
    onError: (error) => toastFailure("It was not stopped", error),
    onSettled: () => queryClient.invalidateQueries(reclaimQuery(organization.id)),
  });
  const [done, total] = [removed + revoked, members + invitations];
  return (
    <div className="flex items-center gap-4">
      <div className="grid min-w-0 flex-1 gap-1.5">
        <p className="font-medium">
          Reclaiming seats:{" "}
          <span className="tabular">
            {format.number(done)} of {format.number(total)}
          </span>
        </p>
        <progress aria-label="Reclaiming seats" value={done} max={total} className="bulk-progress h-1.5 w-full" />
        <p className="text-sm text-fg-2">
          {by !== undefined && `Started by ${by}, who is notified at the end. `}It goes on if you close this page.
        </p>
      </div>
      <Button ref={stopRef} isBusy={cancel.isPending} onClick={() => cancel.mutate()}>
        Stop
      </Button>
    </div>
  );
}
