import { useLocation } from "@tanstack/react-router";
import { useEffect } from "react";
import { BrokenView } from "#features/failure/broken.tsx";
import { onSessionChange } from "#lib/session.ts";
import { useTitle } from "#lib/title.ts";
import { Loading } from "#ui/loading.tsx";
import { InvitationFrame } from "./frame.tsx";
import { OpenInvitation } from "./open-invitation.tsx";
import { OutcomeView, UnknownLink } from "./outcome-view.tsx";
import { useInvitation } from "./use-invitation.ts";

/** The page of an invitation link. Only a button changes anything: programs that scan email follow links too. */
export function InvitationPage() {
  const token = useLocation({ select: (location) => location.hash });
  const { invitation, lookAgain, stand } = useInvitation(token);

  useTitle(invitation.state === "known" ? `Invitation to ${invitation.preview.organization.name}` : "Invitation");
  useEffect(() => onSessionChange(lookAgain), [lookAgain]);

  switch (invitation.state) {
    case "loading":
      return (
        <InvitationFrame>
          <InvitationSkeleton />
        </InvitationFrame>
      );
    case "unknown":
      return (
        <InvitationFrame>
          <UnknownLink />
        </InvitationFrame>
      );
    case "broken":
      return (
        <main className="grid min-h-dvh place-items-center bg-bg">
          <BrokenView error={invitation.error} onRetry={lookAgain} isBusy={false} />
        </main>
      );
    case "known":
      return (
        <InvitationFrame account={invitation.account}>
          {invitation.billingStatus === "open" ? (
            <OpenInvitation token={token} known={invitation} onBillingStatus={stand} onLookAgain={lookAgain} />
          ) : (
            <OutcomeView token={token} known={invitation} billingStatus={invitation.billingStatus} />
          )}
        </InvitationFrame>
      );
  }
}

function InvitationSkeleton() {
  return (
    <Loading
      what="the invitation"
      className="grid justify-items-center gap-3"
      lines={[
        "size-14 rounded-xl",
        "mt-2 h-7 w-56",
        "h-5 w-72 max-w-full",
        "mt-3 h-32 w-full rounded-lg",
        "mt-2 h-9 w-full",
      ]}
    />
  );
}
