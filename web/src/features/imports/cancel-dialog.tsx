import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiError } from "#lib/failure.ts";
import { cancelImport, type Import, importQuery, putImport } from "#lib/imports.ts";
import { Confirm } from "#ui/dialog.tsx";
import { toast, toastFailure } from "#ui/toast.ts";
import { isOver } from "./text.ts";

type Props = { organizationId: string; found: Import; isOpen: boolean; onClose: () => void };

export function CancelDialog({ organizationId, found, isOpen, onClose }: Props) {
  const queryClient = useQueryClient();
  const { queryKey } = importQuery(organizationId, found.id);
  const cancel = useMutation({
    mutationFn: () => cancelImport(organizationId, found.id),
    onMutate: async () => {
      await queryClient.cancelQueries({ queryKey });
      const before = queryClient.getQueryData(queryKey);
      putImport(queryClient, organizationId, { ...found, reason: "canceled" });
      return before;
    },
    onSuccess: (answer) => {
      putImport(queryClient, organizationId, {
        ...found,
        ...answer,
        ...(found.invitedBy && { invitedBy: found.invitedBy }),
      });
      toast(isOver(answer) ? "The import is canceled" : "The import is being stopped");
    },
    onError: (error, _, before) => {
      if (before) {
        putImport(queryClient, organizationId, before);
      }
      if (!(error instanceof ApiError && error.code === "import.ended_already")) {
        toastFailure("The import was not canceled", error);
      }
    },
    onSettled: () => void queryClient.invalidateQueries({ queryKey }),
  });

  function confirm() {
    cancel.mutate();
    onClose();
  }

  return (
    <Confirm
      isOpen={isOpen}
      onClose={onClose}
      title="Cancel this import?"
      action="Cancel import"
      otherwise="Keep importing"
      onConfirm={confirm}
      returnFocus={() => document.getElementById("cancel-import") ?? document.getElementById("main")}
    >
      {found.state === "running" ? (
        <ul className="grid list-disc gap-1.5 pl-4">
          <li>It stops within seconds. People already invited stay invited.</li>
          <li>The rows that were not reached can be retried later.</li>
        </ul>
      ) : (
        "Nobody has been invited yet, and nobody will be."
      )}
    </Confirm>
  );
}
