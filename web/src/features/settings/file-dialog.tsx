import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { reauthenticated, useReauthentication } from "#features/reauthentication/use-reauthentication.ts";
import { useWaves } from "#features/rollouts/use-waves.tsx";
import { ApiError, toSentence } from "#lib/failure.ts";
import { plural } from "#lib/format.ts";
import { importSettings, layersKey, noteOf } from "#lib/setting-layers.ts";
import { Banner } from "#ui/banner.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { DialogActions, DialogBody } from "#ui/dialog-parts.tsx";
import { FileButton } from "#ui/drop-zone.tsx";
import { toast } from "#ui/toast.ts";
import { ChangeList } from "./change-row.tsx";
import { DialogNote } from "./note-field.tsx";
import { Reach } from "./reach.tsx";
import { SingleSignOnConfirmation } from "./single-sign-on-confirmation.tsx";
import { useWholeReport } from "./use-layer.ts";
import { useTeamsOf } from "./use-teams-of.ts";

/** Characters of a file that the API takes. */
const maxLength = 3_500_000;

type Props = {
  organizationId: string;
  newest: number;
  isOpen: boolean;
  onClose: () => void;
};

/** Gives the organization the settings of a file, after showing what that changes. */
export function SettingsFileDialog({ isOpen, ...rest }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={rest.onClose}
      title="Import a settings file"
      description="A YAML file, as it was exported and edited. What it changes is shown first."
      width="huge"
    >
      <Content {...rest} />
    </Dialog>
  );
}

function Content({ organizationId, newest, onClose }: Omit<Props, "isOpen">) {
  const [file, setFile] = useState<{ name: string; text: string }>();
  const [note, setNote] = useState("");
  const queryClient = useQueryClient();
  const report = useWholeReport(organizationId);
  const reauthentication = useReauthentication();
  const { chosen, waves } = useWaves(organizationId);
  const check = useMutation({
    mutationFn: async (picked: File) => {
      const text = await picked.text();
      if (text.length > maxLength) {
        throw new ApiError("file.too_large", "A settings file has at most 3.5 million characters.");
      }
      setFile({ name: picked.name, text });
      return await importSettings(organizationId, { document: text, revision: newest, isCheck: true });
    },
  });
  const apply = useMutation({
    mutationFn: (document: string) =>
      reauthenticated(reauthentication, () =>
        importSettings(organizationId, {
          document,
          revision: newest,
          ...noteOf(note),
          ...chosen,
        }),
      ),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: layersKey(organizationId) });
      report();
      toast("Settings imported");
      onClose();
    },
  });
  const previewed = useMemo(() => file && { document: file.text }, [file]);
  const changes = check.data?.changes;
  const { teamName } = useTeamsOf(organizationId, changes ?? []);
  const blocked =
    changes === undefined ? "Choose a file first." : changes.length === 0 ? "This file changes nothing." : undefined;
  return (
    <>
      <DialogBody>
        <div className="flex items-center gap-3">
          <FileButton accept=".yaml,.yml,.txt" onFile={(picked) => check.mutate(picked)}>
            {file ? "Choose another file" : "Choose a file"}
          </FileButton>
          {file && <span className="min-w-0 truncate font-medium">{file.name}</span>}
        </div>
        {check.isError && <Refusal error={check.error} />}
        {changes !== undefined && !check.isError && (
          <>
            <p className="text-fg-2">
              {changes.length === 0
                ? "The settings have the values of this file already."
                : `${plural(changes.length, "change")}:`}
            </p>
            <ChangeList label="What changes" changes={changes} teamName={teamName} />
            {changes.length > 0 && (
              <>
                <Reach organizationId={organizationId} change={previewed} />
                {waves}
                <DialogNote note={note} onNote={setNote} />
              </>
            )}
          </>
        )}
        {apply.isError && <Refusal error={apply.error} />}
      </DialogBody>
      <DialogActions
        onCancel={onClose}
        action="Import file"
        onAction={() => file && apply.mutate(file.text)}
        isBusy={check.isPending || apply.isPending}
        blocked={check.isError ? "This file can’t be imported." : blocked}
      />
      <SingleSignOnConfirmation reauthentication={reauthentication} />
    </>
  );
}

/** Shows the mistakes of a file, place by place. */
function Refusal({ error }: { error: Error }) {
  const fields = error instanceof ApiError ? error.fields : [];
  return (
    <Banner tone="danger">
      {toSentence(error)}
      {fields.length > 0 && (
        <ul className="mt-1 grid max-h-60 gap-0.5 overflow-y-auto">
          {fields.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <code className="font-mono text-xs">{path.replace(/^document\.|^fields\./, "")}</code>: {message}
            </li>
          ))}
        </ul>
      )}
    </Banner>
  );
}
