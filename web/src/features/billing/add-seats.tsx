import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { RetryLine } from "#features/failure/retry-line.tsx";
import { whyBlocked } from "#features/organization/blocked.ts";
import type { Organization } from "#lib/api.ts";
import { type Billing, billingQuery, type Purpose } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { PendingChange } from "./pending-change.tsx";
import { PriceBox } from "./price-box.tsx";
import { ordered, shortOf } from "./short.ts";
import { isSubscribed } from "./text.ts";
import { useChange } from "./use-change.ts";

type Props = {
  organization: Organization;
  /** How many more people need a seat. Those that are available by now are not bought again. */
  needed: number;
  purpose: Purpose;
  /** What happens once they have one, as a sentence and as the words of a button. */
  next: { text: string; action: string };
  isBusy?: boolean;
  onEnough: () => void;
};

/** Adds exactly the seats that are missing, where they are missing, and goes on with what needed them. */
export function AddSeats(props: Props) {
  const { data, error, isFetching, refetch } = useQuery(billingQuery(props.organization.id));
  if (data === undefined) {
    return error === null ? (
      <Skeleton className="h-28 rounded-xl" />
    ) : (
      <RetryLine error={error} onRetry={refetch} isBusy={isFetching} />
    );
  }
  return isSubscribed(data) ? (
    <Offer {...props} billing={data} />
  ) : (
    <Subscribe organizationId={props.organization.id} />
  );
}

/** Without a subscription there is no price of one more seat: a plan comes first. */
function Subscribe({ organizationId }: { organizationId: string }) {
  return (
    <p className="text-sm text-fg-2">
      <Link
        to="/organizations/$organization/billing"
        params={{ organization: organizationId }}
        search={{}}
        className="font-medium underline underline-offset-2"
      >
        Choose a plan
      </Link>{" "}
      to add seats. What you entered is kept.
    </p>
  );
}

type OfferProps = Props & { billing: Billing };

function Offer({ organization, billing, needed, purpose, next, isBusy = false, onEnough }: OfferProps) {
  const short = shortOf(needed, billing);
  const { seats, most } = ordered(needed, billing);
  const { change: pending } = billing;
  const isOffered = short > 0 && seats <= most && pending === undefined;
  const blocked = whyBlocked(organization, "billing.resize", { billing });
  const wish = isOffered && blocked === undefined ? { seats } : undefined;
  const change = useChange(organization.id, wish, (now) => now.change === undefined && onEnough(), purpose);
  const isUnpaid = usePayment(pending !== undefined, short === 0, onEnough);

  if (pending !== undefined) {
    return (
      <div className="grid gap-2">
        <PendingChange organization={organization} billing={billing} change={pending} isAside />
        <p className="text-sm text-fg-2">{next.text} You can also close this: nothing that you entered is lost.</p>
      </div>
    );
  }
  if (short === 0) {
    return (
      <Banner
        tone="success"
        action={
          <Button size="small" variant="primary" isBusy={isBusy} onClick={onEnough}>
            {next.action}
          </Button>
        }
      >
        There are enough seats now.
      </Banner>
    );
  }
  if (wish === undefined) {
    return <Why>{blocked ?? `A trial has at most ${plural(most, "seat")}. You can add more when it has ended.`}</Why>;
  }
  return (
    <div className="grid gap-2">
      {isUnpaid && <Banner tone="warning">The seats were not paid, so nothing has changed and you owe nothing.</Banner>}
      <p className="text-sm text-fg-2">{next.text}</p>
      <PriceBox change={change} billing={billing} wish={{ seats, plan: billing.plan }} />
    </div>
  );
}

function Why({ children }: { children: ReactNode }) {
  return <p className="text-sm text-fg-2">{children}</p>;
}

/**
 * Goes on when a payment that was waited for is made; returns whether it was not made. Somebody who finds enough seats
 * without having waited decides for themselves.
 */
function usePayment(isPending: boolean, isEnough: boolean, onEnough: () => void) {
  const [isUnpaid, setUnpaid] = useState(false);
  const wasPending = useRef(isPending);
  useEffect(() => {
    const hasWaited = wasPending.current && !isPending;
    wasPending.current = isPending;
    if (!hasWaited) {
      return;
    }
    setUnpaid(!isEnough);
    if (isEnough) {
      onEnough();
    }
  }, [isPending, isEnough, onEnough]);
  return isUnpaid;
}
