import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Gate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { roleText } from "#features/rights/text.ts";
import type { Organization } from "#lib/api.ts";
import { emailName } from "#lib/domain-name.ts";
import type { InvitationDetails as Detailed, Invitation } from "#lib/people.ts";
import { invitationQuery } from "#lib/queries.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { CopyableId } from "#ui/copy-button.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { DialogBody } from "#ui/dialog-parts.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { Time } from "#ui/time.tsx";
import { invitationActionsId, MailBadge, StateBadge } from "./badges.tsx";
import { mailText, reasonText } from "./text.ts";
import type { InvitationActions } from "./use-actions.ts";

type Props = {
  organization: Organization;
  invitation: Invitation | undefined;
  isOpen: boolean;
  onClose: () => void;
  actions: InvitationActions;
};

export function InvitationDetails({ organization, invitation, isOpen, onClose, actions }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={emailName(invitation?.email ?? "")}
      returnFocus={() => (invitation ? document.getElementById(invitationActionsId(invitation)) : null)}
    >
      {invitation && <Details organization={organization} invitation={invitation} actions={actions} />}
    </Dialog>
  );
}

type DetailsProps = { organization: Organization; invitation: Invitation; actions: InvitationActions };

function Details({ organization, invitation, actions }: DetailsProps) {
  const query = useQuery(invitationQuery(organization.id, invitation.id));
  const { data: details } = query;
  const present = details ?? invitation;
  return (
    <DialogBody>
      <Gate query={query} part="">
        {null}
      </Gate>
      {details?.suppressed && <Suppressed {...{ organization, actions }} invitation={details} />}
      <dl className="grid gap-2.5 text-sm">
        <Fact term="Status">
          <StateBadge invitation={present} />
          {present.reason && <span className="mt-1 block font-normal text-fg-3">{reasonText[present.reason]}</span>}
        </Fact>
        {present.mail && <MailFact mail={present.mail} invitation={present} />}
        {details && <Reminder {...details} />}
        <Fact term="Role">{roleText[present.role].label}</Fact>
        {present.invitedBy?.name && <Fact term="Invited by">{present.invitedBy.name}</Fact>}
        <Fact term="Invited">
          {details ? details.invitedAt && <Time at={details.invitedAt} /> : <Skeleton className="h-4 w-24" />}
        </Fact>
        {details && <LastSent {...details} />}
        <Fact term={present.state === "pending" ? "Expires" : "Ended"}>
          <Time at={present.at} />
        </Fact>
        <Fact term="ID">
          <CopyableId id={invitation.id} label="invitation ID" />
        </Fact>
      </dl>
      {details?.message && (
        <blockquote className="rounded-lg bg-surface-2 px-4 py-3 text-sm text-fg-2 break-words whitespace-pre-line">
          {details.message}
        </blockquote>
      )}
    </DialogBody>
  );
}

/** Says why emails no longer go to the address, and whether that can be ended here. */
function Suppressed({ organization, invitation, actions }: DetailsProps & { invitation: Detailed }) {
  const hasBounced = invitation.suppressed === "bounced";
  return (
    <Banner
      tone="warning"
      action={
        hasBounced && (
          <Button
            size="small"
            blocked={whyBlocked(organization, "invitation.removeSuppression")}
            onClick={() => actions.removeSuppression(invitation)}
          >
            Allow email again
          </Button>
        )
      }
    >
      {hasBounced
        ? "Suppressed: an email to this address bounced."
        : "Suppressed: an email was marked as spam. Only the operator can allow email again."}
    </Banner>
  );
}

type MailProps = { mail: NonNullable<Invitation["mail"]>; invitation: Invitation };

function MailFact({ mail, invitation }: MailProps) {
  return (
    <Fact term="Email">
      <MailBadge invitation={invitation} />
      <span className="mt-1 block font-normal text-fg-3">
        {mailText[mail].meaning}
        {invitation.mailAt && (
          <>
            {" "}
            Requested <Time at={invitation.mailAt} />.
          </>
        )}
      </span>
    </Fact>
  );
}

function Reminder({ reminder }: Pick<Detailed, "reminder">) {
  return (
    reminder && (
      <Fact term="Reminder">
        <MailBadge invitation={{ mail: reminder }} />
      </Fact>
    )
  );
}

function LastSent({ attempt, sentAt }: Pick<Detailed, "attempt" | "sentAt">) {
  return (
    attempt > 1 &&
    sentAt && (
      <Fact term="Last sent">
        <Time at={sentAt} />, email {attempt}
      </Fact>
    )
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[88px_minmax(0,1fr)] gap-3">
      <dt className="text-fg-2">{term}</dt>
      <dd className="min-w-0 font-medium">{children}</dd>
    </div>
  );
}
