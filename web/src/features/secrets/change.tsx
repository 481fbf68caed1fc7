import { labelOf } from "@muster/core/secret/kind/shape.ts";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { ReauthenticationDialog } from "#features/reauthentication/dialog.tsx";
import { useReauthenticatedTask } from "#features/reauthentication/use-reauthentication.ts";
import { type ChosenTeam, TeamsField } from "#features/teams/teams-field.tsx";
import { toSentence } from "#lib/failure.ts";
import { organizationEventsKey } from "#lib/queries.ts";
import { deleteSecret, editSecret, type Secret, type SecretChanges, secretsQuery } from "#lib/secrets.ts";
import { Banner } from "#ui/banner.tsx";
import { Confirm, Dialog } from "#ui/dialog.tsx";
import { DialogActions, DialogBody } from "#ui/dialog-parts.tsx";
import { InputField } from "#ui/input.tsx";
import { toast } from "#ui/toast.ts";
import { nameMistake, teamLimit } from "./form.ts";

export type Change = "edit" | "enable" | "disable" | "delete";
type Props = {
  organizationId: string;
  secret: Secret;
  change: Change;
  isOpen: boolean;
  onClose: () => void;
  returnFocus: () => HTMLElement | null;
};

/** Changes a key without entering it: its name and teams, whether it may be used, or deletes it. */
export function ChangeDialog(props: Props) {
  const { secret, change, isOpen, onClose, returnFocus } = props;
  const task = useChange(props);
  const { reauthentication } = task;
  const failure = task.failure && <Banner tone="danger">{toSentence(task.failure)}</Banner>;
  const close = () => !task.isBusy && onClose();
  return (
    <>
      {change === "edit" ? (
        <Dialog
          isOpen={isOpen && !reauthentication.isWaiting}
          onClose={close}
          returnFocus={() => !reauthentication.isWaiting && returnFocus()}
          title={`Edit ${secret.name}`}
        >
          <EditForm {...props} task={task}>
            {failure}
          </EditForm>
        </Dialog>
      ) : (
        <Confirm
          isOpen={isOpen && !reauthentication.isWaiting}
          onClose={close}
          returnFocus={() => !reauthentication.isWaiting && returnFocus()}
          {...questions[change](secret)}
          isDangerous={change !== "enable"}
          isBusy={task.isBusy}
          onConfirm={() => void task.run(change === "delete" ? undefined : { status: `${change}d` })}
        >
          <span className="grid gap-3">
            {questions[change](secret).text}
            {failure}
          </span>
        </Confirm>
      )}
      <ReauthenticationDialog
        reauthentication={reauthentication}
        what="Changing an API key"
        onCancel={onClose}
        returnFocus={returnFocus}
      />
    </>
  );
}

type Question = (secret: Secret) => { title: string; action: string; text: string };
const questions: Record<Exclude<Change, "edit">, Question> = {
  enable: ({ name }) => ({
    title: `Enable ${name}?`,
    action: "Enable key",
    text: "The key may be used again by the members that it is for.",
  }),
  disable: ({ name }) => ({
    title: `Disable ${name}?`,
    action: "Disable key",
    text: "Nobody may use this key until you enable it again. It stays stored, and stays valid at its provider.",
  }),
  delete: ({ name, kind, last4 }) => ({
    title: `Delete ${name}?`,
    action: "Delete key",
    text: `The key ${labelOf(kind)} …${last4} is deleted for good, and gone from backups a day later. It stays valid at its provider: revoke it there as well.`,
  }),
};

type Task = ReturnType<typeof useChange>;

function useChange({ organizationId, secret, change, onClose }: Props) {
  const queryClient = useQueryClient();
  const [last, setLast] = useState<Omit<SecretChanges, "revision">>();
  const { queryKey } = secretsQuery(organizationId);
  const task = useReauthenticatedTask<Omit<SecretChanges, "revision"> | undefined>(async (changes) => {
    setLast(changes);
    try {
      if (changes === undefined) {
        await deleteSecret(organizationId, secret.id);
        queryClient.setQueryData(queryKey, (list) => list?.filter(({ id }) => id !== secret.id));
      } else {
        const saved = await editSecret(organizationId, secret.id, { ...changes, revision: secret.revision });
        queryClient.setQueryData(queryKey, (list) => list?.map((one) => (one.id === saved.id ? saved : one)));
      }
    } catch (error) {
      void queryClient.invalidateQueries({ queryKey });
      throw error;
    }
    void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
    onClose();
    toast(`${changes?.name ?? secret.name} was ${done[change]}`);
  });
  return { ...task, last };
}

const done: Record<Change, string> = { edit: "saved", enable: "enabled", disable: "disabled", delete: "deleted" };

function EditForm({ organizationId, secret, onClose, task, children }: Props & { task: Task; children: ReactNode }) {
  const [name, setName] = useState(task.last?.name ?? secret.name);
  const [teams, setTeams] = useState<ChosenTeam[]>(secret.teams ?? []);
  const mistake = nameMistake(name);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (mistake === undefined) {
      void task.run({ name, teams: teams.length > 0 ? teams.map(({ id }) => id) : null });
    }
  }

  return (
    <form noValidate autoComplete="off" onSubmit={submit} className="contents">
      <DialogBody>
        <InputField
          label="Name"
          error={mistake}
          name="secret-name"
          autoComplete="off"
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <TeamsField
          organizationId={organizationId}
          chosen={teams}
          onChange={setTeams}
          error={undefined}
          {...teamLimit}
        />
        {children}
      </DialogBody>
      <DialogActions onCancel={onClose} action="Save" isBusy={task.isBusy} />
    </form>
  );
}
