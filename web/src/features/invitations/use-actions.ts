import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRefreshPeople } from "#features/members/use-refresh.ts";
import { roleText } from "#features/rights/text.ts";
import type { Seatless } from "#features/seats/add-seats-dialog.tsx";
import * as api from "#lib/api.ts";
import { isKnown } from "#lib/api.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { waitText } from "#lib/format.ts";
import { showAtOnce } from "#lib/optimistic.ts";
import * as people from "#lib/people.ts";
import { type Invitation, sendInvitations } from "#lib/people.ts";
import { invitationQuery, invitationsKey } from "#lib/queries.ts";
import { toast, toastFailure } from "#ui/toast.ts";

type OnSeatless = (seatless: Seatless) => void;
type Edit = (invitation: people.Invitation) => people.Invitation | undefined;

/** Returns the actions on an invitation. Each shows its effect at once, and is reverted if the API refuses. */
export function useInvitationActions(organizationId: string, onSeatless: OnSeatless) {
  const resend = useResend(organizationId);
  const changeRole = useChangeRole(organizationId);
  const inviteAgain = useInviteAgain(organizationId, onSeatless);
  const revoke = useRevoke(organizationId, inviteAgain);
  const reinstate = useReinstate(organizationId, onSeatless);
  const removeSuppression = useRemoveSuppression(organizationId);
  const copyLink = useCopyLink(organizationId);
  return { resend, changeRole, revoke, inviteAgain, reinstate, removeSuppression, copyLink };
}

export type InvitationActions = ReturnType<typeof useInvitationActions>;

function useResend(organizationId: string) {
  const queryClient = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: ({ id }: people.Invitation) => people.resendInvitation(organizationId, id),
    onMutate: (target) => show(queryClient, organizationId, target, (one) => ({ ...one, mail: "queued" })),
    onSuccess: (_, { email }) => {
      toast(`A new email was sent to ${email}`, { description: "The link in the earlier one stops working." });
      refreshLater(queryClient, organizationId);
    },
    onError: (error, { email }, putBack) => {
      putBack?.();
      toast(`No new email to ${email}`, { description: resendRefusal(error), type: "error" });
    },
  });
  return mutate;
}

function resendRefusal(error: unknown) {
  const isCooling = error instanceof ApiError && error.code === "invitation.resend_too_soon";
  return isCooling && error.retryAfterSeconds !== undefined
    ? `You sent one a moment ago. You can send another in ${waitText(error.retryAfterSeconds)}.`
    : toSentence(error);
}

type RoleChange = { target: people.Invitation; role: api.KnownRole; isUndo?: boolean };

function useChangeRole(organizationId: string) {
  const queryClient = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: ({ target, role }: RoleChange) => people.changeInvitedRole(organizationId, target.id, role),
    onMutate: ({ target, role }) => show(queryClient, organizationId, target, (one) => ({ ...one, role })),
    onSuccess: (_, { target, role, isUndo = false }) => {
      const { role: before } = target;
      const undo = api.isKnown(before) && (() => mutate({ target: { ...target, role }, role: before, isUndo: true }));
      toast(
        `${target.email} will join as ${roleText[role].label}`,
        isUndo || !undo ? {} : { action: { label: "Undo", run: undo } },
      );
    },
    onError: (error, { target }, putBack) =>
      toastFailure(`The role of ${target.email} was not changed`, error, putBack),
  });
  return (target: people.Invitation, role: api.Role) => api.isKnown(role) && mutate({ target, role });
}

/** A revoked link never works again: undoing means a new invitation, with a new email, and is called that. */
function useRevoke(organizationId: string, inviteAgain: (target: people.Invitation) => void) {
  const queryClient = useQueryClient();
  const refresh = useRefreshPeople(organizationId);
  const { mutate } = useMutation({
    mutationFn: ({ id }: people.Invitation) => people.revokeInvitation(organizationId, id),
    onMutate: (target) => show(queryClient, organizationId, target, () => undefined),
    onSuccess: (_, target) => {
      const action = { label: "Invite again", run: () => inviteAgain(target) };
      toast(`${target.email} is no longer invited`, { description: "The seat is free again.", action });
      refresh();
    },
    onError: (error, { email }, putBack) => toastFailure(`${email} is still invited`, error, putBack),
  });
  return mutate;
}

