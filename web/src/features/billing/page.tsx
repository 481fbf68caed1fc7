import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { Gate, PageGate } from "#features/failure/gate.tsx";
import { PayLink, PendingChange } from "#features/seats/pending-change.tsx";
import { SeatRequests } from "#features/seats/requests.tsx";
import { isSubscribed, minimumOf } from "#features/seats/text.ts";
import { usePlans } from "#features/seats/use-plans.ts";
import type { Organization } from "#lib/api.ts";
import { type Billing, billingQuery } from "#lib/billing.ts";
import { organizationQuery } from "#lib/queries.ts";
import { seatRequestsQuery } from "#lib/seat-requests.ts";
import { Banner } from "#ui/banner.tsx";
import { PageHeader } from "#ui/card.tsx";
import { Lines, Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { AutomaticSeats } from "./automatic-seats.tsx";
import { CheckoutDone } from "./checkout-done.tsx";
import { ContactCard } from "./contact-card.tsx";
import { DiscountCard } from "./discount-card.tsx";
import { DisputedPayments } from "./disputed-payments.tsx";
import { FreeSection } from "./free-section.tsx";
import { Invoices } from "./invoices.tsx";
import { PaymentCard } from "./method-card.tsx";
import { takenOf } from "./order-form.tsx";
import { PlanSection } from "./plan-section.tsx";
import { ProcessingBanner } from "./processing-banner.tsx";
import { SeatsSection } from "./seats-section.tsx";
import { UnusedPayments } from "./unused-payments.tsx";
import { UnusedSeats } from "./unused-seats.tsx";
import { UpcomingInvoice } from "./upcoming-invoice.tsx";

const from = "/_signed-in/organizations/$organization";

export function BillingPage() {
  const { organization: organizationId } = useParams({ from });
  const { session } = useSearch({ from: `${from}/billing` });
  return session === undefined ? (
    <PageGate
      page="billing"
      skeleton={
        <>
          <Header />
          <BillingSkeleton />
        </>
      }
    >
      {(organization) => <Present organization={organization} />}
    </PageGate>
  ) : (
    <CheckoutDone key={session} organizationId={organizationId} session={session} />
  );
}

function Present({ organization }: { organization: Organization }) {
  const billing = useQuery(billingQuery(organization.id));
  useOneStatus(organization, billing.data);
  const plans = usePlans();
  const requests = useInfiniteQuery(seatRequestsQuery(organization.id));
  return (
    <Gate
      query={plans.isPending || requests.isPending ? { ...billing, data: undefined } : billing}
      skeleton={<BillingSkeleton />}
      head={
        <>
          <Header />
          {organization.state === "suspended" && (
            <div className="mb-4">
              <Banner tone="warning">
                <strong className="font-semibold">This organization is suspended.</strong> You can pay, buy, and cancel
                here. Nothing else can be changed until the operator of this service reactivates it.
              </Banner>
            </div>
          )}
        </>
      }
    >
      {(found) => <BillingParts organization={organization} billing={withTaken(found, organization)} />}
    </Gate>
  );
}

/** Both answers contain the number of seats in use, a moment apart. The page shows one of them. */
function withTaken(billing: Billing, organization: Organization): Billing {
  const taken = takenOf(organization, billing);
  return { ...billing, seats: { ...billing.seats, committed: taken.committed, minimum: minimumOf(taken) } };
}

function Header() {
  return <PageHeader title="Billing" description="Seats, plan, and invoices. Visible to owners and admins." />;
}

/** Most organizations have no request, and need none of what shows one. */
function Requested({ organization, billing }: { organization: Organization; billing: Billing }) {
  const requests = useInfiniteQuery(seatRequestsQuery(organization.id));
  const [first] = requests.data?.pages ?? [];
  if (!first || (first.items.length === 0 && !requests.hasNextPage)) return null;
  return <SeatRequests organization={organization} billing={billing} />;
}

function BillingParts({ organization, billing }: { organization: Organization; billing: Billing }) {
  const hasPaid = isSubscribed(billing);
  const isCustomer = billing.customer;
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]">
      <div className="grid grid-cols-1 gap-4">
        <DisputedPayments billing={billing} />
        <UnusedPayments organizationId={organization.id} billing={billing} />
        {billing.change === undefined && (
          <ProcessingBanner billing={billing}>
            <PayLink organizationId={organization.id} />
          </ProcessingBanner>
        )}
        <Requested organization={organization} billing={billing} />
        {hasPaid && organization.seats ? (
          <>
            <PlanSection organization={organization} billing={billing} />
            {billing.change && <PendingChange organization={organization} billing={billing} change={billing.change} />}
            <SeatsSection organization={organization} billing={billing} seats={organization.seats} />
            <AutomaticSeats organization={organization} billing={billing} />
            <UnusedSeats organization={organization} billing={billing} />
          </>
        ) : (
          <FreeSection organization={organization} billing={billing} />
        )}
      </div>
      <div className="grid grid-cols-1 gap-4">
        {hasPaid && <PaymentCard organizationId={organization.id} billing={billing} />}
        {hasPaid && <DiscountCard organization={organization} billing={billing} />}
        <ContactCard organizationId={organization.id} billing={billing} />
      </div>
      {/* last, because Stripe answers late: nothing of the organization's own is below it */}
      {isCustomer && (
        <div className="grid grid-cols-1 gap-4 lg:col-span-2">
          <UpcomingInvoice organizationId={organization.id} billing={billing} />
          <Invoices organizationId={organization.id} />
        </div>
      )}
    </div>
  );
}

/** A payment may arrive between the two answers that contain the billing status: both are then asked for again. */
function useOneStatus({ id, billingStatus }: Organization, billing: Billing | undefined) {
  const queryClient = useQueryClient();
  useEffect(() => {
    if (billing !== undefined && billing.billingStatus !== billingStatus) {
      for (const { queryKey } of [organizationQuery(id), billingQuery(id)]) {
        void queryClient.invalidateQueries({ queryKey, exact: true });
      }
    }
  }, [queryClient, id, billingStatus, billing]);
}

/** The page's shape before its content. */
function BillingSkeleton() {
  return (
    <Loading what="billing" className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]">
      <div className="grid gap-4">
        <div className="card grid gap-4 p-5">
          <Lines of={["h-6 w-36", "h-8 w-28"]} className="flex justify-between gap-4" />
          <Skeleton className="h-10" />
          <Skeleton className="h-8 w-64 max-w-full" />
        </div>
        <Lines of={["h-6 w-20", "h-8 w-40", "h-2 rounded-full", "h-9"]} className="card grid gap-4 p-5" />
      </div>
      <Lines of={["h-5 w-24", "h-9", "h-9"]} className="card grid gap-3 p-5" />
    </Loading>
  );
}
