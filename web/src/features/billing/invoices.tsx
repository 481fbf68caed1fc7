import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Download, ExternalLink } from "lucide-react";
import { ListGate } from "#features/failure/gate.tsx";
import { invoiceStatus } from "#features/seats/text.ts";
import { type Invoice, invoicesQuery } from "#lib/billing.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Badge } from "#ui/badge.tsx";
import { buttonClass } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";

/** Number, date, amount, status, and documents; newest first. */
export function Invoices({ organizationId }: { organizationId: string }) {
  return (
    <Section
      title="Invoices"
      action={
        <Link
          to="/organizations/$organization/billing/ledger"
          params={{ organization: organizationId }}
          className={buttonClass({ size: "small" })}
        >
          Seat ledger
        </Link>
      }
    >
      <ListGate
        list={useInfiniteQuery(invoicesQuery(organizationId))}
        part="px-5 pt-1 pb-5"
        skeleton={<InvoicesSkeleton />}
        empty={
          <p className="px-5 pt-1 pb-6 text-sm text-fg-2">
            No invoices yet. You get the first one with your first payment.
          </p>
        }
        more="Show older"
      >
        {(invoices) => <InvoiceTable invoices={invoices} />}
      </ListGate>
    </Section>
  );
}

function InvoiceTable({ invoices }: { invoices: Invoice[] }) {
  return (
    <table className="w-full text-left">
      <thead className="max-sm:sr-only">
        <tr className="border-b border-border text-sm text-fg-2 *:px-3 *:py-2 *:font-medium *:first:pl-5 *:last:pr-5">
          <th scope="col">Number</th>
          <th scope="col">Date</th>
          <th scope="col" className="text-right">
            Amount
          </th>
          <th scope="col">Status</th>
          <th scope="col">
            <span className="sr-only">Documents</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {invoices.map((invoice) => (
          <Row key={invoice.id} invoice={invoice} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ invoice }: { invoice: Invoice }) {
  const { number, createdAt, total, tax, currency, pdfUrl, pageUrl, status } = invoice;
  const { date } = useFormat();
  const money = useMoney();
  const { label, tone } = invoiceStatus(invoice);
  const name = number ?? "Draft";
  return (
    <tr className="border-b border-border last:border-b-0 max-sm:grid max-sm:grid-cols-[minmax(0,1fr)_auto] max-sm:px-5 max-sm:py-3 sm:h-13 sm:*:px-3 sm:*:first:pl-5 sm:*:last:pr-5">
      <th scope="row" className="tabular truncate font-medium">
        {name}
      </th>
      <td className="tabular whitespace-nowrap text-fg-2 max-sm:col-start-1 max-sm:row-start-2 max-sm:text-sm">
        {date(createdAt)}
      </td>
      <td className="tabular text-right font-medium whitespace-nowrap max-sm:col-start-2 max-sm:row-start-1">
        {money({ amount: total, currency })}
        {tax !== undefined && (
          <span className="block text-sm font-normal text-fg-2">incl. {money({ amount: tax, currency })} tax</span>
        )}
      </td>
      <td className="max-sm:col-start-2 max-sm:row-start-2 max-sm:text-right">
        <Badge tone={tone}>{label}</Badge>
      </td>
      <td className="text-right whitespace-nowrap max-sm:col-span-2 max-sm:pt-2 max-sm:text-left">
        {status === "open" && pageUrl !== undefined && (
          <a href={pageUrl} aria-label={`Pay ${name}`} className={buttonClass({ size: "small" }, "mr-1")}>
            <ExternalLink aria-hidden />
            Pay
          </a>
        )}
        {pdfUrl !== undefined && (
          <a
            href={pdfUrl}
            aria-label={`PDF of ${name}`}
            className={buttonClass({ variant: "ghost", size: "small" }, "max-sm:-ml-2")}
          >
            <Download aria-hidden />
            PDF
          </a>
        )}
      </td>
    </tr>
  );
}

function InvoicesSkeleton() {
  return (
    <Loading what="the invoices" className="grid gap-3 px-5 pb-5">
      {["first", "second", "third"].map((place) => (
        <div key={place} className="flex items-center justify-between gap-4">
          <Skeleton className="h-4 w-32" />
          <Skeleton className="h-4 w-20 max-sm:hidden" />
          <Skeleton className="h-4 w-16" />
        </div>
      ))}
    </Loading>
  );
}
