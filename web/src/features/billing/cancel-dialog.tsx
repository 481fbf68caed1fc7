import { grantedAt } from "#features/seats/text.ts";
import { usePlans } from "#features/seats/use-plans.ts";
import type { Organization } from "#lib/api.ts";
import type { Billing } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";
import { useFormat } from "#lib/use-format.ts";
import { Confirm } from "#ui/dialog.tsx";
import { useCancel } from "./use-ending.ts";

type Props = {
  organization: Organization;
  billing: Billing;
  isOpen: boolean;
  onClose: () => void;
};

/** Explains what will happen, and when, before the decision. */
export function CancelDialog({ organization, billing, isOpen, onClose }: Props) {
  const cancel = useCancel(organization, onClose);
  return (
    <Confirm
      isOpen={isOpen}
      onClose={() => {
        cancel.forget();
        onClose();
      }}
      title="Cancel the subscription?"
      action="Cancel subscription"
      otherwise="Keep subscription"
      isBusy={cancel.isBusy}
      failure={cancel.failure}
      onConfirm={cancel.run}
      returnFocus={() => document.getElementById("main")}
    >
      <Consequences billing={billing} />
    </Confirm>
  );
}

function Consequences({ billing }: { billing: Billing }) {
  const { periodEnd, seats, graceDays, automaticSeats, change, processing } = billing;
  const isUnderWay = change !== undefined || processing !== undefined;
  const { date } = useFormat();
  const { freeSeats = 0 } = usePlans();
  const remaining = freeSeats + grantedAt(seats, periodEnd);
  const fits = seats.committed <= remaining;
  return (
    <ol className="grid list-decimal gap-1.5 pl-4 marker:text-fg-3">
      <li>
        {periodEnd === undefined ? "Until the period ends" : `Until ${date(periodEnd)}`} nothing changes, and you can
        resume. You won’t be charged again{isUnderWay ? ", except for the change that is not paid yet." : "."}
        {automaticSeats && " Automatic seats add none until then, and are off afterwards."}
      </li>
      <li>
        For {plural(graceDays, "day")} after that, nobody can be invited. Everything else works, and nothing is lost.
      </li>
      <li>
        {fits
          ? `Then you are on the free plan, with ${plural(remaining, "seat")}.`
          : `Then the organization is read-only, unless at most ${plural(remaining, "seat")} are in use. ${plural(seats.committed, "seat is", "seats are")} in use now.`}
      </li>
    </ol>
  );
}
