import { CreditCard, Landmark } from "lucide-react";
import { PortalButton } from "#features/seats/portal-button.tsx";
import { isBankDebit, methodName } from "#features/seats/processing.ts";
import type { Billing } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";
import { useFormat } from "#lib/use-format.ts";
import { Badge } from "#ui/badge.tsx";

type Props = { organizationId: string; billing: Pick<Billing, "paymentMethod"> };

/** Shows the payment method, its expiry, and the way to another one. */
export function MethodCard({ organizationId, billing: { paymentMethod: method } }: Props) {
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
          <span className="grid size-10 shrink-0 place-items-center rounded-lg border border-border bg-surface-2 text-fg-2">
            {isBankDebit(method) ? (
              <Landmark aria-hidden className="size-5" />
            ) : (
              <CreditCard aria-hidden className="size-5" />
            )}
          </span>
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
