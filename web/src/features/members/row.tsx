import { ChevronDown, Ellipsis } from "lucide-react";
import { memo } from "react";
import type { Choose } from "#features/bulk/use-selection.ts";
import { mayManage, roleWords } from "#features/organization/words.ts";
import type { Role } from "#lib/api.ts";
import { cn } from "#lib/cn.ts";
import type { Format } from "#lib/format.ts";
import type { Member } from "#lib/people.ts";
import { Avatar } from "#ui/avatar.tsx";
import { Badge } from "#ui/badge.tsx";
import { buttonClass } from "#ui/button.tsx";
import { CheckBox } from "#ui/check-box.tsx";
import { triggerLater } from "#ui/later.tsx";

export const rowHeight = 60;

const ActionsTrigger = triggerLater<Member>(() =>
  import("./menus.tsx").then((file) => ({ default: file.ActionsTrigger })),
);
const RoleTrigger = triggerLater<Member>(() => import("./menus.tsx").then((file) => ({ default: file.RoleTrigger })));

export function columnsFor(viewer: Role) {
  return cn(
    "grid items-center gap-x-4 px-4 max-sm:gap-x-3 sm:px-5",
    mayManage(viewer)
      ? "grid-cols-[16px_minmax(0,1fr)_84px_32px] md:grid-cols-[16px_minmax(0,1fr)_112px_112px_112px_32px]"
      : "grid-cols-[minmax(0,1fr)_84px] md:grid-cols-[minmax(0,1fr)_112px_112px]",
  );
}

/** What an admin may not touch is an owner; what nobody changes here is their own role. */
export function mayChange(member: Member, viewer: Role, isMe: boolean) {
  return !isMe && (viewer === "owner" || (viewer === "admin" && member.role !== "owner"));
}

/** Why this member cannot be selected, if so. */
function blocksSelecting(member: Member, viewer: Role, isMe: boolean) {
  if (isMe) {
    return "You cannot select yourself: leave, or let another owner change your role.";
  }
  return mayChange(member, viewer, isMe) ? undefined : "Only an owner may change or remove an owner.";
}

type Props = {
  member: Member;
  index: number;
  isMe: boolean;
  isSelected: boolean;
  onChoose: Choose;
  viewer: Role;
  /** What all rows share is looked up once, by the list. */
  format: Format;
  now: number;
};

export const MemberRow = memo(function MemberRow(props: Props) {
  const { member, index, isMe, isSelected, onChoose, viewer, format, now } = props;
  const isManager = mayManage(viewer);
  return (
    <tr
      aria-rowindex={index + 2}
      className={cn(
        columnsFor(viewer),
        "h-15 border-b border-border",
        isSelected ? "bg-accent-soft" : "hover:bg-surface-2",
      )}
    >
      {isManager && (
        <td>
          <CheckBox
            label={`Select ${member.name}`}
            blocked={blocksSelecting(member, viewer, isMe)}
            isChecked={isSelected}
            onChange={(isOn, isRange) => onChoose(member.account, isOn, isRange)}
          />
        </td>
      )}
      <td className="flex min-w-0 items-center gap-3">
        <Avatar name={member.name} colour={undefined} />
        <div className="min-w-0">
          <p className="flex items-center gap-1.5 font-medium">
            <span className="truncate">{member.name}</span>
            {isMe && <Badge>You</Badge>}
          </p>
          <p className="truncate text-sm text-fg-3">{underName(member)}</p>
        </div>
      </td>
      <td className="text-sm text-fg-2">
        <RoleCell member={member} canChange={mayChange(member, viewer, isMe)} />
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

/** The address, where it is seen, and the teams. */
function underName({ email, teams }: Member) {
  return [email, teams.map(({ name }) => name).join(", ")].filter(Boolean).join(" · ");
}

/** Where focus comes back to after a question about this member. */
export function actionsId({ account }: Pick<Member, "account">) {
  return `actions-${account}`;
}

function RoleCell({ member, canChange }: { member: Member; canChange: boolean }) {
  const { label } = roleWords[member.role];
  return canChange ? (
    <RoleTrigger
      payload={member}
      aria-label={`Role of ${member.name}: ${label}`}
      className={buttonClass({ variant: "ghost", size: "small" }, "-ml-2 data-popup-open:bg-surface-3")}
    >
      {label}
      <ChevronDown className="size-3.5! text-fg-3" />
    </RoleTrigger>
  ) : (
    <span className="font-medium">{label}</span>
  );
}
