import { useLocation, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { isRefused } from "#features/seats/processing.ts";
import { grantedAt, statusOf } from "#features/seats/text.ts";
import { usePlans } from "#features/seats/use-plans.ts";
import type { Organization } from "#lib/api.ts";
import type { Billing } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";
import { useFormat } from "#lib/use-format.ts";
import { Badge } from "#ui/badge.tsx";
import { Section } from "#ui/card.tsx";
import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { OpenOrder } from "./open-order.tsx";
import { OrderForm } from "./order-form.tsx";

type Props = { organization: Organization; billing: Billing };

/** For an organization without a subscription: what it has, and how to buy seats. */
export function FreeSection({ organization, billing }: Props) {
  const isAnew = useLocation({ select: ({ hash }) => hash === "order" });
  const navigate = useNavigate();
  const startOver = () => void navigate({ to: ".", hash: "order", replace: true, resetScroll: false });
  const { checkout } = billing;
  const { label, tone } = statusOf(billing);
  return (
    <>
      <section aria-labelledby="present" className="card px-5 py-4">
        <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <h2 id="present" className="text-lg font-semibold">
            {billing.billingStatus === "free" ? "Free plan" : "No subscription"}
          </h2>
          <Badge tone={tone}>{label}</Badge>
        </div>
        <p className="mt-0.5 text-sm text-fg-2">
          <Sentence billing={billing} />
        </p>
      </section>
      {billing.processing || isRefused(billing) ? null : checkout && !isAnew ? (
        <OpenOrder organizationId={organization.id} order={checkout} onAnew={startOver} />
      ) : (
        <Order organization={organization} billing={billing} />
      )}
    </>
  );
}

function Sentence({ billing: { billingStatus, seats, graceUntil, processing } }: { billing: Billing }): ReactNode {
  const { date } = useFormat();
  const { freeSeats = 0 } = usePlans();
  const { committed, granted = 0, grantedUntil } = seats;
  const remaining = freeSeats + grantedAt(seats, graceUntil);
  const taken = `${plural(committed, "seat is", "seats are")} in use`;
  const unsubscribed = `${taken}, but without a subscription you have only ${remaining}`;
  if (billingStatus === "canceled") {
    const until = graceUntil === undefined ? "For now," : `Until ${date(graceUntil)},`;
    return `The subscription has ended. ${until} everything except inviting works. Then the organization is ${committed > remaining ? `read-only: ${unsubscribed}` : "on the free plan"}.`;
  }
  if (billingStatus === "read_only") {
    return `${unsubscribed}. Nobody can be invited and settings can’t be changed. Choose a plan, or remove people and revoke invitations until they fit. Your data is kept.`;
  }
  const until = grantedUntil === undefined ? "" : ` until ${date(grantedUntil)}`;
  const beside = granted > 0 ? ` ${plural(granted, "seat is", "seats are")} granted by the operator${until}.` : "";
  const isFree = billingStatus !== "unknown" && !processing;
  const noCard = isFree ? ` No card${granted > 0 ? "" : ", no end date"}.` : "";
  return `${plural(seats.capacity, "seat")}, ${committed} in use.${noCard}${beside}`;
}

/** Seats are not for sale everywhere: then the operator grants them. */
function Order({ organization, billing }: Props) {
  const { sold, isPending } = usePlans();
  if (isPending) {
    return (
      <Loading what="the plans" className="card grid gap-3 p-5">
        <Skeleton className="h-6 w-32" />
        <Skeleton className="h-14" />
        <Skeleton className="h-14" />
      </Loading>
    );
  }
  if (sold.length === 0) {
    return (
      <Section title="More seats">
        <p className="px-5 pb-5 text-fg-2">Seats are not for sale here. The operator of this service can grant more.</p>
      </Section>
    );
  }
  return (
    <Section
      title={billing.billingStatus === "free" ? "Buy seats" : "Choose a plan"}
      description="Paid by the seat, through Stripe."
    >
      <div className="px-5 pb-5">
        <OrderForm organization={organization} billing={billing} />
      </div>
    </Section>
  );
}
