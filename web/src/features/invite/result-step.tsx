import type { Organization } from "#lib/api.ts";
import { toSentence } from "#lib/failure.ts";
import { focusNow } from "#lib/focus.ts";
import { plural } from "#lib/format.ts";
import type { Sent } from "#lib/people.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { DialogBody, DialogFooter } from "#ui/dialog-parts.tsx";
import type { Row, Values } from "./form.ts";
import { NoSeat } from "./no-seat.tsx";
import { Refusal, RowLabel } from "./parts.tsx";
import { InviteeLabel } from "./review-step.tsx";
import type { Invite, Sending, Step } from "./use-invite.ts";

type Props = {
  invite: Invite;
  step: Extract<Step, { name: "result" }>;
  organization: Organization;
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
export function ResultStep({ invite, step: { values, items }, organization, onClose }: Props) {
  const invited = items.filter(({ outcome }) => outcome === "invited").length;
  const changed = items.filter(({ outcome }) => outcome === "changed").length;
  const left = items.filter(({ outcome }) => canBeFixed.includes(outcome));
  const seatless = items.filter(({ outcome }) => outcome === "no_seat");

  function close() {
    onClose();
    invite.startOver();
  }

  return (
    <>
      <DialogBody>
        <Banner tone={invited + changed > 0 ? "success" : "warning"}>{summary(invited, changed)}</Banner>
        {seatless.length > 0 && (
          <NoSeat
            organization={organization}
            count={seatless.length}
            needed={seatless.length}
            isBusy={invite.goOn.isPending}
            onEnough={() => invite.goOn.mutate(again(values, seatless))}
          />
        )}
        {invite.goOn.isError && <Refusal key={invite.goOn.submittedAt}>{toSentence(invite.goOn.error)}</Refusal>}
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

/** Those without a seat, and nobody else, as a list that was just reviewed. */
function again(values: Values, seatless: Sent[]): Sending {
  const items = seatless.map(({ email, role, name, message }) => ({
    email,
    role,
    name,
    label: "no_seat" as const,
    message,
  }));
  return { values: { ...values, rows: seatless.map(toRow) }, items, ifPending: "skip" };
}

function toRow({ email, role = "read", name }: Sent): Row {
  return { email, role, ...(name !== undefined && { name }) };
}
