import { roleText } from "#features/rights/text.ts";
import type { ChosenTeam } from "#features/teams/teams-field.tsx";
import { plural } from "#lib/format.ts";
import type { Reviewed } from "#lib/people.ts";
import { CheckBox } from "#ui/check-box.tsx";
import type { IfPending } from "./use-invite.ts";

type Props = { count: number; value: IfPending; onChange: (value: IfPending) => void };

/** Offers to change pending invitations of the same people, in place of leaving them out. */
export function ChangePending({ count, value, onChange }: Props) {
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

/** What a pending invitation is to, where that is not what was entered. */
export function pendingText({ pending, role }: Pick<Reviewed, "pending" | "role">, teams: ChosenTeam[]) {
  if (pending === undefined) {
    return undefined;
  }
  if (pending.role !== role) {
    return `Their invitation is as ${roleText[pending.role].label}.`;
  }
  return teams.length > 0 ? "Their invitation is to other teams." : undefined;
}
