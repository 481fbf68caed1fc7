import { maxSpareSeats } from "@muster/core/billing/limits.ts";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Price } from "#features/seats/price.tsx";
import { payingWith } from "#features/seats/processing.ts";
import { maximumText, periods, seatLimitText } from "#features/seats/text.ts";
import { useChange } from "#features/seats/use-change.ts";
import { useKeep } from "#features/seats/use-keep.ts";
import { usePlan } from "#features/seats/use-plans.ts";
import { WithContact } from "#features/seats/with-contact.tsx";
import type { Organization } from "#lib/api.ts";
import { type Billing, changeAutomaticSeats } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";
import { useMoney } from "#lib/use-money.ts";
import { ErrorBanner } from "#ui/banner.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { DialogActions, DialogBody } from "#ui/dialog-parts.tsx";
import { StepperField } from "#ui/number-stepper.tsx";
import { toast } from "#ui/toast.ts";
import { addedNow, limitNote, requestsText } from "./automatic-seats-text.ts";

type Props = {
  organization: Organization;
  billing: Billing;
  isOpen: boolean;
  onClose: () => void;
};

/** The limit, what it costs at most, and what pays it, before anything is turned on. */
export function AutomaticSeatsDialog({ organization, billing, isOpen, onClose }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={billing.automaticSeats ? "Change automatic seats" : "Turn on automatic seats"}
      description="Seats are added after people were invited or have joined, so that some are free for the next ones."
      returnFocus={() => document.getElementById("main")}
    >
      <Form {...{ organization, billing }} onClose={onClose} />
    </Dialog>
  );
}

function Form({ organization, billing, onClose }: Pick<Props, "organization" | "billing"> & { onClose: () => void }) {
  const keep = useKeep(organization.id);
  const { minimum, paid = minimum } = billing.seats;
  const on = billing.automaticSeats;
  const [limit, setLimit] = useState(on?.limit ?? Math.max(paid, minimum) + 5);
  const [spare, setSpare] = useState(on?.spare ?? 1);
  const ofLimit = limitMistake(limit, billing);
  const ofSpare = isWithin(spare, 1, maxSpareSeats) ? undefined : `From 1 to ${maxSpareSeats} seats.`;
  const mistake = ofLimit ?? ofSpare;
  const isValid = mistake === undefined;
  const set = useMutation({
    mutationFn: () => changeAutomaticSeats(organization.id, { limit, spare }),
    onSuccess: (now) => {
      keep(now);
      onClose();
      toast(`Seats are added automatically, up to ${limit}`);
    },
    onError: () => keep(undefined),
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (isValid) set.mutate();
  }

  return (
    <form noValidate onSubmit={submit} className="contents">
      <DialogBody>
        <StepperField
          label="Most seats"
          hint={`${limitNote(limit, paid)} ${maximumText(billing.maxSeats)}`}
          error={ofLimit && <WithContact text={ofLimit} />}
          what="seat"
          value={limit}
          minimum={minimum}
          maximum={Math.max(billing.maxSeats, paid)}
          onChange={setLimit}
        />
        <StepperField
          label="Seats kept free"
          hint="As many people can be invited or join at once. If fewer are free, more are added within seconds."
          error={ofSpare}
          what="free seat"
          value={spare}
          minimum={1}
          maximum={maxSpareSeats}
          onChange={setSpare}
        />
        <p className="text-sm text-fg-2">{requestsText}</p>
        {isValid && <Cost organization={organization} billing={billing} limit={limit} spare={spare} />}
        <ErrorBanner error={set.error} />
      </DialogBody>
      <DialogActions
        onCancel={onClose}
        action={actionText(on !== undefined, isValid ? limit : undefined)}
        isBusy={set.isPending}
        blocked={mistake}
      />
    </form>
  );
}

/** Says why a limit cannot be set, if it cannot. */
function limitMistake(limit: number, { seats, maxSeats }: Billing): string | undefined {
  const { minimum, paid = minimum } = seats;
  const most = Math.max(maxSeats, paid);
  if (limit > most) return seatLimitText(maxSeats);
  return isWithin(limit, minimum, most) ? undefined : `At least ${minimum}: those are in use or held by invitations.`;
}

function actionText(isOn: boolean, limit: number | undefined): string {
  if (limit === undefined) return isOn ? "Change limit" : "Turn on";
  return `${isOn ? "Allow" : "Turn on,"} up to ${plural(limit, "seat")}`;
}

const isWithin = (value: number, min: number, max: number) => Number.isInteger(value) && value >= min && value <= max;

type CostProps = Pick<Props, "organization" | "billing"> & { limit: number; spare: number };

function Cost({ organization, billing, limit, spare }: CostProps) {
  const money = useMoney();
  const plan = usePlan(billing.plan);
  const { paid = 0 } = billing.seats;
  const now = addedNow(billing, { limit, spare });
  const { quoted } = useChange(organization.id, now > 0 ? { seats: paid + now } : undefined, () => {});
  const sum = (amount: number) => plan && `${money({ ...plan.price, amount })} ${periods[plan.id].adverb}`;
  return (
    <Price
      label="Cost"
      lines={
        plan
          ? [
              { term: "Price per seat", amount: sum(plan.price.amount) },
              { term: "At most", amount: sum(plan.price.amount * limit) },
              now > 0 && {
                term: `Right away, for ${plural(now, "seat")}`,
                amount: quoted && `about ${money({ ...quoted, amount: quoted.dueNow })}`,
              },
            ]
          : []
      }
      note={
        billing.billingStatus === "trialing"
          ? "Before discounts and taxes. Seats cost nothing until the trial ends."
          : `Before discounts and taxes. A seat that is added is ${billing.byInvoice ? "invoiced" : "charged"} at once${billing.byInvoice ? "" : payingWith(billing.paymentMethod)}, for the rest of the period.`
      }
    />
  );
}
