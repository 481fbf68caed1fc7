import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type Organization } from "#lib/api.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { forgetOrganization } from "#lib/forget-organization.ts";
import { leaveOrganization } from "#lib/people.ts";
import { organizationsQuery } from "#lib/queries.ts";
import { Confirm } from "#ui/dialog.tsx";
import { toast } from "#ui/toast.ts";

type Props = { organization: Organization; isOpen: boolean; onClose: () => void };

export function LeaveDialog({ organization, isOpen, onClose }: Props) {
  const leave = useLeave(organization);

  function close() {
    leave.reset();
    onClose();
  }

  return (
    <Confirm
      isOpen={isOpen}
      onClose={close}
      title={`Leave ${organization.name}?`}
      action="Leave organization"
      isBusy={leave.isPending}
      failure={leave.isError && refusal(leave.error)}
      onConfirm={() => leave.mutate()}
    >
      You lose access immediately, and your seat is free again. What you wrote stays. To return, you need a new
      invitation, unless your email domain lets you join.
    </Confirm>
  );
}

function useLeave(organization: Organization) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => leaveOrganization(organization.id),
    onSuccess: async () => {
      await navigate({ to: "/", replace: true });
      forgetOrganization(queryClient, organization.id);
      void queryClient.invalidateQueries({ queryKey: organizationsQuery.queryKey });
      toast(`You left ${organization.name}`);
    },
  });
}

function refusal(error: unknown) {
  return error instanceof ApiError && error.code === "member.last_owner"
    ? "You are the only owner. Transfer ownership first: it is in the menu of each member."
    : toSentence(error);
}
