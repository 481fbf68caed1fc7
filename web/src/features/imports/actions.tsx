import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ban, FileUp, RotateCw } from "lucide-react";
import { useState } from "react";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import { ApiError } from "#lib/failure.ts";
import { type Import, importQuery, putImport, retryImport } from "#lib/imports.ts";
import { useFormat } from "#lib/use-format.ts";
import { Button } from "#ui/button.tsx";
import { opened } from "#ui/opened.tsx";
import { toast, toastFailure } from "#ui/toast.ts";
import { isOver, isStopping, retryText } from "./text.ts";
import { useOpenImport } from "./use-open-import.ts";

const CancelDialog = opened(async () => (await import("./cancel-dialog.tsx")).CancelDialog);

type Props = { organization: Organization; found: Import };

export function freeSeats({ seats }: Organization) {
  return seats && Math.max(0, seats.capacity - seats.committed);
}

/** Offers to cancel an import while it runs, and to retry remaining rows when it has ended. */
export function ImportActions({ organization, found }: Props) {
  const [isAsking, setAsking] = useState(false);
  const openImport = useOpenImport();
  const blocked = whyBlocked(organization, "import.create");
  return (
    <div className="flex gap-2 max-sm:w-full max-sm:*:flex-1">
      {!isOver(found) && !isStopping(found) && found.state !== "unknown" && (
        <Button
          id="cancel-import"
          size="large"
          blocked={whyBlocked(organization, "import.cancel")}
          onClick={() => setAsking(true)}
        >
          <Ban />
          Cancel import
        </Button>
      )}
      {isOver(found) && found.rows === 0 && (
        <Button size="large" blocked={blocked} onClick={() => openImport()}>
          <FileUp />
          Import another file
        </Button>
      )}
      {found.retryable > 0 && <RetryButton organization={organization} found={found} />}
      <CancelDialog organizationId={organization.id} found={found} isOpen={isAsking} onClose={() => setAsking(false)} />
    </div>
  );
}

function RetryButton({ organization, found }: Props) {
  const format = useFormat();
  const retry = useRetry({ organization, found });
  const blocked = whyBlocked(organization, "import.retry", { freeSeats: freeSeats(organization) });
  return (
    <Button variant="primary" size="large" blocked={blocked} isBusy={retry.isPending} onClick={() => retry.mutate()}>
      <RotateCw />
      {retryText(found, format.number(found.retryable))}
    </Button>
  );
}

/** Retries what can be retried of an import that has ended. */
export function useRetry({ organization, found }: Props) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => retryImport(organization.id, found.id),
    onSuccess: (answer) => {
      putImport(queryClient, organization.id, answer);
      void queryClient.invalidateQueries({ queryKey: importQuery(organization.id, found.id).queryKey });
      toast("Retrying the rows", { description: "This page shows their results." });
    },
    onError: (error) => {
      void queryClient.invalidateQueries({ queryKey: importQuery(organization.id, found.id).queryKey });
      if (!(error instanceof ApiError && error.code === "import.changed")) {
        toastFailure("Nothing was retried", error);
      }
    },
  });
}
