import { ChevronDown, Ellipsis } from "lucide-react";
import { memo } from "react";
import type { Choose } from "#features/bulk/selection.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { roleText } from "#features/rights/text.ts";
import type { Organization } from "#lib/api.ts";
import { cn } from "#lib/cn.ts";
import { emailName } from "#lib/domain-name.ts";
import type { Format } from "#lib/format.ts";
import type { Member } from "#lib/people.ts";
import { Avatar } from "#ui/avatar.tsx";
import { Badge } from "#ui/badge.tsx";
import { BlockedText } from "#ui/blocked-text.tsx";
import { buttonClass } from "#ui/button.tsx";
import { CheckBox } from "#ui/check-box.tsx";
import { columnsFor, mayManageMembers } from "./columns.ts";
import { actionsId } from "./confirmation.ts";
import { ActionsTrigger, RoleTrigger } from "./menus.tsx";

export const rowHeight = 60;

type Props = {
  member: Member;
  index: number;
  isMe: boolean;
  isSelected: boolean;
  onChoose: Choose;
  organization: Organization;
  /** Computed once by the list and shared by all rows. */
  format: Format;
  now: number;
};

export const MemberRow = memo(function MemberRow(props: Props) {
  const { member, index, isMe, isSelected, onChoose, organization, format, now } = props;
  const isManager = mayManageMembers(organization.role);
  const target = { role: member.role, isOwn: isMe };
  return (
    <tr
      aria-rowindex={index + 2}
      className={cn(
        columnsFor(organization.role),
        "h-15 border-b border-border",
        isSelected ? "bg-accent-soft" : "hover:bg-surface-2",
      )}
    >
      {isManager && (
        <td>
          <CheckBox
            label={`Select ${member.name}`}
            blocked={whyBlocked(organization, "member.remove", { target })}
            isChecked={isSelected}
            onChange={(isOn, isRange) => onChoose(member.account, isOn, isRange)}
          />
        </td>
      )}
      <td className="flex min-w-0 items-center gap-3">
        <Avatar name={member.name} color={member.color} />
        <div className="min-w-0">
          <p className="flex items-center gap-1.5 font-medium">
            <span className="truncate">{member.name}</span>
            {isMe && <Badge>You</Badge>}
          </p>
          <p className="truncate text-sm text-fg-3" title={member.email}>
            {underName(member)}
          </p>
        </div>
      </td>
      <td className="text-sm text-fg-2">
        {isManager ? (
          <RoleCell member={member} blocked={whyBlocked(organization, "member.changeRole", { target })} />
        ) : (
          <span className="font-medium">{roleText[member.role].label}</span>
        )}
      </td>
      <td className="tabular text-sm text-fg-2 max-md:hidden">
        <time dateTime={member.joinedAt}>{format.day(member.joinedAt)}</time>
      </td>
      {isManager && (
        <>
          <td className="text-sm text-fg-2 max-md:hidden">
            {member.activeOn ? (
              <time dateTime={member.activeOn} title={format.day(member.activeOn)}>
                {format.relativeDay(member.activeOn, now)}
              </time>
            ) : (
              <span className="text-fg-3">Never</span>
            )}
          </td>
          <td>
            <ActionsTrigger
              payload={member}
              id={actionsId(member)}
              aria-label={`Actions for ${member.name}`}
              className={buttonClass({ variant: "ghost", size: "icon" }, "-mr-1.5 data-popup-open:bg-surface-3")}
            >
              <Ellipsis />
            </ActionsTrigger>
          </td>
        </>
      )}
    </tr>
  );
});

/** The address, if it is visible, and the teams. */
function underName({ email, teams }: Member) {
  return [email && emailName(email), teams.map(({ name }) => name).join(", ")].filter(Boolean).join(" · ");
}

function RoleCell({ member, blocked }: { member: Member; blocked: string | undefined }) {
  const { label } = roleText[member.role];
  const name = `Role of ${member.name}: ${label}`;
  return blocked === undefined ? (
    <RoleTrigger
      payload={member}
      aria-label={name}
      className={buttonClass({ variant: "ghost", size: "small" }, "-ml-2 data-popup-open:bg-surface-3")}
    >
      {label}
      <ChevronDown className="size-3.5! text-fg-3" />
    </RoleTrigger>
  ) : (
    <BlockedText label={name} blocked={blocked}>
      {label}
    </BlockedText>
  );
}
