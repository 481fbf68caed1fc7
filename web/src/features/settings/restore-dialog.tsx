import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { reauthenticated, useReauthentication } from "#features/reauthentication/use-reauthentication.ts";
import { useWaves } from "#features/rollouts/use-waves.tsx";
import { ApiError } from "#lib/failure.ts";
import { noteOf, restoreSettings, revisionsQuery, settingsQuery } from "#lib/setting-layers.ts";
import { ErrorBanner } from "#ui/banner.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { DialogActions, DialogBody } from "#ui/dialog-parts.tsx";
import { toast } from "#ui/toast.ts";
import { LoadedChanges } from "./change-row.tsx";
import { changesBetween, isRestored } from "./history-diff.ts";
import { DialogNote } from "./note-field.tsx";
import { Reach } from "./reach.tsx";
import { type RevisionList, type Teams, useRevisionsBetween } from "./revisions.ts";
import { SingleSignOnConfirmation } from "./single-sign-on-confirmation.tsx";
import { useWholeReport } from "./use-layer.ts";

type Props = {
  organizationId: string;
  list: RevisionList;
  newest: number;
  to: number | undefined;
  teams: Teams;
  isOpen: boolean;
  onClose: () => void;
};

/** Gives the settings the values of an earlier revision, after showing what that changes. */
export function RestoreDialog({ to, isOpen, ...rest }: Props) {
  const { onClose } = rest;
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={`Restore revision ${to ?? ""}?`}
      description="This is saved as a new revision, so nothing is lost. The name of the organization stays as it is."
      width="huge"
    >
      {to !== undefined && <Content key={to} {...rest} to={to} />}
    </Dialog>
  );
}

type ContentProps = Omit<Props, "to" | "isOpen"> & { to: number };

function Content({ organizationId, list, newest, to, teams, onClose }: ContentProps) {
  const [note, setNote] = useState("");
  const queryClient = useQueryClient();
  const report = useWholeReport(organizationId);
  const reauthentication = useReauthentication();
  const { chosen, waves } = useWaves(organizationId);
  const { revisions, failure = teams.failure } = useRevisionsBetween(list, newest, to);
  const changes =
    revisions && teams.isLoaded
      ? changesBetween(revisions, newest, to).filter((change) => isRestored(change, teams.hasTeam))
      : undefined;
  const previewed = useMemo(() => ({ to }), [to]);
  const restore = useMutation({
    mutationFn: () =>
      reauthenticated(reauthentication, () =>
        restoreSettings(organizationId, {
          revision: newest,
          to,
          ...noteOf(note),
          ...chosen,
        }),
      ),
    onSuccess: (saved) => {
      queryClient.setQueryData(settingsQuery(organizationId).queryKey, saved);
      report();
      toast(`Revision ${to} restored`);
      onClose();
    },
    onError: (error) =>
      error instanceof ApiError &&
      error.code === "setting.changed" &&
      queryClient.invalidateQueries({ queryKey: revisionsQuery(organizationId).queryKey }),
  });
  return (
    <>
      <DialogBody>
        {changes !== undefined && changes.length > 0 && <Reach organizationId={organizationId} change={previewed} />}
        <LoadedChanges
          label="What changes"
          changes={changes}
          failure={failure}
          none="The settings have the values of this revision already."
          teamName={teams.teamName}
        />
        {changes !== undefined && changes.length > 0 && waves}
        <DialogNote note={note} onNote={setNote} />
        <ErrorBanner error={restore.error} />
      </DialogBody>
      <DialogActions
        onCancel={onClose}
        action="Restore revision"
        onAction={() => restore.mutate()}
        isBusy={restore.isPending}
        blocked={
          changes === undefined
            ? failure
              ? "The changes did not load."
              : "The changes are still loading."
            : changes.length === 0
              ? "There is nothing to restore."
              : undefined
        }
      />
      <SingleSignOnConfirmation reauthentication={reauthentication} />
    </>
  );
}
