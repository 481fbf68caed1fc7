import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import { type Billing, billingQuery, type Purpose, type Wish } from "#lib/billing.ts";
import { pageOf } from "#lib/page-of.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { RetryLine } from "#ui/retry-line.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { followOrder, limitText, ordered, shortOf } from "./confirmed.ts";
import { PendingChange } from "./pending-change.tsx";
import { PriceBox } from "./price-box.tsx";
import { isSubscribed } from "./text.ts";
import { useChange } from "./use-change.ts";
import { usePlans } from "./use-plans.ts";
import { WithContact } from "./with-contact.tsx";

type Props = {
  organization: Organization;
  /** The number of further people who need a seat. Those that are available by now are not bought again. */
  needed: number;
  purpose: Purpose;
  /** The next step once they have one, as a sentence and as the words of a button. */
  next: { text: string; action: string };
  /** A text beside a payment that is waited for, if something was entered. */
  kept?: string;
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
    <Subscribe organization={props.organization} billing={data} />
  );
}

type SubscribeProps = { organization: Organization; billing: Billing };

/** Without a subscription there is no price of one more seat: a plan comes first, where plans are sold. */
function Subscribe({ organization, billing }: SubscribeProps) {
  const { sold, isPending, isError } = usePlans();
  const blocked = whyBlocked(organization, "billing.checkout", { billing });
  if (isPending) {
    return <Skeleton className="h-5 rounded" />;
  }
  if (sold.length === 0 && !isError) {
    return <Why>The operator of this service can grant more seats.</Why>;
  }
  if (blocked !== undefined) {
    return <Why>{blocked}</Why>;
  }
  return (
    <p className="text-sm text-fg-2">
      <Link {...pageOf(organization.id, "/billing")} search={{}} className="font-medium underline underline-offset-2">
        Choose a plan
      </Link>{" "}
      to add seats.
    </p>
  );
}

type OfferProps = Props & { billing: Billing };

function Offer({ organization, billing, needed, purpose, next, kept, isBusy = false, onEnough }: OfferProps) {
  const short = shortOf(needed, billing);
  const { seats, most } = ordered(needed, billing);
  const { change: pending } = billing;
  const isOffered = short > 0 && seats <= most && pending === undefined;
  const blocked = whyBlocked(organization, "billing.resize", { billing });
  const wish = isOffered && blocked === undefined ? { seats } : undefined;
  const order = useOrder(billing, (now) => shortOf(needed, now) === 0 && onEnough());
  const change = useChange(organization.id, wish, order.answer, { purpose, onLost: order.lose });

  if (pending !== undefined) {
    return (
      <div className="grid gap-2">
        <PendingChange organization={organization} billing={billing} change={pending} isAside />
        {(order.isWaiting || change.isBusy) && (
          <p className="text-sm text-fg-2">
            {next.text} {kept}
          </p>
        )}
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
    return <Why>{blocked ?? <WithContact text={limitText(most, billing)} />}</Why>;
  }
  return (
    <div className="grid gap-2">
      {order.isUnpaid && (
        <Banner tone="warning">The seats were not paid, so nothing has changed and you owe nothing.</Banner>
      )}
      <p className="text-sm text-fg-2">{next.text}</p>
      <PriceBox change={change} billing={billing} wish={{ seats, plan: billing.plan }} />
    </div>
  );
}

function Why({ children }: { children: ReactNode }) {
  return <p className="text-sm text-fg-2">{children}</p>;
}

/** Follows what was confirmed here; returns whether it was not paid. Goes on once it is made, and only then. */
function useOrder(billing: Billing, onMade: (now: Billing) => void) {
  const order = useRef(followOrder());
  const [phase, setPhase] = useState<"waiting" | "made" | "dropped">();
  const confirm = ({ seats, plan }: Wish) => {
    order.current.confirm({ seats, plan: plan ?? billing.plan });
    setPhase("waiting");
  };
  const look = (now: Billing) => {
    const ending = order.current.look(now);
    if (ending === undefined) {
      return;
    }
    setPhase(ending);
    if (ending === "made") {
      onMade(now);
    }
  };
  // each look is cheap, and an order ends once
  useEffect(() => look(billing));
  return {
    isUnpaid: phase === "dropped",
    isWaiting: phase === "waiting",
    answer: (now: Billing, _: unknown, wanted: Wish) => {
      confirm(wanted);
      look(now);
    },
    lose: confirm,
  };
}
