import { useQuery } from "@tanstack/react-query";
import { Gate } from "#features/failure/gate.tsx";
import { dueWithin } from "#features/seats/by-invoice.ts";
import { Sums } from "#features/seats/price.tsx";
import { payingWith } from "#features/seats/processing.ts";
import { isSubscribed } from "#features/seats/text.ts";
import type { Billing } from "#lib/billing.ts";
import { type Upcoming, upcomingQuery } from "#lib/upcoming.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Section } from "#ui/card.tsx";
import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { absenceText, nameOfLine, sumsOfUpcoming } from "./upcoming.ts";

const upcomingTitle = "Upcoming invoice";

type Props = { organizationId: string; billing: Billing };

/** Shows the next charge: its date, its lines, and its payment method. */
export function UpcomingInvoice({ organizationId, billing }: Props) {
  const { date } = useFormat();
  const money = useMoney();
  const upcoming = useQuery(upcomingQuery(organizationId));
  const { invoice } = upcoming.data ?? {};
  if (upcoming.isPending) return <Waiting billing={billing} />;
  return (
    <Section title={upcomingTitle} description={invoice && <When invoice={invoice} billing={billing} />}>
      <Gate query={upcoming} part="px-5 pt-1 pb-5">
        {({ invoice: found, absence, credit }) =>
          found ? (
            <>
              <Lines invoice={found} />
              <Sums sums={sumsOfUpcoming(found)} main="To pay" currency={found.currency} className="px-5" />
            </>
          ) : (
            <p className="px-5 pt-1 pb-5 text-sm text-fg-2">
              {absenceText(absence, billing.cancelAt && date(billing.cancelAt))}
              {credit && ` You have ${money(credit)} of credit, which the invoices of a new subscription use first.`}
            </p>
          )
        }
      </Gate>
    </Section>
  );
}

type WhenProps = { invoice: NonNullable<Upcoming["invoice"]>; billing: Props["billing"] };

function When({ invoice: { chargedAt, due }, billing: { paymentMethod, byInvoice, periodEnd } }: WhenProps) {
  const { date, absolute } = useFormat();
  if (chargedAt === undefined) {
    // threat: an invoice that is sent is said to have no date
    if (byInvoice && periodEnd !== undefined) {
      return (
        <>
          Sent on {date(periodEnd)}, {dueWithin(byInvoice)}. As of now; changes until then are added.
        </>
      );
    }
    return <>Stripe plans no date to charge it. As of now; changes until then are added.</>;
  }
  const day = (
    <time dateTime={chargedAt} title={absolute(chargedAt)} className="tabular">
      {date(chargedAt)}
    </time>
  );
  return due === 0 ? (
    <>On {day}, with nothing to pay. As of now; changes until then are added.</>
  ) : (
    <>
      Charged on {day}
      {payingWith(paymentMethod)}. As of now; changes until then are added.
    </>
  );
}

function Lines({ invoice: { lines, otherLines, currency } }: Pick<WhenProps, "invoice">) {
  const format = useFormat();
  const money = useMoney();
  const keyed = lines.map((line, place) => ({ line, key: `${line.startsAt} ${place}` }));
  return (
    <ul aria-label="Lines of the upcoming invoice" className="divide-y divide-border border-t border-border">
      {keyed.map(({ key, line: { amount, description, quantity, startsAt, endsAt } }) => (
        <li key={key} className="flex items-start justify-between gap-x-4 px-5 py-2.5">
          <span className="min-w-0 wrap-anywhere">
            {nameOfLine({ description, quantity })}
            <span className="tabular block text-sm text-fg-2">
              {format.date(startsAt)} – {format.date(endsAt)}
            </span>
          </span>
          <span className="tabular shrink-0 font-medium">{money({ amount, currency })}</span>
        </li>
      ))}
      {otherLines !== undefined && (
        <li className="flex items-start justify-between gap-x-4 px-5 py-2.5 text-fg-2">
          <span>Further lines</span>
          <span className="tabular shrink-0">{money({ amount: otherLines, currency })}</span>
        </li>
      )}
    </ul>
  );
}

/** Keeps the place of the likeliest content, so that nothing below it moves. */
function Waiting({ billing }: { billing: Billing }) {
  const { cancelAt, discounts = [] } = billing;
  return (
    <div data-reserved>
      {isSubscribed(billing) && cancelAt === undefined ? (
        <Section title={upcomingTitle} description={<Skeleton className="h-10 sm:h-5" />}>
          <Loading what="the upcoming invoice">
            <div className="border-t border-border px-5 py-2.5">
              <Skeleton className="h-10 w-56 max-w-full" />
            </div>
            <div className="border-t border-border px-5 py-3">
              <Skeleton className={discounts.length > 0 ? "h-17" : "h-5"} />
            </div>
          </Loading>
        </Section>
      ) : (
        <Section title={upcomingTitle}>
          <Loading what="the upcoming invoice" className="px-5 pt-1 pb-5">
            <Skeleton className="h-10 sm:h-5" />
          </Loading>
        </Section>
      )}
    </div>
  );
}
