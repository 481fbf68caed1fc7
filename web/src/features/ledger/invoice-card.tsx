import { backOf, invoiceStatus } from "#features/seats/invoice-status.ts";
import { Sums } from "#features/seats/price.tsx";
import { balanceSums } from "#features/seats/text.ts";
import type { LedgerInvoice } from "#lib/ledger.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Badge } from "#ui/badge.tsx";
import { GroupItem } from "./group-item.tsx";
import { groupsOf, sumsOf } from "./groups.ts";

/** An invoice: what is behind its lines, and what they come to. */
export function InvoiceCard({ invoice }: { invoice: LedgerInvoice }) {
  const { id, number, createdAt, total, currency, lines } = invoice;
  const format = useFormat();
  const money = useMoney();
  const { label, tone } = invoiceStatus(invoice);
  return (
    <section aria-labelledby={id} className="card overflow-clip break-inside-avoid">
      <header className="flex items-start justify-between gap-x-4 border-b border-border bg-surface-2 px-4 py-3 sm:px-5">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <h2 id={id} className="tabular font-semibold">
            {number ?? "Draft"}
          </h2>
          <Badge tone={tone}>{label}</Badge>
          <time dateTime={createdAt} title={format.absolute(createdAt)} className="tabular text-sm text-fg-2">
            {format.date(createdAt)}
          </time>
        </div>
        <span className="tabular shrink-0 font-semibold">{money({ amount: total, currency })}</span>
      </header>
      <ul className="divide-y divide-border">
        {groupsOf(lines).map((group) => (
          <GroupItem key={group.key} group={group} currency={currency} />
        ))}
      </ul>
      <InvoiceSums invoice={invoice} />
    </section>
  );
}

function InvoiceSums({ invoice }: { invoice: LedgerInvoice }) {
  const { lines, total, balance, due, paid = 0, currency, unexplained = 0 } = invoice;
  const back = backOf(invoice);
  const sums = sumsOf(lines);
  const balances = balanceSums(total, balance, due);
  const rows = [
    { name: "Sum of the lines", amount: sums.lines, isShown: true },
    { name: "Discounts", amount: -sums.discount, isShown: sums.discount !== 0 },
    { name: "Tax", amount: sums.tax, isShown: sums.tax !== 0 },
    { name: "On the invoice, but not in its lines", amount: unexplained, isShown: unexplained !== 0 },
    { name: "Total", amount: total, isShown: true },
    ...balances,
    { name: "Due", amount: due, isShown: balances.some(({ isShown }) => isShown) },
    // where nothing went back, and all of it was paid, the total says so
    { name: "Paid", amount: paid, isShown: paid > 0 && (paid !== due || back.length > 0) },
    ...back.map(({ name, amount }) => ({ name, amount: -amount, isShown: true })),
  ];
  return <Sums sums={rows} main="Total" currency={currency} className="px-4 sm:px-5" />;
}
