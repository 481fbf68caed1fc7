import type { Invitation } from "#lib/people.ts";
import { Badge } from "#ui/badge.tsx";
import { mailText, reasonText, stateText } from "./text.ts";

export function MailBadge({ invitation: { mail } }: { invitation: Pick<Invitation, "mail"> }) {
  if (mail === undefined) {
    return null;
  }
  const { icon: Icon, label, tone, meaning } = mailText[mail];
  return (
    <span title={meaning} className="inline-flex">
      <Badge tone={tone}>
        <Icon aria-hidden className="size-3" />
        {label}
      </Badge>
    </span>
  );
}

export function StateBadge({ invitation: { state, reason } }: { invitation: Invitation }) {
  return (
    <span {...(reason && { title: reasonText[reason] })} className="inline-flex">
      <Badge tone={stateText[state].tone}>{stateText[state].label}</Badge>
    </span>
  );
}

/** Returns the id of the button that gets the focus back after a dialog about this invitation. */
export function invitationActionsId({ id }: Pick<Invitation, "id">) {
  return `actions-${id}`;
}
