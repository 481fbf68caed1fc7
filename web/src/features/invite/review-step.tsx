import { ArrowLeft, Send } from "lucide-react";
import { useState } from "react";
import { roleText } from "#features/rights/text.ts";
import { type ChosenTeam } from "#features/teams/teams-field.tsx";
import { type Organization, type Role } from "#lib/api.ts";
import { emailName } from "#lib/domain-name.ts";
import { toSentence } from "#lib/failure.ts";
import { focusNow } from "#lib/focus.ts";
import { plural } from "#lib/format.ts";
import { type Reviewed } from "#lib/people.ts";
import { Button } from "#ui/button.tsx";
import { CheckBox } from "#ui/check-box.tsx";
import { DialogBody, DialogFooter } from "#ui/dialog-parts.tsx";
import { NoSeat } from "./no-seat.tsx";
import { Refusal, RowLabel } from "./parts.tsx";
import { type IfPending, type Invite, type Step } from "./use-invite.ts";

type Props = { invite: Invite; step: Extract<Step, { name: "review" }>; organization: Organization };

/** The expected result of each row, before anything is sent. */
export function ReviewStep({ invite, step, organization }: Props) {
  const { values, items, seats } = step;
  const ready = items.filter(({ label }) => label === "ready").length;
  const pending = items.filter(({ label }) => label === "invited_differently").length;
  const [ifPending, setIfPending] = useState<IfPending>("skip");
  const changed = ifPending === "skip" ? 0 : pending;
  const seatless = items.filter(({ label }) => label === "no_seat").length;
  const free = Math.max(0, seats.capacity - seats.committed);
  return (
    <>
      <DialogBody>
        <p aria-live="polite" className="text-sm text-fg-2">
          {summary(ready, items.length)} {ready > 0 && `${takesSeats(ready)} of ${plural(free, "available seat")}.`}
        </p>
        {values.teams.length > 0 && ready > 0 && (
          <p className="text-sm text-fg-2">
            People who accept join {listed.format(values.teams.map(({ name }) => name))}.
          </p>
        )}
        {pending > 0 && <ChangePending count={pending} value={ifPending} onChange={setIfPending} />}
        {seatless > 0 && (
          <NoSeat
            organization={organization}
            count={seatless}
            needed={ready + seatless}
            isBusy={invite.goOn.isPending}
            onEnough={() => invite.goOn.mutate({ values, items, ifPending })}
          />
        )}
        <ul aria-label="Review" className="divide-y divide-border rounded-lg border border-border">
          {items.map((item, index) => (
            <li
              key={`${index} ${item.email}`}
              className="grid gap-x-4 gap-y-1 px-4 py-2.5 sm:grid-cols-[minmax(0,1fr)_minmax(0,220px)]"
            >
              <InviteeLabel item={item} />
              <RowLabel label={item.label} message={pendingText(item, values.teams) ?? item.message} />
            </li>
          ))}
        </ul>
        {invite.goOn.isError && <Refusal key={invite.goOn.submittedAt}>{toSentence(invite.goOn.error)}</Refusal>}
        {invite.send.isError && <Refusal key={invite.send.submittedAt}>{toSentence(invite.send.error)}</Refusal>}
      </DialogBody>
      <DialogFooter>
        <Button size="large" onClick={invite.goBack}>
          <ArrowLeft />
          Back
        </Button>
        <Button
          variant={seatless > 0 ? "secondary" : "primary"}
          size="large"
          blocked={ready + changed === 0 ? "None of them can be sent." : undefined}
          isBusy={invite.send.isPending}
          onClick={() => invite.send.mutate({ values, items, ifPending })}
          ref={focusNow}
        >
          <Send />
          {actionText(ready, changed)}
        </Button>
      </DialogFooter>
    </>
  );
}

function actionText(ready: number, changed: number) {
  if (ready === 0 && changed === 0) {
    return "Nothing to send";
  }
  if (changed === 0) {
    return `Send ${plural(ready, "invitation")}`;
  }
  return ready === 0 ? `Change ${plural(changed, "invitation")}` : `Send ${ready} and change ${changed}`;
}

const listed = new Intl.ListFormat("en");

function summary(ready: number, all: number) {
  if (ready === all) {
    return ready === 1 ? "Ready to send." : `All ${all} are ready.`;
  }
  if (ready === 0) {
    return "None of them can be sent.";
  }
  const others = all - ready === 1 ? "the other one is" : "the others are";
  return `${ready} of ${all} ${ready === 1 ? "is" : "are"} ready; ${others} left out.`;
}

const takesSeats = (count: number) => `${count === 1 ? "It takes" : "They take"} ${count}`;

export function InviteeLabel({ item: { email, role, name } }: { item: Pick<Reviewed, "email" | "role" | "name"> }) {
  return (
    <span className="min-w-0">
      <span className="block truncate font-medium" title={email}>
        {emailName(email)}
      </span>
      <span className="block truncate text-sm text-fg-3">
        {[name, roleLabel(role)].filter((part) => part !== undefined).join(" · ")}
      </span>
    </span>
  );
}

function roleLabel(role: string | undefined) {
  return role !== undefined && role in roleText ? roleText[role as Role].label : role;
}

type ChangeProps = { count: number; value: IfPending; onChange: (value: IfPending) => void };

/** Offers to change pending invitations of the same people, in place of leaving them out. */
function ChangePending({ count, value, onChange }: ChangeProps) {
  const isChanging = value !== "skip";
  const change = `Change ${plural(count, "pending invitation")} to what you entered`;
  const mail = count === 1 ? "Email it again" : "Email them again";
  return (
    <div className="grid gap-3 rounded-lg bg-surface-2 px-4 py-3 text-sm">
      <Choice
        id="change-pending"
        label={change}
        isChecked={isChanging}
        onChange={(isOn) => onChange(isOn ? "change" : "skip")}
      />
      {isChanging && (
        <Choice
          id="email-changed"
          label={mail}
          isChecked={value === "change_and_email"}
          onChange={(isOn) => onChange(isOn ? "change_and_email" : "change")}
        />
      )}
    </div>
  );
}

type ChoiceProps = { id: string; label: string; isChecked: boolean; onChange: (isOn: boolean) => void };

function Choice({ id, label, isChecked, onChange }: ChoiceProps) {
  return (
    <div className="flex items-center gap-3">
      <CheckBox id={id} label={label} isChecked={isChecked} onChange={onChange} />
      <label htmlFor={id}>{label}</label>
    </div>
  );
}

/** Describes a pending invitation, where it differs from what was entered. */
function pendingText({ pending, role }: Pick<Reviewed, "pending" | "role">, teams: ChosenTeam[]) {
  if (pending === undefined) {
    return undefined;
  }
  if (pending.role !== role) {
    return `Their invitation is as ${roleText[pending.role].label}.`;
  }
  return teams.length > 0 ? "Their invitation is to other teams." : undefined;
}
