import { useId, useState } from "react";
import { whyBlocked } from "#features/rights/blocked.ts";
import { PriceBox } from "#features/seats/price-box.tsx";
import { isUnpaid, unpaidMessage } from "#features/seats/processing.ts";
import { SeatBar, SeatLegend } from "#features/seats/seats-card.tsx";
import { useChange } from "#features/seats/use-change.ts";
import { WithContact } from "#features/seats/with-contact.tsx";
import type { Organization, Seats } from "#lib/api.ts";
import type { Billing } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Banner } from "#ui/banner.tsx";
import { Section } from "#ui/card.tsx";
import { FieldError } from "#ui/field.tsx";
import { NumberStepper } from "#ui/number-stepper.tsx";
import { toast } from "#ui/toast.ts";
import { addedAgainText } from "./automatic-seats-text.ts";
import { rangeText, seatsProblem } from "./order.ts";
import { SeatMap } from "./seat-map.tsx";

type Props = { organization: Organization; billing: Billing; seats: Seats };

/** The paid seats, who uses them, and how many there will be. */
export function SeatsSection({ organization, billing, seats }: Props) {
  const paid = billing.seats.paid ?? billing.seats.capacity;
  const usual = Math.max(paid, billing.seats.minimum);
  const [wanted, setWanted] = useState(usual);
  const [before, setBefore] = useState(usual);

  // A change that was made, here or elsewhere, is the new starting point.
  if (before !== usual) {
    setBefore(usual);
    setWanted(usual);
  }

  return (
    <Section title="Seats" description="Members and pending invitations use one each.">
      <div className="grid gap-4 px-5 pb-5">
        <Picture seats={seats} billing={billing} paid={paid} wanted={Number.isFinite(wanted) ? wanted : paid} />
        <ChangeSeats key={paid} {...{ organization, billing, seats, wanted, paid }} onWanted={setWanted} />
      </div>
    </Section>
  );
}

type PictureProps = Pick<Props, "seats" | "billing"> & { paid: number; wanted: number };

function Picture({ seats, billing, paid, wanted }: PictureProps) {
  const { used = seats.committed, held = 0 } = seats;
  const { granted = 0, grantedUntil } = billing.seats;
  const format = useFormat();
  const until = grantedUntil === undefined ? "" : ` until ${format.date(grantedUntil)}`;
  return (
    <div className="grid gap-3">
      <p className="tabular">
        <span className="text-2xl font-semibold">{format.number(paid)}</span>{" "}
        <span className="text-fg-2">
          {paid === 1 ? "seat" : "seats"} paid
          {granted > 0 && `, and ${format.number(granted)} granted${until}`}
        </span>
      </p>
      <SeatMap used={used} held={held} paid={paid + granted} wanted={wanted + granted} />
      <SeatBar seats={seats} of={paid + granted} />
      <SeatLegend seats={seats} of={paid + granted} isPaid />
    </div>
  );
}

type ChangeProps = Props & {
  wanted: number;
  paid: number;
  onWanted: (seats: number) => void;
};

function ChangeSeats({ organization, billing, seats, wanted, paid, onWanted }: ChangeProps) {
  const id = useId();
  const format = useFormat();
  const money = useMoney();
  const { minimum, granted } = billing.seats;
  const taken = { ...seats, granted };
  const reason = whyBlocked(organization, "billing.resize", { billing });
  const most = billing.trialSeats ?? billing.maxSeats;
  const limit = { most, paid, isTrial: billing.trialSeats !== undefined };
  const error = seatsProblem(wanted, taken, limit, format.number);
  const isWanted = error === undefined && wanted !== paid && reason === undefined;
  const change = useChange(organization.id, isWanted ? { seats: wanted } : undefined, (now, quoted) => {
    const count = now.seats.capacity;
    if (isUnpaid(now)) {
      const { title, ...more } = unpaidMessage(now, money, "The seats are added when it is paid.");
      toast(title, more);
    } else {
      const { dueNow: amount, currency, daysUntilDue } = quoted;
      const sum = money({ amount, currency });
      const said = daysUntilDue === undefined ? `${sum} was charged.` : `An invoice for ${sum} was sent.`;
      const description = amount > 0 ? said : undefined;
      toast(`${organization.name} now has ${plural(count, "seat")}`, description === undefined ? {} : { description });
    }
  });

  return (
    <div className="grid gap-3 border-t border-border pt-4">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div className="min-w-0 flex-1 basis-60">
          <label htmlFor={id} className="font-medium">
            Change seats
          </label>
          <p id={`${id}-note`} aria-live="polite" className="mt-0.5 text-sm text-fg-2">
            {reason ??
              (error === undefined ? (
                rangeText(taken, limit, format.number)
              ) : (
                <FieldError>
                  <WithContact text={error} />
                </FieldError>
              ))}
          </p>
        </div>
        <NumberStepper
          id={id}
          what="seat"
          value={wanted}
          minimum={minimum}
          maximum={Math.max(most, paid)}
          onChange={onWanted}
          blocked={reason}
          aria-describedby={`${id}-note`}
          aria-invalid={error === undefined ? undefined : true}
        />
      </div>
      {isWanted && <AddedAgain text={addedAgainText(billing, wanted)} />}
      {isWanted && (
        <PriceBox
          change={change}
          billing={billing}
          wish={{ seats: wanted, plan: billing.plan }}
          onCancel={paid < minimum ? undefined : () => onWanted(paid)}
        />
      )}
    </div>
  );
}

const AddedAgain = ({ text }: { text: string | undefined }) => text && <Banner tone="warning">{text}</Banner>;
