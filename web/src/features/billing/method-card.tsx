import { useInfiniteQuery } from "@tanstack/react-query";
import { CreditCard, ExternalLink, FileText, Landmark, type LucideIcon } from "lucide-react";
import { dueWithin } from "#features/seats/by-invoice.ts";
import { PortalButton } from "#features/seats/portal-button.tsx";
import { isBankDebit, methodName } from "#features/seats/processing.ts";
import { type Billing, type Invoice, invoicesQuery } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Badge } from "#ui/badge.tsx";
import { buttonClass } from "#ui/button.tsx";

type Props = { organizationId: string; billing: Pick<Billing, "paymentMethod" | "byInvoice"> };

/** Shows how the organization pays: by invoice, or with a payment method. */
export function PaymentCard({ organizationId, billing }: Props) {
  const { byInvoice } = billing;
  return byInvoice ? (
    <InvoiceCard organizationId={organizationId} byInvoice={byInvoice} />
  ) : (
    <MethodCard organizationId={organizationId} billing={billing} />
  );
}

type InvoiceProps = { organizationId: string; byInvoice: NonNullable<Billing["byInvoice"]> };

/** Shows the terms of invoices, and those that are open. */
function InvoiceCard({ organizationId, byInvoice }: InvoiceProps) {
  const { data } = useInfiniteQuery(invoicesQuery(organizationId));
  const open = (data?.pages ?? []).flatMap(({ items }) => items.filter(({ status }) => status === "open"));
  return (
    <section aria-labelledby="payment-method" className="card p-5">
      <h2 id="payment-method" className="text-base font-semibold">
        Payment
      </h2>
      <div className="mt-3 flex items-center gap-3">
        <MethodIcon icon={FileText} />
        <div className="min-w-0">
          <p className="font-medium">By invoice, {dueWithin(byInvoice)}</p>
          <p className="text-sm text-fg-2">Invoices are sent to the billing contact.</p>
        </div>
      </div>
      {open.length > 0 && (
        <ul aria-label="Open invoices" className="mt-4 grid gap-3 border-t border-border pt-4">
          {open.map((invoice) => (
            <OpenInvoice key={invoice.id} invoice={invoice} />
          ))}
        </ul>
      )}
    </section>
  );
}

function OpenInvoice({ invoice: { number, total, currency, dueAt, pageUrl } }: { invoice: Invoice }) {
  const { date } = useFormat();
  const money = useMoney();
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <span className="tabular min-w-0">
        <span className="block font-medium">{money({ amount: total, currency })}</span>
        {dueAt !== undefined && <span className="block text-sm text-fg-2">Due {date(dueAt)}</span>}
      </span>
      {pageUrl !== undefined && (
        <a href={pageUrl} aria-label={`Open invoice ${number}`} className={buttonClass({ size: "small" })}>
          <ExternalLink aria-hidden />
          Open invoice
        </a>
      )}
    </li>
  );
}

function MethodIcon({ icon: Icon }: { icon: LucideIcon }) {
  return (
    <span className="grid size-10 shrink-0 place-items-center rounded-lg border border-border bg-surface-2 text-fg-2">
      <Icon aria-hidden className="size-5" />
    </span>
  );
}

/** Shows the payment method, its expiry, and the way to another one. */
function MethodCard({ organizationId, billing: { paymentMethod: method } }: Props) {
  const { expiry } = method ?? {};
  return (
    <section aria-labelledby="payment-method" className="card p-5">
      <h2 id="payment-method" className="text-base font-semibold">
        Payment method
      </h2>
      {method === undefined ? (
        <p className="mt-1 text-sm text-fg-2">
          None is known here. Add one at Stripe so that the next payment can succeed.
        </p>
      ) : (
        <div className="mt-3 flex items-center gap-3">
          <MethodIcon icon={isBankDebit(method) ? Landmark : CreditCard} />
          <div className="min-w-0">
            <p className="tabular flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
              {methodName(method)}
              {expiry === "expired" && <Badge tone="danger">Expired</Badge>}
              {expiry === "soon" && <Badge tone="warning">Expires soon</Badge>}
            </p>
            <Note method={method} />
          </div>
        </div>
      )}
      <div className="mt-4 flex max-sm:*:w-full">
        <PortalButton
          organizationId={organizationId}
          purpose="payment_method"
          variant={expiry === "expired" ? "primary" : "secondary"}
        >
          {method === undefined ? "Add a payment method" : "Change payment method"}
        </PortalButton>
      </div>
    </section>
  );
}

function Note({ method }: { method: NonNullable<Billing["paymentMethod"]> }) {
  const { month } = useFormat();
  if (isBankDebit(method)) {
    const { businessDays } = method;
    const takes =
      businessDays === undefined ? "several business days" : `up to ${plural(businessDays, "business day")}`;
    return <p className="text-sm text-fg-2">Payments from a bank account take {takes}.</p>;
  }
  if (method.expires === undefined) {
    return null;
  }
  const until = month(method.expires);
  return (
    <p className="text-sm text-fg-2">
      {method.expiry === "expired" ? `Expired after ${until}` : `Valid until the end of ${until}`}
    </p>
  );
}
