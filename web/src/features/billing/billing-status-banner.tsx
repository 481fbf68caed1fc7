import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { may } from "#features/rights/permissions.ts";
import { PayLink } from "#features/seats/pending-change.tsx";
import { PortalButton } from "#features/seats/portal-button.tsx";
import { owedText } from "#features/seats/text.ts";
import type { Organization } from "#lib/api.ts";
import { billingQuery } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";
import { pageOf } from "#lib/page-of.ts";
import { useFormat } from "#lib/use-format.ts";
import { Banner } from "#ui/banner.tsx";
import { buttonClass } from "#ui/button.tsx";

/**
 * On every page of an organization with a billing problem: the reason, what still works, and what helps; unless the
 * page says so itself.
 */
export function BillingStatusBanner({ organization }: { organization: Organization }) {
  const isBilling = useLocation({ select: ({ pathname }) => /\/billing\/?$/.test(pathname) });
  const isManager = may(organization.role, "billing.get");
  const isOver = organization.billingStatus === "canceled" || organization.billingStatus === "read_only";
  if (isBilling && isOver) {
    return null;
  }
  const text = isManager ? <ForManagers organization={organization} /> : <ForMembers organization={organization} />;
  return (
    <div className="mb-5">
      <Banner tone={organization.billingStatus === "read_only" ? "info" : "warning"}>
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <div className="min-w-0 flex-1 basis-72">{text}</div>
          {isManager &&
            (isBilling ? <WayOut organization={organization} /> : <BillingLink organization={organization} />)}
        </div>
      </Banner>
    </div>
  );
}

function ForMembers({ organization: { name } }: { organization: Organization }) {
  return (
    <>
      <Why>{name} is read-only.</Why> You can view everything, delete what you wrote, and leave. Nothing can be added or
      edited. An owner or admin can fix this.
    </>
  );
}

function ForManagers({ organization }: { organization: Organization }): ReactNode {
  const { billingStatus, seats } = organization;
  const { committed = 0, capacity = 0 } = seats ?? {};
  switch (billingStatus) {
    case "unknown":
      return null;
    case "past_due":
      return <PastDue organizationId={organization.id} />;
    case "over_limit":
      return (
        <>
          <Why>
            {plural(committed, "seat is", "seats are")} in use, but there {capacity === 1 ? "is" : "are"} only{" "}
            {capacity}.
          </Why>{" "}
          Nobody was removed. Nobody can be invited until more than{" "}
          {plural(committed - capacity, "seat is", "seats are")} added or freed.
        </>
      );
    case "canceled":
      return <Canceled organization={organization} />;
    case "read_only":
      return (
        <>
          <Why>This organization is read-only.</Why> {plural(committed, "seat is", "seats are")} in use, but without a
          subscription you have only {capacity}. Remove people and revoke invitations until they fit, or choose a plan.
          Your data is kept.
        </>
      );
    case "free":
    case "trialing":
    case "active":
    case undefined:
      return null;
  }
}

/** Says what Stripe does next, until when everything else works, and what helps. */
function PastDue({ organizationId }: { organizationId: string }) {
  const { data } = useQuery(billingQuery(organizationId));
  const { date } = useFormat();
  const { retryAt, worksUntil } = data?.owed ?? {};
  return (
    <>
      <Why>{owedText(data ?? {})}</Why>{" "}
      {data?.owed &&
        !data.byInvoice &&
        (retryAt === undefined
          ? "No further attempt is planned: pay the invoice, or use another payment method. "
          : `Stripe tries again on ${date(retryAt)}. `)}
      Until it is paid, nobody can be invited, and seats and plan can’t be changed. Everything else works
      {worksUntil === undefined ? "" : ` until at least ${date(worksUntil)}`}, including removing people.
    </>
  );
}

function Canceled({ organization: { id, seats } }: { organization: Organization }) {
  const { data } = useQuery(billingQuery(id));
  const { date } = useFormat();
  const { committed = 0, capacity = 0 } = seats ?? {};
  const until = data?.graceUntil === undefined ? "For some days" : `Until ${date(data.graceUntil)}`;
  return (
    <>
      <Why>The subscription has ended.</Why> {until} everything except inviting works; then the organization is{" "}
      {committed > capacity
        ? `read-only, unless it fits the free plan: ${plural(committed, "seat is", "seats are")} in use, but without a subscription you have only ${capacity}.`
        : "on the free plan."}
    </>
  );
}

function WayOut({ organization: { id, billingStatus } }: { organization: Organization }) {
  const { data } = useQuery(billingQuery(id));
  return billingStatus === "past_due" ? (
    <span className="flex flex-wrap gap-2">
      <PayLink organizationId={id} />
      {!data?.byInvoice && (
        <PortalButton organizationId={id} purpose="payment_method">
          Use another payment method
        </PortalButton>
      )}
    </span>
  ) : null;
}

function BillingLink({ organization: { id, billingStatus } }: { organization: Organization }) {
  const isOver = billingStatus === "canceled" || billingStatus === "read_only";
  return (
    <Link {...pageOf(id, "/billing")} className={buttonClass()}>
      {isOver ? "Choose a plan" : billingStatus === "past_due" ? "Pay" : "Add seats"}
    </Link>
  );
}

function Why({ children }: { children: ReactNode }) {
  return <strong className="font-semibold">{children}</strong>;
}
