import { useState } from "react";
import { PriceBox } from "#features/seats/price-box.tsx";
import { isUnpaid, unpaidMessage } from "#features/seats/processing.ts";
import { isPeriod, periods } from "#features/seats/text.ts";
import { useChange } from "#features/seats/use-change.ts";
import { usePlans } from "#features/seats/use-plans.ts";
import type { Organization } from "#lib/api.ts";
import type { Billing, Period } from "#lib/billing.ts";
import { useMoney } from "#lib/use-money.ts";
import { Dialog } from "#ui/dialog.tsx";
import { DialogBody } from "#ui/dialog-parts.tsx";
import { toast } from "#ui/toast.ts";
import { PlanPicker } from "./plan-picker.tsx";

type Props = {
  organization: Organization;
  billing: Billing;
  isOpen: boolean;
  onClose: () => void;
};

/** Another period for the same seats, for the displayed price. */
export function ChangePlanDialog({ organization, billing, isOpen, onClose }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Change plan"
      description="The seats stay the same. The unused part of the current period is credited."
      width="wide"
      returnFocus={() => document.getElementById("main")}
    >
      <DialogBody>
        <Choice {...{ organization, billing }} onClose={onClose} />
      </DialogBody>
    </Dialog>
  );
}

function Choice(props: Pick<Props, "organization" | "billing"> & { onClose: () => void }) {
  const { organization, billing, onClose } = props;
  const { sold } = usePlans();
  const money = useMoney();
  const present = isPeriod(billing.plan) ? billing.plan : undefined;
  const [plan, setPlan] = useState<Period | undefined>(present);
  const seats = billing.seats.paid ?? billing.seats.capacity;
  const wish = plan === undefined || plan === present ? undefined : { seats, plan };

  const change = useChange(organization.id, wish, (now, quoted) => {
    onClose();
    if (isUnpaid(now)) {
      const { title, ...more } = unpaidMessage(now, money, "The plan changes when it is paid.");
      toast(title, more);
    } else if (wish) {
      const { dueNow: amount, currency } = quoted;
      const description = amount > 0 ? `${money({ amount, currency })} was charged.` : "Nothing was charged.";
      toast(`${periods[wish.plan].label} plan from now on`, { description });
    }
  });

  return (
    <>
      <PlanPicker sold={sold} seats={seats} value={plan} present={present} onChange={setPlan} />
      {wish && <PriceBox change={change} billing={billing} wish={wish} onCancel={onClose} />}
    </>
  );
}
