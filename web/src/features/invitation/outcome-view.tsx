import { Link } from "@tanstack/react-router";
import { Link2Off, type LucideIcon } from "lucide-react";
import { useState } from "react";
import { FailureBanner } from "#features/sign-in/failure-banner.tsx";
import { type Preview, requestInvitation } from "#lib/api.ts";
import { ApiError } from "#lib/failure.ts";
import { pageOf } from "#lib/page-of.ts";
import { useTask } from "#lib/use-task.ts";
import { Banner } from "#ui/banner.tsx";
import { Button, buttonClass } from "#ui/button.tsx";
import { Card, OrganizationsLink, touch } from "./frame.tsx";
import { outcomes } from "./outcomes.ts";
import { type InvitationState, type Known, useSignInFor } from "./use-invitation.ts";

type Over = Exclude<InvitationState, "open">;
type Props = { token: string; known: Known; billingStatus: Over };

/** An invitation that cannot be accepted: why, and what helps. */
export function OutcomeView({ token, known, billingStatus }: Props) {
  const { preview, account } = known;
  const { icon, title, lead, mayRequest } = outcomes[billingStatus];
  return (
    <Card picture={<Sign icon={icon} />} title={title} lead={lead(preview)}>
      {billingStatus === "member" && (
        <Link
          {...pageOf(preview.organization.id, "")}
          className={buttonClass({ variant: "primary", size: "large" }, touch)}
        >
          Go to {preview.organization.name}
        </Link>
      )}
      {mayRequest && <RequestAgain token={token} organization={preview.organization.name} />}
      {account === undefined ? <SignIn preview={preview} billingStatus={billingStatus} /> : <OrganizationsLink />}
    </Card>
  );
}

function SignIn({ preview, billingStatus }: { preview: Preview; billingStatus: Over }) {
  const signInFor = useSignInFor();
  const isTheWayOn = billingStatus === "used" || billingStatus === "superseded";
  return isTheWayOn ? (
    <Button variant="primary" size="large" className={touch} onClick={() => signInFor(preview.email)}>
      Sign in
    </Button>
  ) : null;
}

/** A link without a token, or with an invalid one. */
export function UnknownLink() {
  return (
    <Card
      picture={<Sign icon={Link2Off} />}
      title="This link doesn’t work"
      lead="It may be incomplete. Open it from the email again, or copy all of it."
    >
      <OrganizationsLink variant="primary" />
    </Card>
  );
}

function Sign({ icon: Icon }: { icon: LucideIcon }) {
  return (
    <span className="grid size-14 place-items-center rounded-xl border border-border bg-surface-2 text-fg-2">
      <Icon aria-hidden className="size-6" />
    </span>
  );
}

/** Tells owners and admins that somebody wants a new invitation, once a day. */
function RequestAgain({ token, organization }: { token: string; organization: string }) {
  const [answer, setAnswer] = useState<"requested" | "requested-lately">();
  const request = useTask(async () => {
    try {
      await requestInvitation(token);
      setAnswer("requested");
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "rate.limited") {
        throw error;
      }
      setAnswer("requested-lately");
    }
  });

  if (answer === "requested") {
    return <Banner tone="success">The owners and admins of {organization} know that you want a new invitation.</Banner>;
  }
  if (answer === "requested-lately") {
    return <Banner tone="info">You requested one in the last 24 hours. Try again later.</Banner>;
  }
  return (
    <>
      {request.failure && <FailureBanner failure={request.failure} />}
      <Button
        variant="primary"
        size="large"
        isBusy={request.isBusy}
        className={touch}
        onClick={() => void request.run(undefined)}
      >
        Request a new invitation
      </Button>
    </>
  );
}
