import { maxSeats as most } from "@muster/core/billing/limits.ts";
import { Sentence } from "@muster/core/billing/requests/shape.ts";
import { Seats } from "@muster/core/billing/shape.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Organization } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import { mistakeIn } from "#lib/mistake.ts";
import { ownSeatRequestQuery, requestSeats } from "#lib/seat-requests.ts";
import { ErrorBanner } from "#ui/banner.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { DialogActions, DialogBody } from "#ui/dialog-parts.tsx";
import { StepperField } from "#ui/number-stepper.tsx";
import { TextareaField } from "#ui/textarea.tsx";
import { toast } from "#ui/toast.ts";
import { maximumText, seatLimitText } from "./text.ts";
import { usePlans } from "./use-plans.ts";
import { WithContact } from "./with-contact.tsx";

type Props = { organization: Organization; isOpen: boolean; onClose: () => void };

/** Requests seats from those who can buy them, with a sentence. */
export function RequestDialog({ organization, isOpen, onClose }: Props) {
  const queryClient = useQueryClient();
  const [seats, setSeats] = useState(1);
  const [note, setNote] = useState("");
  const [isSubmitted, setSubmitted] = useState(false);
  const request = useMutation({
    mutationFn: () => requestSeats(organization.id, { seats, note }),
    onSuccess: (made) => {
      queryClient.setQueryData(ownSeatRequestQuery(organization.id).queryKey, { request: made });
      toast(`You requested ${plural(made.seats, "seat")}`, { description: "You’ll be notified of the decision." });
      close();
    },
    onError: () => queryClient.invalidateQueries(ownSeatRequestQuery(organization.id)),
  });

  function close() {
    setSeats(1);
    setNote("");
    setSubmitted(false);
    request.reset();
    onClose();
  }

  const { maxSeats = most } = usePlans();
  const mistakes = {
    seats: seats > maxSeats ? seatLimitText(maxSeats) : mistakeIn(Seats, seats),
    note: mistakeIn(Sentence, note),
  };

  function submit(event: FormEvent) {
    event.preventDefault();
    setSubmitted(true);
    if (mistakes.seats === undefined && mistakes.note === undefined) {
      request.mutate();
    }
  }

  return (
    <Dialog
      isOpen={isOpen}
      onClose={() => !request.isPending && close()}
      title="Request seats"
      description={`Unless seats can be added automatically, owners and admins of ${organization.name} decide, and see the price.`}
    >
      <form noValidate autoComplete="off" onSubmit={submit} className="contents">
        <DialogBody>
          <StepperField
            label="Seats"
            hint={maximumText(maxSeats)}
            error={(isSubmitted || seats > maxSeats) && mistakes.seats && <WithContact text={mistakes.seats} />}
            what="seat"
            value={seats}
            minimum={1}
            maximum={maxSeats}
            onChange={setSeats}
          />
          <TextareaField
            label="Reason"
            hint="What are the seats for?"
            error={isSubmitted ? mistakes.note : undefined}
            rows={3}
            value={note}
            onChange={({ target }) => setNote(target.value)}
          />
          <ErrorBanner error={request.error} />
        </DialogBody>
        <DialogActions onCancel={close} action="Request seats" isBusy={request.isPending} />
      </form>
    </Dialog>
  );
}
