import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Download, ReceiptText } from "lucide-react";
import { Gate, ListGate, PageGate } from "#features/failure/gate.tsx";
import { useExport } from "#features/members/export.tsx";
import type { Organization } from "#lib/api.ts";
import { billingQuery } from "#lib/billing.ts";
import { ledgerQuery } from "#lib/ledger.ts";
import { Button, buttonClass } from "#ui/button.tsx";
import { PageHeader } from "#ui/card.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { InvoiceCard } from "./invoice-card.tsx";
import { SeatsPicture } from "./seats-picture.tsx";
import { stepsOf } from "./steps.ts";

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
            <Link
              to="/organizations/$organization/billing"
              params={{ organization: organization.id }}
              search={{}}
              className={buttonClass({ variant: "ghost" })}
            >
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
      <EmptyState picture={<Mark />} title="No invoices yet">
        With your first payment, each line of an invoice is listed here with who changed the seats.
      </EmptyState>
    </div>
  );
}

function Mark() {
  return (
    <span className="grid size-10 place-items-center rounded-xl border border-border bg-surface-2 text-fg-3">
      <ReceiptText aria-hidden className="size-5" />
    </span>
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
          <div className="flex justify-between gap-4">
            <Skeleton className="h-5 w-40" />
            <Skeleton className="h-5 w-20" />
          </div>
          <Skeleton className="h-4 w-72 max-w-full" />
          <Skeleton className="h-4 w-56 max-w-full" />
        </div>
      ))}
    </Loading>
  );
}
