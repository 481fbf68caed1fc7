import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { billingQuery } from "#lib/billing.ts";
import { buttonClass } from "#ui/button.tsx";
import { OpenOrder } from "./open-order.tsx";
import { isRefused } from "./processing.ts";
import { ProcessingBanner } from "./processing-banner.tsx";

/** On the overview: an order that waits for its payment, or a payment that a bank processes. */
export function OrderCard({ organizationId }: { organizationId: string }) {
  const { data } = useQuery(billingQuery(organizationId));
  const navigate = useNavigate();
  const startOver = () =>
    void navigate({
      to: "/organizations/$organization/billing",
      params: { organization: organizationId },
      hash: "order",
    });
  if (data && (data.processing || isRefused(data))) {
    return (
      <ProcessingBanner billing={data}>
        <Link
          to="/organizations/$organization/billing"
          params={{ organization: organizationId }}
          className={buttonClass()}
        >
          See billing
        </Link>
      </ProcessingBanner>
    );
  }
  return data?.checkout && <OpenOrder organizationId={organizationId} order={data.checkout} onAnew={startOver} />;
}
