import { invoiceStatus } from "#features/billing/text.ts";
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
    <section aria-labelledby={id} className="card overflow-clip">
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
      <Sums invoice={invoice} />
    </section>
  );
}

function Sums({ invoice: { lines, total, due, currency, unexplained = 0 } }: { invoice: LedgerInvoice }) {
  const money = useMoney();
  const sums = sumsOf(lines);
  const balance = due - total;
  const rows: [string, number, boolean][] = [
    ["Sum of the lines", sums.lines, true],
    ["Discounts", -sums.discount, sums.discount !== 0],
    ["Tax", sums.tax, sums.tax !== 0],
    ["On the invoice, but not in its lines", unexplained, unexplained !== 0],
    ["Total", total, true],
    ["From the balance", balance, balance !== 0],
    ["Due", due, balance !== 0],
  ];
  return (
    <dl className="tabular grid grid-cols-[1fr_auto] gap-x-6 gap-y-1 border-t border-border px-4 py-3 text-sm text-fg-2 sm:px-5">
      {rows
        .filter(([, , isShown]) => isShown)
        .map(([name, amount]) => (
          <div key={name} className="contents">
            <dt className={name === "Total" ? "text-right font-medium text-fg" : "text-right"}>{name}</dt>
            <dd className={name === "Total" ? "text-right font-medium text-fg" : "text-right"}>
              {money({ amount, currency })}
            </dd>
          </div>
        ))}
    </dl>
  );
}
