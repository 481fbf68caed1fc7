import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { Download, ReceiptText } from "lucide-react";
import { Gate, ListGate, PageGate } from "#features/failure/gate.tsx";
import { useExport } from "#features/members/export.tsx";
import { type Organization } from "#lib/api.ts";
import { billingQuery } from "#lib/billing.ts";
import { useNow } from "#lib/clock.ts";
import { plural } from "#lib/format.ts";
import { ledgerQuery } from "#lib/ledger.ts";
import { pageOf } from "#lib/page-of.ts";
import { useFormat } from "#lib/use-format.ts";
import { Button, buttonClass } from "#ui/button.tsx";
import { PageHeader } from "#ui/card.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { Lines, Loading } from "#ui/loading.tsx";
import { InvoiceCard } from "./invoice-card.tsx";
import { Months } from "./months.tsx";
import { Statement } from "./statement.tsx";
import { highestOf, lineOf, type Step, stepsOf } from "./steps.ts";
import { sinceText } from "./text.ts";

export function LedgerPage() {
  const { month } = useSearch({ from: "/_signed-in/organizations/$organization/billing_/ledger" });
  return (
    <PageGate page="ledger" skeleton={<WhileLoading />}>
      {(organization) =>
        month === undefined ? (
          <Present organization={organization} />
        ) : (
          <Statement key={month} organization={organization} month={month} />
        )
      }
    </PageGate>
  );
}

/** An organization that never bought anything has no invoices to ask for. */
function Present({ organization }: { organization: Organization }) {
  return (
    <Gate query={useQuery(billingQuery(organization.id))} skeleton={<WhileLoading />}>
      {({ customer, seats }) =>
        customer ? (
          <Invoices organization={organization} seats={seats.paid ?? 0} />
        ) : (
          <>
            <Header />
            <Empty />
          </>
        )
      }
    </Gate>
  );
}

function Invoices({ organization, seats }: { organization: Organization; seats: number }) {
  return (
    <ListGate
      list={useInfiniteQuery(ledgerQuery(organization.id))}
      more="Show older"
      head={<Header organization={organization} />}
      skeleton={<LedgerSkeleton />}
      empty={<Empty />}
    >
      {(invoices) => (
        <>
          <SeatsPicture steps={stepsOf(invoices)} seats={seats} />
          <Months organizationId={organization.id} />
          <div className="grid grid-cols-1 gap-4">
            {invoices.map((invoice) => (
              <InvoiceCard key={invoice.id} invoice={invoice} />
            ))}
          </div>
        </>
      )}
    </ListGate>
  );
}

function Header({ organization }: { organization?: Organization }) {
  return (
    <PageHeader
      title="Seat ledger"
      description="Each line of your invoices, with who changed the seats. Visible to owners and admins."
      actions={
        organization && (
          <>
            <Link {...pageOf(organization.id, "/billing")} search={{}} className={buttonClass({ variant: "ghost" })}>
              Back to billing
            </Link>
            <DownloadButton organization={organization} />
          </>
        )
      }
    />
  );
}

function DownloadButton({ organization }: { organization: Organization }) {
  const run = useExport(organization, "ledger");
  return (
    <Button isBusy={run.isPending} onClick={() => run.mutate()}>
      <Download />
      Download CSV
    </Button>
  );
}

function Empty() {
  return (
    <div className="card">
      <EmptyState icon={ReceiptText} title="No invoices yet">
        With your first payment, each line of an invoice is listed here with who changed the seats.
      </EmptyState>
    </div>
  );
}

function WhileLoading() {
  return (
    <>
      <Header />
      <LedgerSkeleton />
    </>
  );
}

function LedgerSkeleton() {
  return (
    <Loading what="the seat ledger" className="grid gap-4">
      {["newest", "older"].map((place) => (
        <div key={place} className="card grid gap-3 p-5">
          <Lines of={["h-5 w-40", "h-5 w-20"]} className="flex justify-between gap-4" />
          <Lines of={["h-4 w-72 max-w-full", "h-4 w-56 max-w-full"]} className="grid gap-3" />
        </div>
      ))}
    </Loading>
  );
}

/** Seats over time. Each change is in the list below, so this is one picture for a screen reader. */
function SeatsPicture({ steps, seats }: { steps: readonly Step[]; seats: number }) {
  const format = useFormat();
  const now = useNow();
  const [first, last] = [steps[0], steps.at(-1)];
  if (!first || !last || (steps.length === 1 && last.to === seats)) return null;
  const highest = highestOf(steps, seats);
  const line = lineOf(steps, { at: now, seats });
  const since = sinceText(last.to, seats);
  return (
    <section aria-labelledby="seats-over-time" className="card mb-4 px-5 pt-4 pb-4">
      <h2 id="seats-over-time" className="text-base font-semibold">
        Seats over time
      </h2>
      <div className="mt-3 flex gap-2">
        <div aria-hidden className="tabular flex shrink-0 flex-col justify-between text-right text-xs text-fg-3">
          <span>{format.number(highest)}</span>
          <span>0</span>
        </div>
        <svg
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          role="img"
          aria-label={`${plural(first.to, "seat")} on ${format.date(first.endedAt)}, ${format.number(seats)} now, ${format.number(highest)} at most. ${plural(steps.length, "change")}.`}
          className="h-24 min-w-0 flex-1 overflow-visible border-b border-border"
        >
          <path d={`${line}V100H0Z`} className="fill-accent-soft" />
          <path
            d={line}
            className="fill-none stroke-accent"
            strokeWidth={2}
            strokeLinejoin="round"
            vectorEffect="non-scaling-stroke"
          />
        </svg>
      </div>
      <div aria-hidden className="tabular mt-1.5 flex justify-between pl-4 text-xs text-fg-3">
        <span>{format.date(first.endedAt)}</span>
        <span>Now</span>
      </div>
      {since !== undefined && <p className="mt-2 text-sm text-fg-2">{since}</p>}
    </section>
  );
}
