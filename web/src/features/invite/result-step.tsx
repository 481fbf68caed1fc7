import { useEffect, useRef } from "react";
import type { Sent } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { DialogBody, DialogFooter } from "#ui/dialog.tsx";
import type { Row } from "./form.ts";
import { RowLabel } from "./labels.tsx";
import { NoSeat } from "./no-seat.tsx";
import { Whom } from "./review-step.tsx";
import type { Invite, Step } from "./use-invite.ts";

type Props = {
  invite: Invite;
  step: Extract<Step, { name: "result" }>;
  organizationId: string;
  onClose: () => void;
};

/** What came of each row. */
export function ResultStep({ invite, step: { items }, organizationId, onClose }: Props) {
  const done = useRef<HTMLButtonElement>(null);
  const invited = items.filter(({ outcome }) => outcome === "invited").length;
  const left = items.filter(({ outcome }) => outcome !== "invited");
  const seatless = items.filter(({ outcome }) => outcome === "no_seat").length;
  useEffect(() => done.current?.focus(), []);

  function close() {
    onClose();
    invite.startOver();
  }

  return (
    <>
      <DialogBody>
        <Banner tone={left.length === 0 ? "success" : "warning"}>
          {left.length === 0
            ? `${plural(invited, "invitation is", "invitations are")} on the way.`
            : `${invited} of ${items.length} were sent.`}
        </Banner>
        {seatless > 0 && <NoSeat count={seatless} organizationId={organizationId} />}
        <ul aria-label="Result" className="divide-y divide-border rounded-lg border border-border">
          {items.map((item, index) => (
            <li
              key={`${index} ${item.email}`}
              className="grid gap-x-4 gap-y-1 px-4 py-2.5 sm:grid-cols-[minmax(0,1fr)_minmax(0,220px)]"
            >
              <Whom item={item} />
              <RowLabel label={item.outcome} message={item.message} />
            </li>
          ))}
        </ul>
      </DialogBody>
      <DialogFooter>
        <Button size="large" onClick={() => invite.startOver(left.length > 0 ? left.map(toRow) : undefined)}>
          {left.length > 0 ? "Mend the others" : "Invite more"}
        </Button>
        <Button variant="primary" size="large" ref={done} onClick={close}>
          Done
        </Button>
      </DialogFooter>
    </>
  );
}

function toRow({ email, role = "read", name }: Sent): Row {
  return { email, role, ...(name !== undefined && { name }) };
}
