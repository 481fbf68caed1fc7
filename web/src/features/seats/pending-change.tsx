import { useInfiniteQuery } from "@tanstack/react-query";
import type { Organization } from "#lib/api.ts";
import { type Billing, invoicesQuery } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Banner } from "#ui/banner.tsx";
import { buttonClass } from "#ui/button.tsx";
import { Time } from "#ui/time.tsx";
import { PortalButton } from "./portal-button.tsx";
import { processingText } from "./processing.ts";
import { contactWords } from "./text.ts";
import { WithContact } from "./with-contact.tsx";

type Props = {
  organization: Organization;
  billing: Billing;
  change: NonNullable<Billing["change"]>;
  /** True if it is shown beside other work, which paying must not leave. */
  isAside?: boolean;
};

/** A change under way: what it waits for, and how to continue it. */
export function PendingChange({ organization, billing, change, isAside = false }: Props) {
  const { from, to, waitsUntil, dueAt } = change;
  const money = useMoney();
  const what =
    from === to
      ? "The change of plan"
      : to > from
        ? `${plural(to - from, "more seat")} (${from} → ${to})`
        : `The change from ${from} to ${plural(to, "seat")}`;
  if (billing.processing) {
    return (
      <Banner tone="info">
        {processingText(billing.processing, money)} {what} {to - from > 1 ? "wait" : "waits"} for it. Until it arrives
        you have {plural(billing.seats.capacity, "seat")}; if your bank refuses it, nothing changes.
        {waitsUntil !== undefined && (
          <>
            {" "}
            Stripe drops the change <Time at={waitsUntil} />. What your bank pays after that can be refunded.
          </>
        )}
      </Banner>
    );
  }
  if (dueAt !== undefined) {
    return (
      <Banner tone="info">
        <p>
          {what} {to - from > 1 ? "wait" : "waits"} for the payment of the invoice, which is due <Time at={dueAt} />.
          Until it is paid you have {plural(billing.seats.capacity, "seat")}.{" "}
          <WithContact text={`${contactWords} to cancel the order.`} />
        </p>
        <div className="mt-3 flex flex-wrap gap-2 max-sm:*:w-full">
          <PayLink organizationId={organization.id} isAside={isAside} invoice={change.invoice} />
        </div>
      </Banner>
    );
  }
  if (waitsUntil === undefined) {
    return (
      <Banner tone="info">
        {what} {from === to ? "is" : to > from && to - from > 1 ? "are" : "is"} being made at Stripe. This page updates
        automatically.
      </Banner>
    );
  }
  return (
    <Banner tone="warning">
      <p>
        {what} {to - from > 1 ? "wait" : "waits"} for the payment, which failed. Until it is paid you have{" "}
        {plural(billing.seats.capacity, "seat")}; if it is not paid, nothing changes and you owe nothing. It is dropped{" "}
        <Time at={waitsUntil} />.
      </p>
      <div className="mt-3 flex flex-wrap gap-2 max-sm:*:w-full">
        <PayLink organizationId={organization.id} isAside={isAside} />
        {!isAside && (
          <PortalButton organizationId={organization.id} purpose="payment_method">
            Use another payment method
          </PortalButton>
        )}
      </div>
    </Banner>
  );
}

type PayProps = { organizationId: string; isAside?: boolean; invoice?: string | undefined };

/** The page of an unpaid invoice: the newest, or the one with this id. */
export function PayLink({ organizationId, isAside = false, invoice }: PayProps) {
  const { data } = useInfiniteQuery(invoicesQuery(organizationId));
  const open = data?.pages
    .flatMap(({ items }) => items)
    .find(({ id, status, pageUrl }) => status === "open" && pageUrl && (invoice === undefined || id === invoice));
  return (
    open && (
      <a
        href={open.pageUrl}
        className={buttonClass({ variant: "primary" })}
        {...(isAside && { target: "_blank", rel: "noreferrer" })}
      >
        Pay the invoice
      </a>
    )
  );
}
