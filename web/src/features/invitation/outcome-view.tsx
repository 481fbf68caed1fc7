import { Link } from "@tanstack/react-router";
import { Link2Off, type LucideIcon } from "lucide-react";
import type { Preview } from "#lib/api.ts";
import { Button, buttonClass } from "#ui/button.tsx";
import { outcomes } from "./outcomes.ts";
import { Card, OrganizationsLink, touch } from "./parts.tsx";
import { RequestAgain } from "./request-invitation.tsx";
import type { InvitationState, Known } from "./use-invitation.ts";
import { useSignInFor } from "./use-sign-in-for.ts";

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
          to="/organizations/$organization"
          params={{ organization: preview.organization.id }}
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
