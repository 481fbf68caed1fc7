import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Download, ReceiptText } from "lucide-react";
import { Gate, ListGate, PageGate } from "#features/failure/gate.tsx";
import { useExport } from "#features/members/export.tsx";
import { backOf, invoiceStatus } from "#features/seats/invoice-status.ts";
import { Sums } from "#features/seats/price.tsx";
import { balanceSums } from "#features/seats/text.ts";
import { type Organization } from "#lib/api.ts";
import { billingQuery } from "#lib/billing.ts";
import { useNow } from "#lib/clock.ts";
import { plural } from "#lib/format.ts";
import { type LedgerInvoice, ledgerQuery } from "#lib/ledger.ts";
import { pageOf } from "#lib/page-of.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Badge } from "#ui/badge.tsx";
import { Button, buttonClass } from "#ui/button.tsx";
import { PageHeader } from "#ui/card.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { Lines, Loading } from "#ui/loading.tsx";
import { GroupItem } from "./group-item.tsx";
import { groupsOf, sumsOf } from "./groups.ts";
import { Months } from "./months.tsx";
import { highestOf, lineOf, type Step, stepsOf } from "./steps.ts";
import { sinceText } from "./text.ts";

export function LedgerPage() {
  return (
    <PageGate page="ledger" skeleton={<WhileLoading />}>
      {(organization) => <Present organization={organization} />}
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

/** An invoice: what is behind its lines, and what they come to. */
function InvoiceCard({ invoice }: { invoice: LedgerInvoice }) {
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
