import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { Gate } from "#features/failure/gate.tsx";
import { type LedgerMonth, monthsQuery } from "#lib/ledger.ts";
import { pageOf } from "#lib/page-of.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Button } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";

const first = 6;

/** The money of each month, as it is in Stripe's books. */
export function Months({ organizationId }: { organizationId: string }) {
  return (
    <Gate query={useQuery(monthsQuery(organizationId))} part="card mb-4 px-5 py-4">
      {({ items }) => items.length > 0 && <MonthList organizationId={organizationId} months={items} />}
    </Gate>
  );
}

function MonthList({ organizationId, months }: { organizationId: string; months: readonly LedgerMonth[] }) {
  const [isWhole, setIsWhole] = useState(false);
  const shown = isWhole ? months : months.slice(0, first);
  return (
    <Section
      className="mb-4 overflow-clip"
      title="Payments by month"
      description="Each payment, refund, and dispute is in the month in which it was made (UTC). The sums are those of Stripe’s balance, before Stripe’s fees."
    >
      <ul className="divide-y divide-border border-t border-border">
        {shown.map((one) => (
          <Month key={`${one.month} ${one.currency}`} organizationId={organizationId} one={one} />
        ))}
      </ul>
      {shown.length < months.length && (
        <Button variant="ghost" className="m-2 self-start" onClick={() => setIsWhole(true)}>
          Show older months
        </Button>
      )}
    </Section>
  );
}

/** A month, which leads to its statement. */
function Month({ organizationId, one }: { organizationId: string; one: LedgerMonth }) {
  const { month } = useFormat();
  return (
    <MonthSums one={one}>
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className="font-medium">{month(one.month)}</span>
        <Link
          {...pageOf(organizationId, "/billing/ledger")}
          search={{ month: one.month }}
          aria-label={`Statement of ${month(one.month)}`}
          className="rounded-sm text-sm font-medium text-accent-text hover:underline print:hidden"
        >
          Statement
        </Link>
      </p>
    </MonthSums>
  );
}

/** The money of a month below its name. */
export function MonthSums({ one, children }: { one: LedgerMonth; children: ReactNode }) {
  const { currency, paid, refunded, disputed, net } = one;
  const money = useMoney();
  const parts = [
    { name: "Paid", amount: paid },
    { name: "refunded", amount: refunded },
    disputed < 0 ? { name: "back from disputes", amount: -disputed } : { name: "disputed", amount: disputed },
  ].filter(({ name, amount }) => name === "Paid" || amount !== 0);
  return (
    <li className="flex items-start justify-between gap-x-4 px-5 py-3">
      <div className="min-w-0">
        {children}
        <p className="tabular mt-0.5 text-sm text-fg-2">
          {parts.map(({ name, amount }) => `${name} ${money({ amount, currency })}`).join(", ")}
        </p>
      </div>
      <span className="tabular shrink-0 font-semibold">{money({ amount: net, currency })}</span>
    </li>
  );
}
