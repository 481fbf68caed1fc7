import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { membersKey, organizationEventsKey } from "#lib/queries.ts";
import { deleteTeam, type TeamEntry, teamsKey } from "#lib/teams.ts";
import { Confirm } from "#ui/dialog.tsx";
import { toast, toastFailure } from "#ui/toast.ts";

type Props = {
  organizationId: string;
  team: Pick<TeamEntry, "id" | "name">;
  isOpen: boolean;
  onClose: () => void;
  /** True if the page is about other teams, too. */
  stays?: boolean;
};

export function DeleteDialog({ organizationId, team, isOpen, onClose, stays = false }: Props) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => deleteTeam(organizationId, team.id),
    onSuccess: async () => {
      onClose();
      if (!stays) {
        await navigate({ to: "/organizations/$organization/teams", params: { organization: organizationId } });
      }
      toast(`The team ${team.name} was deleted`);
      for (const part of ["list", "own"]) {
        void queryClient.invalidateQueries({ queryKey: [...teamsKey(organizationId), part] });
      }
      void queryClient.invalidateQueries({ queryKey: membersKey(organizationId) });
      void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
    },
    onError: (error) => toastFailure(`${team.name} was not deleted`, error),
  });
  return (
    <Confirm
      isOpen={isOpen}
      onClose={onClose}
      title={`Delete ${team.name}?`}
      action="Delete team"
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate()}
      returnFocus={() => document.getElementById("delete-team") ?? document.getElementById("main")}
    >
      Its members stay in the organization. Its updates and their comments are erased. This cannot be undone.
    </Confirm>
  );
}
