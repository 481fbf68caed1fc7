import { ChevronDown, Ellipsis, RotateCw } from "lucide-react";
import { memo } from "react";
import type { Choose } from "#features/bulk/selection.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { roleText } from "#features/rights/text.ts";
import type { Organization } from "#lib/api.ts";
import { cn } from "#lib/cn.ts";
import { emailName } from "#lib/domain-name.ts";
import type { Format } from "#lib/format.ts";
import type { Invitation, InvitationTab } from "#lib/people.ts";
import { Badge } from "#ui/badge.tsx";
import { BlockedText } from "#ui/blocked-text.tsx";
import { Button, buttonClass } from "#ui/button.tsx";
import { CheckBox } from "#ui/check-box.tsx";
import { ActionsTrigger, RoleTrigger, whyNotMain } from "./menus.tsx";
import { mailText, reasonText, stateText } from "./text.ts";
import type { InvitationActions } from "./use-actions.ts";

export const rowHeight = 60;

/** Pending invitations can be selected. */
export function columnsFor(tab: InvitationTab) {
  return cn(
    "grid items-center gap-x-4 px-4 max-sm:gap-x-3 sm:px-5",
    tab === "pending"
      ? "grid-cols-[16px_minmax(0,1fr)_92px_36px] md:grid-cols-[16px_minmax(0,1fr)_96px_104px_112px_132px]"
      : "grid-cols-[minmax(0,1fr)_92px_36px] md:grid-cols-[minmax(0,1fr)_96px_104px_112px_132px]",
  );
}

type Props = {
  invitation: Invitation;
  index: number;
  tab: InvitationTab;
  isSelected: boolean;
  onChoose: Choose;
  organization: Organization;
  actions: InvitationActions;
  /** Computed once by the list and shared by all rows. */
  format: Format;
  now: number;
};

export const InvitationRow = memo(function InvitationRow(props: Props) {
  const { invitation, index, tab, isSelected, onChoose, organization, actions, format, now } = props;
  const { email, role, state, at, mailAt } = invitation;
  const isPending = state === "pending";
  const target = { role };
  const blocked = whyBlocked(organization, "invitation.changeRole", { target });
  const roleName = `Role of ${email}: ${roleText[role].label}`;
  return (
    <tr
      aria-rowindex={index + 2}
      className={cn(
        columnsFor(tab),
        "h-15 border-b border-border",
        isSelected ? "bg-accent-soft" : "hover:bg-surface-2",
      )}
    >
      {tab === "pending" && (
        <td>
          <CheckBox
            label={`Select ${email}`}
            blocked={whyBlocked(organization, "invitation.revoke", { target })}
            isChecked={isSelected}
            onChange={(isOn, isRange) => onChoose(invitation.id, isOn, isRange)}
          />
        </td>
      )}
      <td className="min-w-0">
        <p className="truncate font-medium" title={email}>
          {emailName(email)}
        </p>
        <p className="truncate text-sm text-fg-3">
          <span className="md:hidden">{roleText[role].label} · </span>
          <Origin invitation={invitation} />
        </p>
      </td>
      <td className="text-sm text-fg-2 max-md:hidden">
        {!isPending ? (
          <span className="font-medium">{roleText[role].label}</span>
        ) : blocked === undefined ? (
          <RoleTrigger
            payload={invitation}
            aria-label={roleName}
            className={buttonClass({ variant: "ghost", size: "small" }, "-ml-2 data-popup-open:bg-surface-3")}
          >
            {roleText[role].label}
            <ChevronDown className="size-3.5! text-fg-3" />
          </RoleTrigger>
        ) : (
          <BlockedText label={roleName} blocked={blocked}>
            {roleText[role].label}
          </BlockedText>
        )}
      </td>
      <td>
        {isPending ? <MailBadge invitation={invitation} /> : <StateBadge invitation={invitation} />}
        {isPending && mailAt !== undefined && (
          <time
            dateTime={mailAt}
            title={`Requested ${format.absolute(mailAt)}`}
            className="tabular block truncate pt-0.5 text-xs text-fg-3"
          >
            {format.relative(mailAt, now)}
          </time>
        )}
      </td>
      <td className="text-sm text-fg-2 max-md:hidden">
        <time dateTime={at} title={format.absolute(at)} className="tabular whitespace-nowrap">
          {format.relative(at, now)}
        </time>
      </td>
      <td className="flex justify-end gap-1">
        <MainAction organization={organization} invitation={invitation} actions={actions} />
        <ActionsTrigger
          payload={invitation}
          id={invitationActionsId(invitation)}
          aria-label={`Actions for ${email}`}
          className={buttonClass({ variant: "ghost", size: "iconSmall" }, "-mr-1.5 data-popup-open:bg-surface-3")}
        >
          <Ellipsis />
        </ActionsTrigger>
      </td>
    </tr>
  );
});

function MainAction({ organization, invitation, actions }: Pick<Props, "organization" | "invitation" | "actions">) {
  const { email, state } = invitation;
  const blocked = whyNotMain(organization, invitation);
  const look = { size: "small", className: "max-md:hidden", blocked } as const;
  if (state === "pending") {
    return (
      <Button {...look} onClick={() => actions.resend(invitation)} aria-label={`Resend to ${email}`}>
        <RotateCw />
        Resend
      </Button>
    );
  }
  if (state === "former") {
    return (
      <Button {...look} onClick={() => actions.reinstate(invitation)} aria-label={`Restore ${email}`}>
        Restore
      </Button>
    );
  }
  return (
    <Button {...look} onClick={() => actions.inviteAgain(invitation)} aria-label={`Invite ${email} again`}>
      Invite again
    </Button>
  );
}

/** Below the address, where its whole sentence has no room. */
const shortReason = {
  inviter_left: "inviter left",
  inviter_role_changed: "inviter has another role",
  unknown: undefined,
};

function Origin({ invitation: { invitedBy, name, state, reason } }: { invitation: Invitation }) {
  const by = invitedBy?.name === undefined ? undefined : `invited by ${invitedBy.name}`;
  const parts = state === "former" ? [name] : [name, by, reason && shortReason[reason]];
  return parts.filter((part) => part !== undefined).join(" · ") || (state === "former" ? "was a member" : "invited");
}

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
