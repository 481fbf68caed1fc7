import { useMutation, useQueryClient } from "@tanstack/react-query";
import { roleText } from "#features/rights/text.ts";
import { isKnown, type KnownRole } from "#lib/api.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { editLists, showAtOnce } from "#lib/optimistic.ts";
import { changeMemberRole, getMember, type Member } from "#lib/people.ts";
import { invitationsKey, membersKey, organizationEventsKey } from "#lib/queries.ts";
import { toast } from "#ui/toast.ts";

const isByRole = (filter: unknown) =>
  typeof filter === "object" && filter !== null && (filter as { role?: unknown }).role !== undefined;

type Change = { member: Member; role: KnownRole; more?: More };
type More = { keepInvitations?: true };

/**
 * Gives a member another role: shown at once, reverted if the API refuses, and undone by the reverse change, which may
 * have to ask first. It would not bring back invitations, so `changeForGood` offers no Undo.
 */
export function useChangeRole(organizationId: string, onUndo: (member: Member, role: KnownRole) => void) {
  const queryClient = useQueryClient();
  const queryKey = membersKey(organizationId);
  const { mutate } = useMutation({
    mutationFn: ({ member, role, more = {} }: Change) => changeMemberRole(organizationId, member.account, role, more),
    onMutate: ({ member, role }) =>
      showAtOnce<Member>(queryClient, queryKey, (one) => (one.account === member.account ? { ...one, role } : one)),
    onSuccess: (changed, { member, more }) => {
      editLists<Member>(queryClient, queryKey, (one) => (one.account === changed.account ? changed : one));
      // a list of one role gets or loses the member
      void queryClient.invalidateQueries({ queryKey, predicate: ({ queryKey: [, , , filter] }) => isByRole(filter) });
      const { role } = member;
      const undo = more === undefined && isKnown(role) && { label: "Undo", run: () => onUndo(changed, role) };
      toast(`${changed.name} is now ${roleText[changed.role].noun}`, undo ? { action: undo } : {});
      void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
      void queryClient.invalidateQueries({ queryKey: invitationsKey(organizationId) });
    },
    onError: async (error, { member }, putBack) => {
      putBack?.();
      toast(`${member.name}’s role was not changed`, { description: toSentence(error), type: "error" });
      if (error instanceof ApiError && (error.status === 404 || error.status === 409)) {
        await lookAgain(member);
      }
    },
  });

  /** Somebody else was faster: shows the current state. */
  async function lookAgain({ account }: Member) {
    const present = await getMember(organizationId, account).catch(() => undefined);
    editLists<Member>(queryClient, queryKey, (one) => (one.account === account ? present : one));
  }

  return {
    change: (member: Member, role: KnownRole) => mutate({ member, role }),
    changeForGood: (member: Member, role: KnownRole, more: More) => mutate({ member, role, more }),
  };
}
