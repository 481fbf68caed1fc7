import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useCheckout } from "#features/seats/portal-button.tsx";
import { isRefused } from "#features/seats/processing.ts";
import { isPeriod, orderText, periods } from "#features/seats/text.ts";
import { usePlan } from "#features/seats/use-plans.ts";
import { type Billing, billingQuery } from "#lib/billing.ts";
import { toSentence } from "#lib/failure.ts";
import { pageOf } from "#lib/page-of.ts";
import { useMoney } from "#lib/use-money.ts";
import { Banner } from "#ui/banner.tsx";
import { Button, buttonClass } from "#ui/button.tsx";
import { Time } from "#ui/time.tsx";
import { ProcessingBanner } from "./processing-banner.tsx";

type Props = { organizationId: string; order: NonNullable<Billing["checkout"]>; onAnew: () => void };

/** An order that was started, here or elsewhere, and is not paid yet. */
export function OpenOrder({ organizationId, order: { plan, seats, expiresAt }, onAnew }: Props) {
  const checkout = useCheckout(organizationId);
  const money = useMoney();
  const found = usePlan(plan);
  return (
    <section aria-labelledby="order" className="card border-accent p-5">
      <h2 id="order" className="text-lg font-semibold">
        Your order is waiting for payment
      </h2>
      <p className="mt-0.5 text-fg-2">
        {orderText({ seats, plan })}
        {found && (
          <>
            :{" "}
            <span className="tabular font-medium text-fg">
              {money({ ...found.price, amount: found.price.amount * seats })}
            </span>{" "}
            {periods[found.id].adverb}
          </>
        )}
        . You have not been charged. It stays open until it is paid, and expires <Time at={expiresAt} />.
      </p>
      {checkout.error && (
        <div className="mt-3">
          <Banner tone="danger">{toSentence(checkout.error)}</Banner>
        </div>
      )}
      <div className="mt-4 flex flex-wrap gap-2 max-sm:*:w-full">
        {isPeriod(plan) && (
          <Button variant="primary" isBusy={checkout.isBusy} onClick={() => checkout.mutate({ plan, seats })}>
            Continue payment
          </Button>
        )}
        <Button onClick={onAnew}>Start over</Button>
      </div>
    </section>
  );
}

/** On the overview: an order that waits for its payment, or a payment that a bank processes. */
export function OrderCard({ organizationId }: { organizationId: string }) {
  const { data } = useQuery(billingQuery(organizationId));
  const navigate = useNavigate();
  const startOver = () =>
    void navigate({
      to: "/organizations/$organization/billing",
      params: { organization: organizationId },
      hash: "order",
    });
  if (data && (data.processing || isRefused(data))) {
    return (
      <ProcessingBanner billing={data}>
        <Link {...pageOf(organizationId, "/billing")} className={buttonClass()}>
          See billing
        </Link>
      </ProcessingBanner>
    );
  }
  return data?.checkout && <OpenOrder organizationId={organizationId} order={data.checkout} onAnew={startOver} />;
}
