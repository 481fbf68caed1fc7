import { useState } from "react";
import { roleHints, roleText } from "#features/rights/text.ts";
import type { KnownRole } from "#lib/api.ts";
import type { Member } from "#lib/people.ts";
import { CheckBox } from "#ui/check-box.tsx";
import { Confirm } from "#ui/dialog.tsx";
import { actionsId, type RoleQuestion } from "./confirmation.ts";
import { keepText, roleRevocationText } from "./revocation-text.ts";

type Props = {
  question: RoleQuestion | undefined;
  isOpen: boolean;
  onChange: (member: Member, role: KnownRole, more: { keepInvitations?: true }) => void;
  onClose: () => void;
};

/** Asks before a role ends, or may end, invitations that the member sent. */
export function RoleDialog({ question, isOpen, onChange, onClose }: Props) {
  const [isKeeping, setKeeping] = useState(false);
  const { member, role = "read", revocation } = question ?? {};

  const keep = revocation && keepText(revocation);

  function close() {
    setKeeping(false);
    onClose();
  }

  function confirm() {
    if (member) {
      onChange(member, role, isKeeping ? { keepInvitations: true } : {});
    }
    close();
  }

  return (
    <Confirm
      isOpen={isOpen}
      onClose={close}
      title={`Make ${member?.name ?? "this member"} ${roleText[role].noun}?`}
      action="Change role"
      onConfirm={confirm}
      returnFocus={() =>
        (member ? document.getElementById(actionsId(member)) : null) ?? document.getElementById("main")
      }
    >
      <ul className="grid list-disc gap-1.5 pl-4">
        <li>
          {roleText[role].label}: {roleHints[role].toLowerCase()}.
        </li>
        {member && revocation && <li>{roleRevocationText(revocation, member.name, isKeeping)}</li>}
      </ul>
      {keep && revocation.keepable > 0 && (
        <div className="mt-4 flex items-center gap-3 text-fg">
          <CheckBox id="keep-invitations" label={keep} isChecked={isKeeping} onChange={setKeeping} />
          <label htmlFor="keep-invitations">{keep}</label>
        </div>
      )}
    </Confirm>
  );
}
