import { useQueryClient } from "@tanstack/react-query";
import { PriceBox } from "#features/billing/price-box.tsx";
import { isUnpaid } from "#features/billing/processing.ts";
import { useChange } from "#features/billing/use-change.ts";
import type { Organization } from "#lib/api.ts";
import type { Billing } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";
import { approveSeatRequest, type SeatRequest, seatRequestsKey } from "#lib/seat-requests.ts";
import { toast } from "#ui/toast.ts";

type Props = { organization: Organization; billing: Billing; request: SeatRequest };

/** The exact price of a request, and the button that approves it for exactly that. */
export function ApproveBox({ organization, billing, request }: Props) {
  const queryClient = useQueryClient();
  const seats = (billing.seats.paid ?? 0) + request.seats;
  const refresh = () => void queryClient.invalidateQueries({ queryKey: seatRequestsKey(organization.id) });
  const change = useChange(
    organization.id,
    { seats },
    (now) => {
      refresh();
      const what = plural(request.seats, "seat");
      if (isUnpaid(now)) {
        toast(`The payment for ${what} is under way`);
      } else {
        toast(`${what} added`, { description: `${request.name ?? "The member"} is notified.` });
      }
    },
    { send: (quoted) => approveSeatRequest(organization.id, request, quoted), onFailed: refresh },
  );
  return <PriceBox change={change} billing={billing} wish={{ seats, plan: billing.plan }} />;
}
