import { focusNow } from "#lib/focus-now.ts";
import { plural } from "#lib/format.ts";
import type { Sent } from "#lib/people.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { DialogBody, DialogFooter } from "#ui/dialog.tsx";
import type { Row } from "./form.ts";
import { RowLabel } from "./labels.tsx";
import { NoSeat } from "./no-seat.tsx";
import { InviteeLabel } from "./review-step.tsx";
import type { Invite, Step } from "./use-invite.ts";

type Props = {
  invite: Invite;
  step: Extract<Step, { name: "result" }>;
  organizationId: string;
  onClose: () => void;
};

/** Existing members and invited people need nothing more. */
const canBeFixed: Sent["outcome"][] = [
  "invalid_email",
  "unknown_role",
  "unknown_team",
  "not_allowed",
  "no_seat",
  "daily_limit",
];

/** The result of each row. */
export function ResultStep({ invite, step: { values, items }, organizationId, onClose }: Props) {
  const invited = items.filter(({ outcome }) => outcome === "invited").length;
  const changed = items.filter(({ outcome }) => outcome === "changed").length;
  const left = items.filter(({ outcome }) => canBeFixed.includes(outcome));
  const seatless = items.filter(({ outcome }) => outcome === "no_seat").length;

  function close() {
    onClose();
    invite.startOver();
  }

  return (
    <>
      <DialogBody>
        <Banner tone={invited + changed > 0 ? "success" : "warning"}>{summary(invited, changed)}</Banner>
        {seatless > 0 && <NoSeat count={seatless} organizationId={organizationId} />}
        <ul aria-label="Result" className="divide-y divide-border rounded-lg border border-border">
          {items.map((item, index) => (
            <li
              key={`${index} ${item.email}`}
              className="grid gap-x-4 gap-y-1 px-4 py-2.5 sm:grid-cols-[minmax(0,1fr)_minmax(0,220px)]"
            >
              <InviteeLabel item={item} />
              <RowLabel label={item.outcome} message={item.message} />
            </li>
          ))}
        </ul>
      </DialogBody>
      <DialogFooter>
        <Button
          size="large"
          onClick={() => (left.length > 0 ? invite.fix(left.map(toRow), values) : invite.startOver())}
        >
          {left.length > 0 ? `Fix ${plural(left.length, "row")}` : "Invite more"}
        </Button>
        <Button variant="primary" size="large" onClick={close} ref={focusNow}>
          Done
        </Button>
      </DialogFooter>
    </>
  );
}

function summary(invited: number, changed: number) {
  const parts = [
    ...(invited > 0 ? [`${plural(invited, "invitation was", "invitations were")} sent.`] : []),
    ...(changed > 0 ? [`${plural(changed, "invitation was", "invitations were")} changed.`] : []),
  ];
  return parts.join(" ") || "Nothing was sent.";
}

function toRow({ email, role = "read", name }: Sent): Row {
  return { email, role, ...(name !== undefined && { name }) };
}
