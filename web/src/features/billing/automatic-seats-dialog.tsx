import { maxSeats, maxSpareSeats } from "@muster/core/billing/limits.ts";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { payingWith } from "#features/seats/processing.ts";
import { periods } from "#features/seats/text.ts";
import { useChange } from "#features/seats/use-change.ts";
import { useKeep } from "#features/seats/use-keep.ts";
import { usePlans } from "#features/seats/use-plans.ts";
import type { Organization } from "#lib/api.ts";
import { type Billing, changeAutomaticSeats } from "#lib/billing.ts";
import { toSentence } from "#lib/failure.ts";
import { plural } from "#lib/format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Banner } from "#ui/banner.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { DialogActions, DialogBody } from "#ui/dialog-parts.tsx";
import { Field } from "#ui/field.tsx";
import { NumberStepper } from "#ui/number-stepper.tsx";
import { toast } from "#ui/toast.ts";
import { addedNow, limitNote, requestsText } from "./automatic-seats-text.ts";

type Props = {
  organization: Organization;
  billing: Billing;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
};

/** The limit, what it costs at most, and what pays it, before anything is turned on. */
export function AutomaticSeatsDialog({ organization, billing, isOpen, onOpenChange }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={billing.automaticSeats ? "Change automatic seats" : "Turn on automatic seats"}
      description="Seats are added after people were invited or have joined, so that some are free for the next ones."
      returnFocus={() => document.getElementById("main")}
    >
      <Form {...{ organization, billing }} onClose={() => onOpenChange(false)} />
    </Dialog>
  );
}

function Form({ organization, billing, onClose }: Pick<Props, "organization" | "billing"> & { onClose: () => void }) {
  const keep = useKeep(organization.id);
  const { minimum, paid = minimum } = billing.seats;
  const on = billing.automaticSeats;
  const [limit, setLimit] = useState(on?.limit ?? Math.max(paid, minimum) + 5);
  const [spare, setSpare] = useState(on?.spare ?? 1);
  const mistakes = {
    limit: isWithin(limit, minimum, maxSeats)
      ? undefined
      : `At least ${minimum}: those are in use or held by invitations.`,
    spare: isWithin(spare, 1, maxSpareSeats) ? undefined : `From 1 to ${maxSpareSeats} seats.`,
  };
  const isValid = mistakes.limit === undefined && mistakes.spare === undefined;
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
        <Field label="Most seats" hint={limitNote(limit, paid)} error={mistakes.limit}>
          {(ids) => (
            <NumberStepper
              {...ids}
              what="seat"
              value={limit}
              minimum={minimum}
              maximum={maxSeats}
              onChange={setLimit}
            />
          )}
        </Field>
        <Field
          label="Seats kept free"
          hint="As many people can be invited or join at once. If fewer are free, more are added within seconds."
          error={mistakes.spare}
        >
          {(ids) => (
            <NumberStepper
              {...ids}
              what="free seat"
              value={spare}
              minimum={1}
              maximum={maxSpareSeats}
              onChange={setSpare}
            />
          )}
        </Field>
        <p className="text-sm text-fg-2">{requestsText}</p>
        {isValid && <Cost organization={organization} billing={billing} limit={limit} spare={spare} />}
        {set.isError && <Banner tone="danger">{toSentence(set.error)}</Banner>}
      </DialogBody>
      <DialogActions
        onCancel={onClose}
        action={`${on ? "Allow" : "Turn on,"} up to ${plural(limit || 0, "seat")}`}
        isBusy={set.isPending}
        blocked={isValid ? undefined : (mistakes.limit ?? mistakes.spare)}
      />
    </form>
  );
}

const isWithin = (value: number, min: number, max: number) => Number.isInteger(value) && value >= min && value <= max;

type CostProps = Pick<Props, "organization" | "billing"> & { limit: number; spare: number };

function Cost({ organization, billing, limit, spare }: CostProps) {
  const money = useMoney();
  const { sold } = usePlans();
  const plan = sold.find(({ id }) => id === billing.plan);
  const { paid = 0 } = billing.seats;
  const now = addedNow(billing, { limit, spare });
  const { quoted } = useChange(organization.id, now > 0 ? { seats: paid + now } : undefined, () => {});
  const pays = payingWith(billing.paymentMethod);
  return (
    <section aria-label="Cost" className="grid gap-2 rounded-xl border border-border bg-surface-2 p-4">
      {plan && (
        <dl className="grid gap-2">
          <Row term="Price per seat">
            {money(plan.price)} {periods[plan.id].adverb}
          </Row>
          <Row term="At most">
            {money({ ...plan.price, amount: plan.price.amount * limit })} {periods[plan.id].adverb}
          </Row>
          {now > 0 && (
            <Row term={`Right away, for ${plural(now, "seat")}`}>
              {quoted === undefined ? "…" : `about ${money({ amount: quoted.dueNow, currency: quoted.currency })}`}
            </Row>
          )}
        </dl>
      )}
      <p className="text-sm text-fg-2">
        {billing.billingStatus === "trialing"
          ? "Before discounts and taxes. Seats cost nothing until the trial ends."
          : `Before discounts and taxes. A seat that is added is charged at once${pays}, for the rest of the period.`}
      </p>
    </section>
  );
}

function Row({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-4">
      <dt>{term}</dt>
      <dd className="tabular text-right font-medium">{children}</dd>
    </div>
  );
}
