import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Member, removeMember } from "#lib/api.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { showAtOnce } from "#lib/optimistic.ts";
import { invitationsKey, membersKey, organizationEventsKey, organizationQuery } from "#lib/queries.ts";
import { toast } from "#ui/toast.ts";

/** Takes a member off the list at once, and puts them back if the API would not remove them. */
export function useRemoveMember(organizationId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ account }: Member) => removeMember(organizationId, account),
    onMutate: ({ account }) =>
      showAtOnce<Member>(queryClient, membersKey(organizationId), (one) => (one.account === account ? undefined : one)),
    onSuccess: (_, { name }) => {
      toast(`${name} is no member any more`, { description: "Their seat is free again." });
      void queryClient.invalidateQueries({ ...organizationQuery(organizationId), exact: true });
      void queryClient.invalidateQueries({ queryKey: invitationsKey(organizationId) });
      void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
    },
    onError: (error, { name }, putBack) => {
      const isGoneAlready = error instanceof ApiError && error.code === "member.missing";
      if (!isGoneAlready) {
        putBack?.();
        toast(`${name} is still a member`, { description: toSentence(error), type: "error" });
      }
    },
  });
}