function useInviteAgain(organizationId: string, onSeatless: OnSeatless) {
  const queryClient = useQueryClient();
  const refresh = useRefreshPeople(organizationId);
  const { mutate } = useMutation({
    mutationFn: (target: people.Invitation) => inviteAgain(organizationId, target),
    onMutate: (target) => show(queryClient, organizationId, target, () => undefined),
    onSuccess: (_, { email }) => {
      toast(`${email} was invited again`, { description: "We sent a new email with a new link." });
      refresh();
    },
    onError: (error, target, putBack) => {
      const { email } = target;
      putBack?.();
      if (isSeatless(error)) {
        const next = { text: "When the seat is paid, they are invited again.", action: "Invite again" };
        return onSeatless({ name: email, purpose: "invitation", next, goOn: () => mutate(target) });
      }
      toastFailure(`${email} was not invited again`, error);
    },
  });
  return mutate;
}

function useReinstate(organizationId: string, onSeatless: OnSeatless) {
  const queryClient = useQueryClient();
  const refresh = useRefreshPeople(organizationId);
  const undo = useMutation({
    mutationFn: ({ account }: Pick<people.Member, "account" | "name">) => people.removeMember(organizationId, account),
    onSuccess: (_, { name }) => {
      toast(`${name} was removed`);
      refresh({ areMembersOther: true });
    },
    onError: (error, { name }) => toastFailure(`${name} is still a member`, error),
  });
  const { mutate } = useMutation({
    mutationFn: ({ id }: people.Invitation) => people.reinstateMember(organizationId, id),
    onMutate: (target) => show(queryClient, organizationId, target, () => undefined),
    onSuccess: (member) => {
      toast(`${member.name} was restored`, {
        description: `Their role is ${roleText[member.role].label}, as before.`,
        action: { label: "Undo", run: () => undo.mutate(member) },
      });
      refresh({ areMembersOther: true });
    },
    onError: (error, target, putBack) => {
      const { name, email } = target;
      putBack?.();
      if (isSeatless(error)) {
        const next = { text: "When the seat is paid, they are restored.", action: "Restore" };
        return onSeatless({ name: name ?? email, purpose: "member", next, goOn: () => mutate(target) });
      }
      toastFailure(`${name ?? email} was not restored`, error);
    },
  });
  return mutate;
}

/** Seats can be missing for a person, or for a row of a list, which is then left out. */
function isSeatless(error: unknown) {
  return error instanceof ApiError && error.code === "seat.limit_reached";
}

function useRemoveSuppression(organizationId: string) {
  const queryClient = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: ({ id }: people.Invitation) => people.removeInvitationSuppression(organizationId, id),
    onSuccess: (_, { email, id }) => {
      toast(`Email to ${email} is allowed again`, { description: "Resend the invitation to try it." });
      void queryClient.invalidateQueries({ queryKey: invitationQuery(organizationId, id).queryKey });
    },
    onError: (error, { email }) => toastFailure(`Email to ${email} is still suppressed`, error),
  });
  return mutate;
}

function useCopyLink(organizationId: string) {
  const { mutate } = useMutation({
    mutationFn: async ({ id }: people.Invitation) => {
      const { link } = await people.getInvitationLink(organizationId, id);
      await navigator.clipboard.writeText(link);
    },
    onSuccess: (_, { email }) =>
      toast("Link copied", { description: `Only ${email} can accept the invitation with it.` }),
    onError: (error) => toastFailure("The link was not copied", error),
  });
  return mutate;
}

function show(queryClient: QueryClient, organizationId: string, { id }: people.Invitation, edit: Edit) {
  return showAtOnce<people.Invitation>(queryClient, invitationsKey(organizationId), (one) =>
    one.id === id ? edit(one) : one,
  );
}

/** Email is sent through a queue: its status is known a moment later. */
const mailLagMs = 3_000;

function refreshLater(queryClient: QueryClient, organizationId: string) {
  window.setTimeout(() => void queryClient.invalidateQueries({ queryKey: invitationsKey(organizationId) }), mailLagMs);
}

/**
 * Invites the same person to the same role again.
 * @throws {ApiError} also if the API left the row out
 */
export async function inviteAgain(organizationId: string, { email, role, name }: Invitation) {
  if (!isKnown(role)) throw new ApiError("invitation.left_out", "A newer release of Muster granted this role.");
  const row = { email, role, ...(name !== undefined && { name }) };
  const { items } = await sendInvitations(organizationId, { invitations: [row] }, crypto.randomUUID());
  const [sent] = items;
  if (sent?.outcome !== "invited") {
    const code = sent?.outcome === "no_seat" ? "seat.limit_reached" : "invitation.left_out";
    throw new ApiError(code, sent?.message ?? "Nothing was sent.");
  }
}
