import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import { ownSeatRequestQuery, revokeSeatRequest, type SeatRequest } from "#lib/seat-requests.ts";
import { useFormat } from "#lib/use-format.ts";
import { Button } from "#ui/button.tsx";
import { toast, toastFailure } from "#ui/toast.ts";
import { RequestDialog } from "./request-dialog.tsx";
import { usePlans } from "./use-plans.ts";

type Props = { organization: Organization };

/** For members who cannot buy seats: their last request, its outcome, and the next one. */
export function OwnSeatRequest({ organization }: Props) {
  const { data } = useQuery(ownSeatRequestQuery(organization.id));
  const { sold } = usePlans();
  const [isOpen, setOpen] = useState(false);
  if (data === undefined || (sold.length === 0 && data.request === undefined)) {
    return null;
  }
  const { request } = data;
  const isWaiting = request?.state === "open" || request?.state === "paying";
  return (
    <section aria-label="Seats" className="card flex flex-wrap items-center justify-between gap-3 px-5 py-4">
      <div className="grid min-w-0 gap-0.5">{request ? <What request={request} /> : <Nothing />}</div>
      {isWaiting ? (
        request.state === "open" && <Revoke organization={organization} />
      ) : (
        <Button blocked={whyBlocked(organization, "billing.requestSeats")} onClick={() => setOpen(true)}>
          Request seats
        </Button>
      )}
      <RequestDialog organization={organization} isOpen={isOpen} onClose={() => setOpen(false)} />
    </section>
  );
}

function Nothing() {
  return (
    <>
      <p className="font-medium">Seats for new members</p>
      <p className="text-sm text-fg-2">
        Request seats, and say what they are for. Unless they can be added automatically, owners and admins decide.
      </p>
    </>
  );
}

function What({ request }: { request: SeatRequest }) {
  const format = useFormat();
  const { seats, note, by = "Someone", reason, expiresAt, requestedAt } = request;
  const what = plural(seats, "seat");
  const approved = request.isAutomatic
    ? `Your request for ${what} was approved automatically`
    : `${by} approved your request for ${what}`;
  const texts: Record<SeatRequest["state"], ReactNode> = {
    open: `You requested ${what}. You’ll be notified of the decision. It expires on ${format.date(expiresAt)}.`,
    paying: `${approved}. The payment is under way.`,
    approved: `${approved}.`,
    declined: `${by} declined your request for ${what}: ${reason ?? "no reason is known."}`,
    revoked: `You revoked your request for ${what}.`,
    expired: `Your request for ${what} of ${format.date(requestedAt)} expired without a decision.`,
    unknown: `You requested ${what}.`,
  };
  return (
    <>
      <p className="font-medium break-words">{texts[request.state]}</p>
      <p className="text-sm break-words text-fg-2">{note}</p>
    </>
  );
}

function Revoke({ organization: { id } }: Props) {
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeSeatRequest(id),
    onSuccess: () => toast("Your request was revoked"),
    onError: (error) => toastFailure("Your request was not revoked", error),
    onSettled: () => queryClient.invalidateQueries(ownSeatRequestQuery(id)),
  });
  return (
    <Button isBusy={revoke.isPending} onClick={() => revoke.mutate()}>
      Revoke request
    </Button>
  );
}
