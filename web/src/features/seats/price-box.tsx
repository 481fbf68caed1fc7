import type { Billing, Quoted } from "#lib/billing.ts";
import { toSentence } from "#lib/failure.ts";
import { plural } from "#lib/format.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { orderNote } from "./by-invoice.ts";
import { Price } from "./price.tsx";
import { delayText, payingWith } from "./processing.ts";
import { isPeriod, periods } from "./text.ts";
import type { Change } from "./use-change.ts";
import { usePlan } from "./use-plans.ts";
import { whyNow } from "./why-now.ts";

type Wanted = { seats: number; plan: string };
type Props = { change: Change; billing: Billing; wish: Wanted; onCancel?: (() => void) | undefined };

/** The price of a change, and the button that makes it for exactly that. */
export function PriceBox({ change, billing, wish, onCancel }: Props) {
  const { quoted, failure, isRenewed, isBusy, confirm, retry } = change;
  const grows = wish.seats > (billing.seats.paid ?? 0) || wish.plan !== billing.plan;
  const parts = { grows, quoted, billing, wish };
  const { lines, note } = usePriceOf(parts);
  return (
    <Price
      label="Price"
      lines={failure && quoted === undefined ? undefined : lines}
      note={note}
      isBusy={quoted === undefined}
      alert={
        <>
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
        </>
      }
    >
      <div className="flex flex-wrap justify-end gap-2 max-sm:flex-col-reverse">
        {onCancel && (
          <Button size="large" onClick={onCancel}>
            Cancel
          </Button>
        )}
        <Button
          variant="primary"
          size="large"
          className="h-auto! min-h-9 py-1.5 whitespace-normal!"
          blocked={quoted === undefined ? "There is no price yet." : undefined}
          isBusy={isBusy}
          onClick={confirm}
        >
          <Action {...parts} />
        </Button>
      </div>
    </Price>
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

/** Returns the amounts that are due now, with the next invoice, and then. */
function usePriceOf({ grows, quoted, billing, wish }: Parts) {
  const format = useFormat();
  const money = useMoney();
  const plan = usePlan(wish.plan);
  const sum = (amount: number | undefined) => quoted && amount !== undefined && money({ ...quoted, amount });
  const taxed = (note: string, tax = 0) => (tax === 0 ? note : `${note} Includes ${sum(tax)} tax.`);
  const why = grows ? whyNow(billing, wish, quoted?.dueNow) : "Takes effect immediately. No charge.";
  const next = billing.periodEnd === undefined ? "your next invoice" : `on ${format.date(billing.periodEnd)}`;
  const lines = [
    {
      term: quoted?.daysUntilDue === undefined ? "Due now" : "Invoice",
      note: taxed(why, quoted?.taxNow),
      amount: sum(quoted?.dueNow),
      isMain: true,
    },
    !grows &&
      quoted?.nextInvoice !== undefined && {
        term: "Next invoice",
        note: taxed(`Due ${next}; overpayments are credited.`, quoted.nextTax),
        amount: sum(quoted.nextInvoice),
      },
    plan && {
      term: "Then",
      note: `${plural(wish.seats, "seat")}, before discounts and taxes.`,
      amount: `${money({ ...plan.price, amount: plan.price.amount * wish.seats })} ${periods[plan.id].adverb}`,
    },
  ];
  const validity = quoted && `, valid until ${format.absolute(quoted.expiresAt)}`;
  const after = grows ? afterText(billing, quoted) : undefined;
  const delayed = after !== undefined && ` ${after}`;
  const note = (
    <>
      Exact price from Stripe{validity}.{delayed}
    </>
  );
  return { lines, note };
}

/** Says what follows the order. */
function afterText({ byInvoice, paymentMethod }: Billing, quoted: Quoted | undefined): string | undefined {
  if (!isCharged(quoted)) {
    return undefined;
  }
  // threat: an account at a bank is said to be charged where an invoice is sent
  if (quoted.daysUntilDue !== undefined && byInvoice) {
    return orderNote(byInvoice);
  }
  return paymentMethod && delayText(paymentMethod);
}

function Action({ grows, quoted, billing, wish }: Parts) {
  const money = useMoney();
  const by = wish.seats - (billing.seats.paid ?? 0);
  if (!grows) {
    return <>Reduce to {plural(wish.seats, "seat")}</>;
  }
  if (quoted?.daysUntilDue !== undefined) {
    return (
      <>
        Add {plural(by, "seat")} by invoice of {money({ ...quoted, amount: quoted.dueNow })}
      </>
    );
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
