import type { Organization } from "#lib/api.ts";
import type { Purpose } from "#lib/billing.ts";
import { Dialog } from "#ui/dialog.tsx";
import { DialogBody } from "#ui/dialog-parts.tsx";
import { AddSeats } from "./add-seats.tsx";

/** One person who has no seat, and what is done once they have one. */
export type Seatless = {
  name: string;
  purpose: Purpose;
  next: { text: string; action: string };
  goOn: () => void;
};

type Props = { organization: Organization; seatless: Seatless | undefined; isOpen: boolean; onClose: () => void };

/** Adds the one seat that is missing for what was just refused, and does it. */
export function AddSeatsDialog({ organization, seatless, isOpen, onClose }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="No seat is available"
      description={seatless && `${seatless.name} needs one.`}
      returnFocus={() => document.getElementById("main")}
    >
      <DialogBody>
        {seatless && (
          <AddSeats
            organization={organization}
            needed={1}
            purpose={seatless.purpose}
            next={seatless.next}
            onEnough={() => {
              onClose();
              seatless.goOn();
            }}
          />
        )}
      </DialogBody>
    </Dialog>
  );
}
