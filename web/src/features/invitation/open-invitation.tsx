import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { roleText } from "#features/rights/text.ts";
import { FailureBanner } from "#features/sign-in/failure-banner.tsx";
import { acceptInvitation, declineInvitation, type Preview } from "#lib/api.ts";
import { ApiError } from "#lib/failure.ts";
import { focusNow } from "#lib/focus.ts";
import { formatFor } from "#lib/format.ts";
import { useTask } from "#lib/use-task.ts";
import { OrganizationMark } from "#ui/avatar.tsx";
import { Button } from "#ui/button.tsx";
import { Card, inviterOf, touch } from "./frame.tsx";
import { SwitchAccount } from "./switch-account.tsx";
import { type InvitationState, type Known, useSignInFor } from "./use-invitation.ts";

const format = formatFor(undefined, undefined);

type Props = {
  token: string;
  known: Known;
  onBillingStatus: (billingStatus: InvitationState) => void;
  onLookAgain: () => void;
};

/** An invitation that can be accepted: only by the person it was sent to. */
export function OpenInvitation({ token, known, onBillingStatus, onLookAgain }: Props) {
  const { preview, account } = known;
  const [isDeclining, setDeclining] = useState(false);
  if (account !== undefined && account.email !== preview.email) {
    return <SwitchAccount preview={preview} account={account} />;
  }
  if (isDeclining) {
    return (
      <DeclineQuestion
        token={token}
        preview={preview}
        onDeclined={() => onBillingStatus("declined")}
        onKeep={() => setDeclining(false)}
      />
    );
  }
  return (
    <Card
      picture={<OrganizationMark id={preview.organization.id} name={preview.organization.name} size="huge" />}
      title={<>Join {preview.organization.name}</>}
      lead={
        <>
          <strong className="font-medium text-fg">{inviterOf(preview)}</strong> invites you.
        </>
      }
    >
      <Facts preview={preview} />
      {account === undefined ? (
        <SignInFirst preview={preview} />
      ) : (
        <Decision
          token={token}
          onBillingStatus={onBillingStatus}
          onLookAgain={onLookAgain}
          onDecline={() => setDeclining(true)}
        />
      )}
    </Card>
  );
}

function Facts({ preview: { role, email, message, expiresAt } }: { preview: Preview }) {
  return (
    <>
      {message !== undefined && (
        <blockquote className="rounded-lg bg-surface-2 px-4 py-3 text-fg-2 break-words whitespace-pre-line">
          {message}
        </blockquote>
      )}
      <dl className="grid gap-2.5 rounded-lg border border-border px-4 py-3 text-sm">
        <Fact term="For">
          <span className="wrap-anywhere">{email}</span>
        </Fact>
        <Fact term="Role">
          {roleText[role].label}
          <span className="block font-normal text-fg-3">{roleText[role].can}</span>
        </Fact>
        {expiresAt !== undefined && (
          <Fact term="Expires">
            <time dateTime={expiresAt}>{format.absolute(expiresAt)}</time>
          </Fact>
        )}
      </dl>
    </>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[88px_minmax(0,1fr)] gap-3">
      <dt className="text-fg-2">{term}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  );
}

function SignInFirst({ preview }: { preview: Preview }) {
  const signInFor = useSignInFor();
  return (
    <>
      <Button variant="primary" size="large" className={touch} onClick={() => signInFor(preview.email)}>
        Sign in to accept
      </Button>
      <p className="text-center text-sm text-fg-3">
        No account yet? We create one when you sign in, without a password.
      </p>
    </>
  );
}

type DecisionProps = Omit<Props, "known"> & { onDecline: () => void };

function Decision({ token, onBillingStatus, onLookAgain, onDecline }: DecisionProps) {
  const navigate = useNavigate();
  const accept = useTask(async () => {
    try {
      const { organization } = await acceptInvitation(token);
      await navigate({
        to: "/organizations/$organization",
        params: { organization: organization.id },
        replace: true,
      });
    } catch (error) {
      const billingStatus = stateOfFailure(error);
      if (billingStatus !== undefined) {
        onBillingStatus(billingStatus);
      } else if (error instanceof ApiError && needsAnotherLook.includes(error.code)) {
        onLookAgain();
      } else {
        throw error;
      }
    }
  });
  return (
    <>
      {accept.failure && <FailureBanner failure={accept.failure} />}
      <Button
        variant="primary"
        size="large"
        isBusy={accept.isBusy}
        className={touch}
        onClick={() => void accept.run(undefined)}
      >
        Accept and join
      </Button>
      <Button variant="ghost" size="large" className={touch} onClick={onDecline}>
        Decline
      </Button>
    </>
  );
}

/** Failures that mean the page is outdated: somebody else is signed in by now, or nobody. */
const needsAnotherLook = ["actor.unauthenticated", "invitation.wrong_account", "invitation.missing"];

type QuestionProps = { token: string; preview: Preview; onDeclined: () => void; onKeep: () => void };

function DeclineQuestion({ token, preview, onDeclined, onKeep }: QuestionProps) {
  const decline = useTask(async () => {
    await declineInvitation(token);
    onDeclined();
  });
  return (
    <Card
      picture={<OrganizationMark id={preview.organization.id} name={preview.organization.name} size="huge" />}
      title="Decline this invitation?"
      lead={`The seat held for you goes back to ${preview.organization.name}. Nobody is notified; owners and admins see it in the list of invitations.`}
    >
      {decline.failure && <FailureBanner failure={decline.failure} />}
      <Button
        variant="danger"
        size="large"
        isBusy={decline.isBusy}
        className={touch}
        onClick={() => void decline.run(undefined)}
      >
        Decline invitation
      </Button>
      <Button size="large" className={touch} onClick={onKeep} ref={focusNow}>
        Keep invitation
      </Button>
    </Card>
  );
}

const billingStatuses: Record<string, InvitationState> = {
  "invitation.expired": "expired",
  "invitation.revoked": "revoked",
  "invitation.declined": "declined",
  "invitation.used": "used",
  "invitation.superseded": "superseded",
  "invitation.inviter_unauthorized": "inviter_unauthorized",
  "organization.suspended": "suspended",
  "organization.deleted": "deleted",
  "member.exists": "member",
};

/** The current state of an invitation that could not be accepted. */
function stateOfFailure(error: unknown) {
  return error instanceof ApiError ? billingStatuses[error.code] : undefined;
}
