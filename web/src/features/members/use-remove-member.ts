import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiError } from "#lib/failure.ts";
import { showAtOnce } from "#lib/optimistic.ts";
import { listInvitations, type Member, reinstateMember, removeMember } from "#lib/people.ts";
import { membersKey } from "#lib/queries.ts";
import { toast, toastFailure } from "#ui/toast.ts";
import { useRefreshPeople } from "./use-refresh.ts";

/** Removes a member from the list at once, and restores them if the API refuses. */
export function useRemoveMember(organizationId: string) {
  const queryClient = useQueryClient();
  const refresh = useRefreshPeople(organizationId);
  const restore = useRestore(organizationId);
  return useMutation({
    mutationFn: ({ account }: Member) => removeMember(organizationId, account),
    onMutate: ({ account }) =>
      showAtOnce<Member>(queryClient, membersKey(organizationId), (one) => (one.account === account ? undefined : one)),
    onSuccess: (_, member) => {
      const action = { label: "Restore", run: () => restore(member) };
      toast(`${member.name} was removed`, {
        description: "Their seat is free again.",
        ...(member.email !== undefined && { action }),
      });
      refresh();
    },
    onError: (error, { name }, putBack) =>
      isGoneAlready(error) || toastFailure(`${name} is still a member`, error, putBack),
  });
}

/** Somebody else was faster, with the same result. */
export function isGoneAlready(error: unknown) {
  return error instanceof ApiError && error.code === "member.missing";
}

function useRestore(organizationId: string) {
  const refresh = useRefreshPeople(organizationId);
  const { mutate } = useMutation({
    mutationFn: ({ email = "" }: Member) => createRestore(organizationId)(email),
    onSuccess: (_, { name }) => {
      toast(`${name} was restored`);
      refresh({ areMembersOther: true });
    },
    onError: (error, { name }) => toastFailure(`${name} was not restored`, error),
  });
  return mutate;
}

/** Finds removed members by address among the newest former ones, and restores them. */
export function createRestore(organizationId: string) {
  const found = new Map<string, string>();

  async function look(email: string) {
    let cursor: string | undefined;
    do {
      const page = await listInvitations(organizationId, { tab: "former" }, cursor);
      for (const former of page.items) {
        found.set(former.email, former.id);
      }
      cursor = page.next;
    } while (cursor !== undefined && !found.has(email));
    return found.get(email);
  }

  return async (email: string) => {
    const invitation = found.get(email) ?? (await look(email));
    if (invitation === undefined) {
      throw new ApiError("member.missing", "No former member has this address.", { status: 404 });
    }
    return reinstateMember(organizationId, invitation);
  };
}
