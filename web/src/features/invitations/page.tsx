import { endedDays } from "@muster/core/invitation/limits.ts";
import { formerDays } from "@muster/core/member/limits.ts";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { MailCheck, MailX, UserRoundX } from "lucide-react";
import { type ReactNode, useCallback } from "react";
import { Gate, PageGate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Seatless } from "#features/seats/add-seats-dialog.tsx";
import type { Organization } from "#lib/api.ts";
import { emailName } from "#lib/domain-name.ts";
import { pageOf } from "#lib/page-of.ts";
import type { Invitation, InvitationTab } from "#lib/people.ts";
import * as people from "#lib/people.ts";
import { useOpened } from "#lib/use-opened.ts";
import { EmptyState } from "#ui/empty-state.tsx";
import { NativeSelect } from "#ui/native-select.tsx";
import { opened } from "#ui/opened.tsx";
import { useSelection } from "#ui/table-selection.tsx";
import { PausedEmails, ResendButton } from "./emails.tsx";
import { InviteButton } from "./invite-button.tsx";
import { InvitationList, invitationId, useInvitations } from "./list.tsx";
import { InvitationMenus } from "./menus.tsx";
import { StalledEmails } from "./stalled-emails.tsx";
import { mailText } from "./text.ts";
import { useInvitationActions } from "./use-actions.ts";

const AddSeatsDialog = opened(async () => (await import("#features/seats/add-seats-dialog.tsx")).AddSeatsDialog);
const InvitationDetails = opened(async () => (await import("./details.tsx")).InvitationDetails);
const InvitationsBulk = opened(async () => (await import("./bulk.tsx")).InvitationsBulk);
const from = "/_signed-in/organizations/$organization/_people/invitations";

const nameOf = ({ email }: Invitation) => emailName(email);

export function InvitationsPage() {
  return (
    <PageGate page="invitations" skeleton={null}>
      {(organization) => <Invitations organization={organization} />}
    </PageGate>
  );
}

function Invitations({ organization }: { organization: Organization }) {
  const { tab = "pending", mail } = useSearch({ from });
  const list = useInvitations(organization.id, { tab, mail });
  const seatless = useOpened<Seatless>();
  const actions = useInvitationActions(organization.id, seatless.open);
  const whyNot = useCallback(
    ({ state, role }: Invitation) =>
      state === "pending"
        ? whyBlocked(organization, "invitation.revoke", { target: { role } })
        : "This invitation has ended.",
    [organization],
  );
  const selection = useSelection({
    items: list.invitations,
    what: "invitations",
    idOf: invitationId,
    nameOf,
    whyNot,
    scope: `${tab} ${mail}`,
  });
  const details = useOpened<Invitation>();

  return (
    <Gate query={list}>
      <div className="mt-4 empty:hidden">
        <PausedEmails organization={organization} />
        {tab === "pending" && !organization.mailsPaused && <StalledEmails organization={organization} />}
      </div>
      <div className="mt-4 flex flex-wrap items-center gap-x-4 gap-y-3">
        <StateTabs organizationId={organization.id} mail={mail} />
        {tab === "pending" && <MailFilter mail={mail} />}
        {mail && mail !== "queued" && list.invitations.length > 0 && (
          <ResendButton
            organization={organization}
            mail={mail}
            count={list.invitations.length}
            hasMore={list.hasNextPage}
            send={(cursor) => people.resendInvitations(organization.id, mail, cursor)}
          />
        )}
      </div>
      {list.isSuccess && list.invitations.length === 0 && !list.hasNextPage ? (
        <div className="card mt-3">
          {mail ? (
            <NoneOfMail mail={mail} />
          ) : (
            <NoInvitations tab={tab} blocked={whyBlocked(organization, "invitation.send")} />
          )}
        </div>
      ) : (
        <InvitationList list={list} selection={selection} tab={tab} organization={organization} actions={actions} />
      )}
      <InvitationsBulk
        isOpen={selection.selected.length > 0}
        organization={organization}
        selection={selection}
        hasMore={list.hasNextPage}
      />
      <InvitationMenus tab={tab} organization={organization} actions={actions} onDetails={details.open} />
      <InvitationDetails organization={organization} invitation={details.shown} {...details.dialog} actions={actions} />
      <AddSeatsDialog organization={organization} seatless={seatless.shown} {...seatless.dialog} />
    </Gate>
  );
}

const segment =
  "flex h-7 items-center rounded-md px-3 text-sm font-medium text-fg-2 hover:text-fg data-[status=active]:bg-surface data-[status=active]:text-fg data-[status=active]:shadow-1 pointer-coarse:h-9";

function StateTabs({ organizationId, mail }: { organizationId: string; mail: people.NotLeft | undefined }) {
  return (
    <nav aria-label="Invitations" className="flex w-fit gap-1 rounded-lg bg-surface-3 p-1">
      <StateTab organizationId={organizationId} search={mail ? { mail } : {}}>
        Pending
      </StateTab>
      <StateTab organizationId={organizationId} search={{ tab: "ended" }}>
        Ended
      </StateTab>
      <StateTab organizationId={organizationId} search={{ tab: "former" }}>
        Former members
      </StateTab>
    </nav>
  );
}

type TabProps = {
  organizationId: string;
  search: { tab?: "ended" | "former"; mail?: people.NotLeft };
  children: ReactNode;
};

function StateTab({ organizationId, search, children }: TabProps) {
  return (
    <Link
      {...pageOf(organizationId, "/invitations")}
      search={search}
      activeOptions={{ exact: true, explicitUndefined: true }}
      replace
      resetScroll={false}
      className={segment}
    >
      {children}
    </Link>
  );
}

/** Filters pending invitations by the status of their email. */
function MailFilter({ mail }: { mail: people.NotLeft | undefined }) {
  const navigate = useNavigate({ from: "/organizations/$organization/invitations" });
  return (
    <NativeSelect
      aria-label="Email"
      value={mail ?? "all"}
      options={mailOptions}
      onChoose={(value) =>
        void navigate({
          search: value === "queued" || value === "failed" || value === "unconfirmed" ? { mail: value } : {},
          replace: true,
          resetScroll: false,
        })
      }
    />
  );
}

const mailOptions = [
  { value: "all", label: "All emails" },
  { value: "queued", label: mailText.queued.label },
  { value: "failed", label: mailText.failed.label },
  { value: "unconfirmed", label: mailText.unconfirmed.label },
];

const noneTitle = {
  queued: "No email waits",
  failed: "No email failed",
  unconfirmed: "Every email is confirmed",
} as const;

function NoneOfMail({ mail }: { mail: people.NotLeft }) {
  return (
    <EmptyState icon={MailCheck} title={noneTitle[mail]}>
      Pending invitations whose email is “{mailText[mail].label}” appear here, with when it was requested.
      {mail !== "queued" && " You can resend them all at once."}
    </EmptyState>
  );
}

const none = {
  pending: { icon: MailCheck, title: "No pending invitations", text: "Pending invitations appear here." },
  ended: {
    icon: MailX,
    title: "No ended invitations",
    text: `Expired, declined, and revoked invitations stay here for ${endedDays} days.`,
  },
  former: {
    icon: UserRoundX,
    title: "No former members",
    text: `Former members appear here for ${formerDays} days. Removed members can be restored.`,
  },
} as const;

function NoInvitations({ tab, blocked }: { tab: InvitationTab; blocked: string | undefined }) {
  const { icon: Icon, title, text } = none[tab];
  return (
    <EmptyState icon={Icon} title={title} action={tab === "pending" && <InviteButton blocked={blocked} />}>
      {text}
    </EmptyState>
  );
}
