import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { ChevronDown, Ellipsis, RotateCw } from "lucide-react";
import { useMemo } from "react";
import { whyBlocked } from "#features/rights/blocked.ts";
import { roleText } from "#features/rights/text.ts";
import type { Organization } from "#lib/api.ts";
import { useNow } from "#lib/clock.ts";
import { emailName } from "#lib/domain-name.ts";
import type { Format } from "#lib/format.ts";
import type { Invitation, InvitationsShown, InvitationTab } from "#lib/people.ts";
import { invitationsKey, invitationsQuery } from "#lib/queries.ts";
import { useFormat } from "#lib/use-format.ts";
import { useKeptPages } from "#lib/use-kept-pages.ts";
import { BlockedText } from "#ui/blocked-text.tsx";
import { Button, buttonClass } from "#ui/button.tsx";
import { LongTable } from "#ui/long-table.tsx";
import type { Column } from "#ui/table.tsx";
import type { SelectionOf } from "#ui/table-selection.tsx";
import { invitationActionsId, MailBadge, StateBadge } from "./badges.tsx";
import { ActionsTrigger, RoleTrigger, whyNotMain } from "./menus.tsx";
import type { InvitationActions } from "./use-actions.ts";

const titles = { pending: "Pending invitations", ended: "Ended invitations", former: "Former members" };
const times = { pending: "Expires", ended: "Ended", former: "Left" };

type Shown = { tab: InvitationTab; organization: Organization; actions: InvitationActions };
type Props = Shown & { list: ReturnType<typeof useInvitations>; selection: SelectionOf<Invitation> };

export const invitationId = ({ id }: Invitation) => id;

export function InvitationList({ list, selection, tab, organization, actions }: Props) {
  const format = useFormat();
  const now = useNow();
  const columns = useMemo(
    () => columnsFor({ tab, organization, actions }, format, now),
    [tab, organization, actions, format, now],
  );
  return (
    <div className="mt-3">
      <LongTable
        label={titles[tab]}
        columns={columns}
        list={list}
        items={list.invitations}
        idOf={invitationId}
        selection={tab === "pending" ? selection : undefined}
      />
    </div>
  );
}

function columnsFor({ tab, organization, actions }: Shown, format: Format, now: number): Column<Invitation>[] {
  return [
    {
      head: "Address",
      cell: (invitation) => (
        <>
          <p className="truncate font-medium" title={invitation.email}>
            {emailName(invitation.email)}
          </p>
          <p className="truncate text-sm text-fg-3">
            <span className="md:hidden">{roleText[invitation.role].label} · </span>
            {originOf(invitation)}
          </p>
        </>
      ),
    },
    {
      head: "Role",
      width: "96px",
      narrow: "hidden",
      className: "text-sm text-fg-2",
      cell: (invitation) => <RoleCell organization={organization} invitation={invitation} />,
    },
    {
      head: tab === "pending" ? "Email" : "Status",
      width: "116px",
      narrow: "92px",
      cell: (invitation) => <Status invitation={invitation} format={format} now={now} />,
    },
    {
      head: times[tab],
      width: "112px",
      narrow: "hidden",
      className: "text-sm text-fg-2",
      cell: ({ at }) => (
        <time dateTime={at} title={format.absolute(at)} className="tabular whitespace-nowrap">
          {format.relative(at, now)}
        </time>
      ),
    },
    {
      head: "Actions",
      isHeadHidden: true,
      width: "132px",
      narrow: "36px",
      className: "flex justify-end gap-1",
      cell: (invitation) => (
        <>
          <MainAction organization={organization} invitation={invitation} actions={actions} />
          <ActionsTrigger
            payload={invitation}
            id={invitationActionsId(invitation)}
            aria-label={`Actions for ${invitation.email}`}
            className={buttonClass({ variant: "ghost", size: "iconSmall" }, "-mr-1.5 data-popup-open:bg-surface-3")}
          >
            <Ellipsis />
          </ActionsTrigger>
        </>
      ),
    },
  ];
}

type CellProps = { organization: Organization; invitation: Invitation };

function RoleCell({ organization, invitation }: CellProps) {
  const { email, role, state } = invitation;
  const { label } = roleText[role];
  const blocked = whyBlocked(organization, "invitation.changeRole", { target: { role } });
  const name = `Role of ${email}: ${label}`;
  if (state !== "pending") return <span className="font-medium">{label}</span>;
  return blocked === undefined ? (
    <RoleTrigger
      payload={invitation}
      aria-label={name}
      className={buttonClass({ variant: "ghost", size: "small" }, "-ml-2 data-popup-open:bg-surface-3")}
    >
      {label}
      <ChevronDown className="size-3.5! text-fg-3" />
    </RoleTrigger>
  ) : (
    <BlockedText label={name} blocked={blocked}>
      {label}
    </BlockedText>
  );
}

function Status({ invitation, format, now }: { invitation: Invitation; format: Format; now: number }) {
  const { state, mailAt } = invitation;
  if (state !== "pending") return <StateBadge invitation={invitation} />;
  return (
    <>
      <MailBadge invitation={invitation} />
      {mailAt !== undefined && (
        <time
          dateTime={mailAt}
          title={`Requested ${format.absolute(mailAt)}`}
          className="tabular block truncate pt-0.5 text-xs text-fg-3"
        >
          {format.relative(mailAt, now)}
        </time>
      )}
    </>
  );
}

function MainAction({ organization, invitation, actions }: CellProps & { actions: InvitationActions }) {
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
  return state === "former" ? (
    <Button {...look} onClick={() => actions.reinstate(invitation)} aria-label={`Restore ${email}`}>
      Restore
    </Button>
  ) : (
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

function originOf({ invitedBy, name, state, reason }: Invitation) {
  const by = invitedBy?.name === undefined ? undefined : `invited by ${invitedBy.name}`;
  const parts = state === "former" ? [name] : [name, by, reason && shortReason[reason]];
  return parts.filter((part) => part !== undefined).join(" · ") || (state === "former" ? "was a member" : "invited");
}

export function useInvitations(organizationId: string, shown: InvitationsShown) {
  const kept = useKeptPages(invitationsKey(organizationId));
  const query = useInfiniteQuery({
    ...invitationsQuery(organizationId, shown),
    ...kept,
    placeholderData: keepPreviousData,
  });
  const pages = query.data?.pages;
  const invitations = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  return { ...query, invitations };
}
