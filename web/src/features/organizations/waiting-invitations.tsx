import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { roleText } from "#features/rights/text.ts";
import { acceptInvitation, declineInvitation, type MyInvitation } from "#lib/api.ts";
import { showAtOnce } from "#lib/optimistic.ts";
import { myInvitationsQuery, organizationsQuery } from "#lib/queries.ts";
import { useOpened } from "#lib/use-opened.ts";
import { OrganizationMark } from "#ui/avatar.tsx";
import { Button } from "#ui/button.tsx";
import { Confirm } from "#ui/dialog.tsx";
import { Time } from "#ui/time.tsx";
import { toast, toastFailure } from "#ui/toast.ts";

/** Invitations to my own address, so that a lost email loses nothing. */
export function WaitingInvitations() {
  const query = useInfiniteQuery(myInvitationsQuery);
  const waiting = query.data?.pages.flatMap((page) => page.items) ?? [];
  const declining = useOpened<MyInvitation>();
  const decline = useDecline();
  const name = declining.shown?.organization.name;

  return (
    <>
      {waiting.length > 0 && (
        <section aria-labelledby="waiting" className="rise mb-6">
          <h2 id="waiting" className="mb-2 text-sm font-medium text-fg-2">
            {waiting.length === 1 ? "You have an invitation" : `You have ${waiting.length} invitations`}
          </h2>
          <ul className="card divide-y divide-border">
            {waiting.map((invitation) => (
              <Waiting
                key={invitation.organization.id}
                invitation={invitation}
                onDecline={() => declining.open(invitation)}
              />
            ))}
          </ul>
        </section>
      )}
      <Confirm
        {...declining.dialog}
        title={`Decline the invitation to ${name ?? "this organization"}?`}
        action="Decline invitation"
        onConfirm={() => {
          if (declining.shown) decline.mutate(declining.shown);
          declining.close();
        }}
        returnFocus={() => document.getElementById("main")}
      >
        The seat held for you goes back to {name}. To join later, you need a new invitation, unless your email domain
        lets you join.
      </Confirm>
    </>
  );
}

function Waiting({ invitation, onDecline }: { invitation: MyInvitation; onDecline: () => void }) {
  const accept = useAccept();
  const { organization, role, invitedBy, message, expiresAt } = invitation;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 px-4 py-3.5 sm:px-5">
      <OrganizationMark id={organization.id} name={organization.name} size="large" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="truncate text-base font-semibold">{organization.name}</p>
        <p className="text-sm text-fg-2">
          {invitedBy ?? "Someone"} invites you as {roleText[role].label}
          {expiresAt !== undefined && (
            <>
              {" "}
              · expires <Time at={expiresAt} />
            </>
          )}
        </p>
        {message !== undefined && <p className="mt-1 text-sm text-fg-3 break-words whitespace-pre-line">{message}</p>}
      </div>
      <div className="flex gap-2 max-sm:w-full max-sm:*:flex-1">
        <Button onClick={onDecline} aria-label={`Decline the invitation to ${organization.name}`}>
          Decline
        </Button>
        <Button
          variant="primary"
          isBusy={accept.isPending || accept.isSuccess}
          onClick={() => accept.mutate(invitation)}
          aria-label={`Accept the invitation to ${organization.name}`}
        >
          Accept
        </Button>
      </div>
    </li>
  );
}

function useAccept() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ token }: MyInvitation) => acceptInvitation(token),
    onSuccess: async ({ organization }) => {
      toast(`Welcome to ${organization.name}`);
      void queryClient.invalidateQueries({ queryKey: organizationsQuery.queryKey });
      await navigate({ to: "/organizations/$organization", params: { organization: organization.id } });
    },
    onError: (error, { organization }) => toastFailure(`You did not join ${organization.name}`, error),
    onSettled: () => queryClient.invalidateQueries({ queryKey: myInvitationsQuery.queryKey }),
  });
}

/** Removes the invitation from the list at once, and restores it if the API refuses. */
function useDecline() {
  const queryClient = useQueryClient();
  const { queryKey } = myInvitationsQuery;
  return useMutation({
    mutationFn: ({ token }: MyInvitation) => declineInvitation(token),
    onMutate: ({ token }) =>
      showAtOnce<MyInvitation>(queryClient, queryKey, (one) => (one.token === token ? undefined : one)),
    onSuccess: (_, { organization }) => toast(`You declined to join ${organization.name}`),
    onError: (error, { organization }, putBack) =>
      toastFailure(`The invitation to ${organization.name} is still open`, error, putBack),
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
}
