import type { Billing } from "#lib/billing.ts";
import { toSentence } from "#lib/failure.ts";
import { useMoney } from "#lib/use-money.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { Time } from "#ui/time.tsx";
import { isPeriod, orderText, periods } from "./text.ts";
import { useCheckout } from "./use-leave-to.ts";
import { usePlans } from "./use-plans.ts";

type Props = { organizationId: string; order: NonNullable<Billing["checkout"]>; onAnew: () => void };

/** An order that was started, here or elsewhere, and is not paid yet. */
export function OpenOrder({ organizationId, order: { plan, seats, expiresAt }, onAnew }: Props) {
  const checkout = useCheckout(organizationId);
  const money = useMoney();
  const { sold } = usePlans();
  const found = sold.find(({ id }) => id === plan);
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
