import { useInfiniteQuery } from "@tanstack/react-query";
import type { Organization } from "#lib/api.ts";
import { type Billing, invoicesQuery } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";
import { Banner } from "#ui/banner.tsx";
import { buttonClass } from "#ui/button.tsx";
import { Time } from "#ui/time.tsx";
import { PortalButton } from "./portal-button.tsx";

type Props = { organization: Organization; billing: Billing; change: NonNullable<Billing["change"]> };

/** A change on its way: what it waits for, and what brings it on. */
export function PendingChange({ organization, billing, change }: Props) {
  const { from, to, waitsUntil } = change;
  const what =
    from === to
      ? "The change of plan"
      : to > from
        ? `${plural(to - from, "more seat")} (${from} → ${to})`
        : `The change from ${from} to ${plural(to, "seat")}`;
  if (waitsUntil === undefined) {
    return (
      <Banner tone="info">
        {what} {from === to ? "is" : to > from && to - from > 1 ? "are" : "is"} being made at Stripe. This page follows
        by itself.
      </Banner>
    );
  }
  return (
    <Banner tone="warning">
      <p>
        {what} {to - from > 1 ? "wait" : "waits"} for the payment, which did not go through. Until it is paid you have{" "}
        {plural(billing.seats.capacity, "seat")}; if it is not, nothing changes and nothing is owed. It is given up{" "}
        <Time at={waitsUntil} />.
      </p>
      <div className="mt-3 flex flex-wrap gap-2 max-sm:*:w-full">
        <PayLink organizationId={organization.id} />
        <PortalButton organizationId={organization.id}>Use another card</PortalButton>
      </div>
    </Banner>
  );
}

/** The page of the newest invoice that is not paid yet. */
export function PayLink({ organizationId }: { organizationId: string }) {
  const { data } = useInfiniteQuery(invoicesQuery(organizationId));
  const open = data?.pages.flatMap(({ items }) => items).find(({ status, pageUrl }) => status === "open" && pageUrl);
  return (
    open && (
      <a href={open.pageUrl} className={buttonClass({ variant: "primary" })}>
        Pay the invoice
      </a>
    )
  );
}
