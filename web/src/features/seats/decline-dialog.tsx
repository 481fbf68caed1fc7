import { Sentence } from "@muster/core/billing/requests/shape.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { plural } from "#lib/format.ts";
import { mistakeIn } from "#lib/mistake.ts";
import { declineSeatRequest, type SeatRequest, seatRequestsKey } from "#lib/seat-requests.ts";
import { ErrorBanner } from "#ui/banner.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { DialogActions, DialogBody } from "#ui/dialog-parts.tsx";
import { TextareaField } from "#ui/textarea.tsx";
import { toast } from "#ui/toast.ts";

type Props = { organizationId: string; request: SeatRequest | undefined; isOpen: boolean; onClose: () => void };

/** Declines a request for seats, with a reason that its author sees. */
export function DeclineDialog({ organizationId, request, isOpen, onClose }: Props) {
  const queryClient = useQueryClient();
  const [reason, setReason] = useState("");
  const [isSubmitted, setSubmitted] = useState(false);
  const decline = useMutation({
    mutationFn: (one: SeatRequest) => declineSeatRequest(organizationId, one, reason),
    onSuccess: () => {
      toast("The request was declined", { description: "Its author is notified." });
      close();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: seatRequestsKey(organizationId) }),
  });

  function close() {
    setReason("");
    setSubmitted(false);
    decline.reset();
    onClose();
  }

  const mistake = mistakeIn(Sentence, reason);

  function submit(event: FormEvent) {
    event.preventDefault();
    setSubmitted(true);
    if (request && mistake === undefined) {
      decline.mutate(request);
    }
  }

  return (
    <Dialog
      isOpen={isOpen}
      onClose={() => !decline.isPending && close()}
      title="Decline the request"
      description={request && `${request.name ?? "A member"} requests ${plural(request.seats, "seat")}.`}
      returnFocus={() => document.getElementById("main")}
    >
      <form noValidate autoComplete="off" onSubmit={submit} className="contents">
        <DialogBody>
          <TextareaField
            label="Why?"
            hint="They see this sentence."
            error={isSubmitted ? mistake : undefined}
            rows={3}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
          <ErrorBanner error={decline.error} />
        </DialogBody>
        <DialogActions onCancel={close} action="Decline request" isBusy={decline.isPending} isDangerous />
      </form>
    </Dialog>
  );
}
