import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { billingQuery } from "#lib/billing.ts";
import { OpenOrder } from "./open-order.tsx";

/** On the overview: an order that is waiting for its payment. */
export function OrderCard({ organizationId }: { organizationId: string }) {
  const { data } = useQuery(billingQuery(organizationId));
  const navigate = useNavigate();
  const startOver = () =>
    void navigate({
      to: "/organizations/$organization/billing",
      params: { organization: organizationId },
      hash: "order",
    });
  return data?.checkout && <OpenOrder organizationId={organizationId} order={data.checkout} onAnew={startOver} />;
}
