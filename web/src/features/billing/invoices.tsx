import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Download, ExternalLink } from "lucide-react";
import { ListGate } from "#features/failure/gate.tsx";
import { backOf, invoiceStatus } from "#features/seats/invoice-status.ts";
import { type Invoice, invoicesQuery } from "#lib/billing.ts";
import type { Format } from "#lib/format.ts";
import { pageOf } from "#lib/page-of.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Badge } from "#ui/badge.tsx";
import { buttonClass } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { LoadingRows } from "#ui/loading.tsx";
import { type Column, Table } from "#ui/table.tsx";

/** Number, date, amount, status, and documents; newest first. */
export function Invoices({ organizationId }: { organizationId: string }) {
  const format = useFormat();
  const money = useMoney();
  return (
    <Section
      title="Invoices"
      action={
        <Link {...pageOf(organizationId, "/billing/ledger")} className={buttonClass({ size: "small" })}>
          Seat ledger
        </Link>
      }
    >
      <ListGate
        list={useInfiniteQuery(invoicesQuery(organizationId))}
        part="px-5 pt-1 pb-5"
        skeleton={<LoadingRows what="the invoices" lines={["h-4 w-32"]} end="h-4 w-16" />}
        empty={
          <p className="px-5 pt-1 pb-6 text-sm text-fg-2">
            No invoices yet. You get the first one with your first payment.
          </p>
        }
        more="Show older"
      >
        {(invoices) => <Table columns={columnsFor(format, money)} items={invoices} idOf={({ id }) => id} />}
      </ListGate>
    </Section>
  );
}

function columnsFor({ date }: Format, money: ReturnType<typeof useMoney>): Column<Invoice>[] {
  return [
    {
      head: "Number",
      width: "minmax(88px,1fr)",
      isRowHead: true,
      // the numbers of a customer differ only in their ends
      className: "tabular font-medium wrap-anywhere",
      cell: nameOf,
    },
    {
      head: "Date",
      width: "minmax(104px,max-content)",
      narrow: "below",
      className: "tabular whitespace-nowrap text-fg-2 max-md:col-start-1 max-md:row-start-2 max-md:text-sm",
      cell: ({ createdAt }) => date(createdAt),
    },
    {
      head: "Amount",
      width: "128px",
      narrow: "auto",
      className: "tabular text-right font-medium whitespace-nowrap max-md:col-start-2 max-md:row-start-1",
      cell: ({ total, tax, currency, ...invoice }) => (
        <>
          {money({ amount: total, currency })}
          {tax !== undefined && (
            <span className="block text-sm font-normal text-fg-2">incl. {money({ amount: tax, currency })} tax</span>
          )}
          {backOf(invoice).map(({ name, amount }) => (
            <span key={name} className="block text-sm font-normal whitespace-normal text-fg-2">
              {name} {money({ amount, currency })}
            </span>
          ))}
        </>
      ),
    },
    {
      head: "Status",
      width: "112px",
      narrow: "below",
      className: "max-md:col-start-2 max-md:row-start-2 max-md:text-right",
      cell: (invoice) => {
        const { label, tone } = invoiceStatus(invoice);
        const { dueAt, status } = invoice;
        return (
          <>
            <Badge tone={tone}>{label}</Badge>
            {status === "open" && dueAt !== undefined && (
              <span className="tabular block text-sm text-fg-2">due {date(dueAt)}</span>
            )}
          </>
        );
      },
    },
    {
      head: "Documents",
      isHeadHidden: true,
      width: "152px",
      narrow: "below",
      className: "text-right whitespace-nowrap max-md:col-span-2 max-md:pt-2 max-md:text-left",
      cell: (invoice) => <Documents invoice={invoice} />,
    },
  ];
}

const nameOf = ({ number }: Invoice) => number ?? "Draft";

function Documents({ invoice }: { invoice: Invoice }) {
  const { status, pageUrl, pdfUrl } = invoice;
  const name = nameOf(invoice);
  return (
    <>
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
          className={buttonClass({ variant: "ghost", size: "small" }, "max-md:-ml-2")}
        >
          <Download aria-hidden />
          PDF
        </a>
      )}
    </>
  );
}
