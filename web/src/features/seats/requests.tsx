import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import type { Billing } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";
import { approveSeatRequest, type SeatRequest, seatRequestsKey, seatRequestsQuery } from "#lib/seat-requests.ts";
import { useMorePages } from "#lib/use-more-pages.ts";
import { useOpened } from "#lib/use-opened.ts";
import { Button } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { Time } from "#ui/time.tsx";
import { toast } from "#ui/toast.ts";
import { limitText } from "./confirmed.ts";
import { DeclineDialog } from "./decline-dialog.tsx";
import { PriceBox } from "./price-box.tsx";
import { isUnpaid } from "./processing.ts";
import { isSubscribed } from "./text.ts";
import { useChange } from "./use-change.ts";
import { WithContact } from "./with-contact.tsx";

type Props = { organization: Organization; billing: Billing };

/** Lists the requests of members, each with its exact price: approved with one click, or declined with a reason. */
export function SeatRequests({ organization, billing }: Props) {
  const requests = useInfiniteQuery(seatRequestsQuery(organization.id));
  useMorePages(requests);
  const items = requests.data?.pages.flatMap((page) => page.items) ?? [];
  const [reviewed, review] = useState<string>();
  const declining = useOpened<SeatRequest>();
  if (items.length === 0) {
    return null;
  }
  const shown = items.find(({ account }) => account === reviewed) ?? items.find(({ state }) => state === "open");
  return (
    <Section title="Seat requests" description="From members who can’t buy seats.">
      <ul aria-label="Seat requests" className="divide-y divide-border border-t border-border">
        {items.map((request) => (
          <li key={request.account} className="grid gap-3 px-5 py-4">
            <What request={request} />
            {request.state === "open" && (
              <div className="flex flex-wrap gap-2">
                {request !== shown && <Button onClick={() => review(request.account)}>Show price</Button>}
                <Button
                  blocked={whyBlocked(organization, "billing.declineSeatRequest")}
                  onClick={() => declining.open(request)}
                >
                  Decline
                </Button>
              </div>
            )}
            {request === shown && request.state === "open" && (
              <Price organization={organization} billing={billing} request={request} />
            )}
          </li>
        ))}
      </ul>
      <DeclineDialog organizationId={organization.id} request={declining.shown} {...declining.dialog} />
    </Section>
  );
}

function What({
  request: { name = "A member", seats, note, requestedAt, state, isAutomatic, by = "Someone" },
}: {
  request: SeatRequest;
}) {
  return (
    <div className="grid min-w-0 gap-0.5">
      <p className="break-words">
        <span className="font-medium">{name}</span> requests {plural(seats, "seat")}
        <span className="text-fg-2">
          {" "}
          · <Time at={requestedAt} />
        </span>
      </p>
      <p className="text-sm break-words text-fg-2">{note}</p>
      {state === "paying" && (
        <p className="text-sm text-fg-2">
          {isAutomatic ? "It was approved automatically." : `${by} approved it.`} The payment is under way.
        </p>
      )}
    </div>
  );
}

function Price({ organization, billing, request }: Props & { request: SeatRequest }) {
  const most = billing.trialSeats ?? billing.maxSeats;
  const isBeyond = (billing.seats.paid ?? 0) + request.seats > most;
  const blocked = isSubscribed(billing)
    ? (whyBlocked(organization, "billing.resize", { billing }) ?? (isBeyond ? limitText(most, billing) : undefined))
    : "Choose a plan first. Then this request can be approved.";
  return blocked === undefined ? (
    <ApproveBox organization={organization} billing={billing} request={request} />
  ) : (
    <p className="text-sm text-fg-2">
      <WithContact text={blocked} />
    </p>
  );
}

type ApproveProps = { organization: Organization; billing: Billing; request: SeatRequest };

/** The exact price of a request, and the button that approves it for exactly that. */
function ApproveBox({ organization, billing, request }: ApproveProps) {
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
