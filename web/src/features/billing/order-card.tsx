import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { billingQuery } from "#lib/billing.ts";
import { OpenOrder } from "./open-order.tsx";
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
  if (data?.processing) {
    return <ProcessingBanner billing={data} />;
  }
  return data?.checkout && <OpenOrder organizationId={organizationId} order={data.checkout} onAnew={startOver} />;
}
