import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Printer } from "lucide-react";
import { Gate } from "#features/failure/gate.tsx";
import type { Organization } from "#lib/api.ts";
import { type LedgerInvoice, ledgerQuery, monthsQuery } from "#lib/ledger.ts";
import { pageOf } from "#lib/page-of.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMorePages } from "#lib/use-more-pages.ts";
import { Button, buttonClass } from "#ui/button.tsx";
import { PageHeader, Section } from "#ui/card.tsx";
import { Lines, Loading } from "#ui/loading.tsx";
import { NextPageFailure } from "#ui/retry-line.tsx";
import { InvoiceCard } from "./invoice-card.tsx";
import { MonthSums } from "./months.tsx";

type Props = { organization: Organization; month: string };

/** The payments and invoices of a month, to be printed or saved. */
export function Statement({ organization, month }: Props) {
  const format = useFormat();
  return (
    <>
      <PageHeader
        title={`Statement of ${format.month(month)}`}
        description={`${organization.name} · Months are in UTC.`}
        actions={
          <>
            <Link
              {...pageOf(organization.id, "/billing/ledger")}
              search={{}}
              className={buttonClass({ variant: "ghost" }, "print:hidden")}
            >
              All invoices
            </Link>
            <Button className="print:hidden" onClick={() => window.print()}>
              <Printer />
              Print
            </Button>
          </>
        }
      />
      <Payments organization={organization} month={month} />
      <Invoices organization={organization} month={month} />
    </>
  );
}

function Payments({ organization, month }: Props) {
  return (
    <Gate query={useQuery(monthsQuery(organization.id))} part="card mb-4 px-5 py-4">
      {({ items }) => {
        const own = items.filter((one) => one.month === month);
        return (
          <Section
            className="mb-4 overflow-clip"
            title="Payments"
            description={
              own.length > 0
                ? "The sum is that of Stripe’s balance for this organization, before Stripe’s fees. A payment or refund may be for an invoice of an earlier month."
                : "Nothing was paid, refunded, or disputed in this month."
            }
          >
            {own.length > 0 && (
              <ul className="divide-y divide-border border-t border-border">
                {own.map((one) => (
                  <MonthSums key={one.currency} one={one}>
                    <p className="font-medium">{one.currency.toUpperCase()}</p>
                  </MonthSums>
                ))}
              </ul>
            )}
          </Section>
        );
      }}
    </Gate>
  );
}

/** All invoices of the month: the ledger is read back to its beginning. */
function Invoices({ organization, month }: Props) {
  const list = useInfiniteQuery(ledgerQuery(organization.id));
  const loaded = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const isWhole = list.data !== undefined && (!list.hasNextPage || monthOf(loaded.at(-1)) < month);
  useMorePages(list, !isWhole);
  const own = loaded.filter((one) => monthOf(one) === month);
  return (
    <Gate query={list} skeleton={<InvoiceSkeleton />}>
      {() => (
        <>
          <h2 className="mb-3 text-base font-semibold">Invoices</h2>
          <div className="grid grid-cols-1 gap-4">
            {own.map((invoice) => (
              <InvoiceCard key={invoice.id} invoice={invoice} />
            ))}
          </div>
          <NextPageFailure list={list} className="mt-3" />
          {!isWhole && !list.isFetchNextPageError && <InvoiceSkeleton />}
          {isWhole && own.length === 0 && <p className="text-sm text-fg-2">No invoice was made in this month.</p>}
        </>
      )}
    </Gate>
  );
}

const monthOf = (invoice: LedgerInvoice | undefined) => invoice?.createdAt.slice(0, "2026-11".length) ?? "";

function InvoiceSkeleton() {
  return (
    <Loading what="the invoices" className="mt-4 grid gap-4">
      <div className="card grid gap-3 p-5">
        <Lines of={["h-5 w-40", "h-5 w-20"]} className="flex justify-between gap-4" />
        <Lines of={["h-4 w-72 max-w-full", "h-4 w-56 max-w-full"]} className="grid gap-3" />
      </div>
    </Loading>
  );
}
