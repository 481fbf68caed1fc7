import type { ReactNode } from "react";
import type { Billing, Quoted } from "#lib/billing.ts";
import { toSentence } from "#lib/failure.ts";
import { plural } from "#lib/format.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { delayText, payingWith } from "./processing.ts";
import { isPeriod, periods } from "./text.ts";
import type { Change } from "./use-change.ts";
import { usePlans } from "./use-plans.ts";
import { whyNow } from "./why-now.ts";

type Wanted = { seats: number; plan: string };
type Props = { change: Change; billing: Billing; wish: Wanted; onCancel?: (() => void) | undefined };

/** The price of a change, and the button that makes it for exactly that. */
export function PriceBox({ change, billing, wish, onCancel }: Props) {
  const { quoted, failure, isRenewed, isBusy, confirm, retry } = change;
  const grows = wish.seats > (billing.seats.paid ?? 0) || wish.plan !== billing.plan;
  return (
    <section aria-label="Price" className="grid gap-3 rounded-xl border border-border bg-surface-2 p-4">
      {isRenewed && (
        <Banner tone="warning">
          You were not charged: the price has changed since it was shown. This is the new one.
        </Banner>
      )}
      {failure && (
        <Banner tone="danger" action={quoted === undefined && <RetryButton onClick={retry} />}>
          {toSentence(failure)}
        </Banner>
      )}
      {!(failure && quoted === undefined) && <Sums grows={grows} quoted={quoted} billing={billing} wish={wish} />}
      <div className="flex flex-wrap justify-end gap-2 max-sm:flex-col-reverse">
        {onCancel && (
          <Button size="large" onClick={onCancel}>
            Cancel
          </Button>
        )}
        <Button
          variant="primary"
          size="large"
          className="max-sm:h-auto max-sm:min-h-9 max-sm:py-1.5 max-sm:whitespace-normal"
          blocked={quoted === undefined ? "There is no price yet." : undefined}
          isBusy={isBusy}
          onClick={confirm}
        >
          <Action grows={grows} quoted={quoted} billing={billing} wish={wish} />
        </Button>
      </div>
    </section>
  );
}

function RetryButton({ onClick }: { onClick: () => void }) {
  return (
    <Button size="small" onClick={onClick} className="-my-1">
      Try again
    </Button>
  );
}

const isCharged = (quoted: Quoted | undefined): quoted is Quoted => quoted !== undefined && quoted.dueNow > 0;

type Parts = { grows: boolean; quoted: Quoted | undefined; billing: Billing; wish: Wanted };

function Sums({ grows, quoted, billing, wish }: Parts) {
  const format = useFormat();
  const money = useMoney();
  const { sold } = usePlans();
  const plan = sold.find(({ id }) => id === wish.plan);
  const delay = billing.paymentMethod && delayText(billing.paymentMethod);
  const taxOf = (of: Quoted | undefined, amount = 0) =>
    of && amount !== 0 ? `Includes ${money({ ...of, amount })} tax.` : undefined;
  const next = billing.periodEnd === undefined ? "your next invoice" : `on ${format.date(billing.periodEnd)}`;
  return (
    <div aria-live="polite" aria-busy={quoted === undefined} className="grid gap-3">
      <dl className="grid gap-3">
        <Sum
          term="Due now"
          note={grows ? whyNow(billing, wish, quoted?.dueNow) : "Takes effect immediately. No charge."}
          tax={taxOf(quoted, quoted?.taxNow)}
          isStrong
        >
          {quoted ? money({ ...quoted, amount: quoted.dueNow }) : <Skeleton className="h-5 w-20" />}
        </Sum>
        {!grows && quoted?.nextInvoice !== undefined && (
          <Sum term="Next invoice" note={`Due ${next}; overpayments are credited.`} tax={taxOf(quoted, quoted.nextTax)}>
            {money({ ...quoted, amount: quoted.nextInvoice })}
          </Sum>
        )}
        {plan && (
          <Sum term="Then" note={`${plural(wish.seats, "seat")}, before discounts and taxes.`}>
            {money({ ...plan.price, amount: plan.price.amount * wish.seats })} {periods[plan.id].adverb}
          </Sum>
        )}
      </dl>
      <p className="text-sm text-fg-3">
        Exact price from Stripe{quoted && `, valid until ${format.absolute(quoted.expiresAt)}`}.
        {grows && isCharged(quoted) && delay !== undefined && ` ${delay}`}
      </p>
    </div>
  );
}

type SumProps = { term: string; note: string; tax?: string | undefined; isStrong?: boolean; children: ReactNode };

function Sum(props: SumProps) {
  return (
    <div className="flex items-baseline justify-between gap-4">
      <dt className="min-w-0">
        <span className="block font-medium">{props.term}</span>
        <span className="block text-sm text-fg-2">
          {props.note} {props.tax}
        </span>
      </dt>
      <dd className={props.isStrong ? "tabular text-right text-lg font-semibold" : "tabular text-right font-medium"}>
        {props.children}
      </dd>
    </div>
  );
}

function Action({ grows, quoted, billing, wish }: Parts) {
  const money = useMoney();
  const by = wish.seats - (billing.seats.paid ?? 0);
  if (!grows) {
    return <>Reduce to {plural(wish.seats, "seat")}</>;
  }
  const what = wish.plan !== billing.plan && isPeriod(wish.plan) ? "switch plan" : `add ${plural(by, "seat")}`;
  return (
    <>
      {isCharged(quoted)
        ? `Pay ${money({ ...quoted, amount: quoted.dueNow })}${payingWith(billing.paymentMethod)} and ${what}`
        : what.replace(/^./, (first) => first.toUpperCase())}
    </>
  );
}
