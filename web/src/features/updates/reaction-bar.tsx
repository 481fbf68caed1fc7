import { Popover } from "@base-ui/react/popover";
import { Tooltip } from "@base-ui/react/tooltip";
import { useQuery } from "@tanstack/react-query";
import { SmilePlus } from "lucide-react";
import { type ReactElement, useState } from "react";
import { cn } from "#lib/cn.ts";
import { plural } from "#lib/format.ts";
import { type React, type Reaction, type Reactions, reactionsQuery } from "#lib/updates.ts";
import { blockedBy } from "#ui/blocked.ts";
import { reactions as all, authorName, reactionText } from "./text.ts";

const chipClass =
  "tabular inline-flex h-7 items-center gap-1.5 rounded-full border px-2 text-sm font-medium transition-colors duration-100 pointer-coarse:h-8";
const pickerClass = "border-transparent text-fg-3 hover:bg-surface-3 hover:text-fg data-popup-open:bg-surface-3";

type Props = {
  /** The name of the thing to react to. */
  label: string;
  reactions: Reactions;
  own: readonly Reaction[];
  onReact: (change: React) => void;
  blocked: string | undefined;
  /** The update, whose people are named when a pointer or the focus is on a reaction. */
  update?: { organizationId: string; id: string };
};

type PickerProps = Pick<Props, "label" | "own" | "onReact" | "blocked">;
type PeopleProps = {
  update: Props["update"];
  reaction: Reaction;
  count: number;
  children: ReactElement;
};

/** The emoji of members with their counts; each adds or takes away my own. */
export function ReactionBar({ label, reactions, own, onReact, blocked, update }: Props) {
  const isEmpty = all.every((reaction) => (reactions[reaction] ?? 0) === 0);
  return (
    <ul aria-label={`Reactions to ${label}`} className={cn("flex flex-wrap items-center gap-1.5", isEmpty && "-ml-2")}>
      {all.map((reaction) => {
        const count = reactions[reaction] ?? 0;
        const isOwn = own.includes(reaction);
        const { emoji, label: name } = reactionText[reaction];
        return (
          count > 0 && (
            <li key={reaction}>
              <WithPeople update={update} reaction={reaction} count={count}>
                <button
                  type="button"
                  aria-pressed={isOwn}
                  aria-label={`${name}, ${plural(count, "member")}`}
                  {...blockedBy(blocked)}
                  onClick={() => blocked === undefined && onReact({ reaction, on: !isOwn })}
                  className={cn(
                    chipClass,
                    isOwn
                      ? "border-accent bg-accent-soft text-accent-text"
                      : "border-border bg-surface-2 text-fg-2 hover:border-border-strong hover:text-fg",
                  )}
                >
                  <span aria-hidden>{emoji}</span>
                  {count}
                </button>
              </WithPeople>
            </li>
          )
        );
      })}
      <li>
        <Picker label={label} own={own} onReact={onReact} blocked={blocked} />
      </li>
    </ul>
  );
}

/** Names who reacted when a pointer or the focus is on a reaction. */
function WithPeople({ update, reaction, count, children }: PeopleProps) {
  if (update === undefined) return children;
  return (
    <Tooltip.Root>
      <Tooltip.Trigger delay={300} render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className="z-50">
          <Tooltip.Popup className="max-w-64 rounded-md bg-fg px-2.5 py-1.5 text-xs text-pretty text-bg">
            <WhoReacted organizationId={update.organizationId} update={update.id} reaction={reaction} count={count} />
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** The button that adds a reaction. */
function Picker({ label, own, onReact, blocked }: PickerProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover.Root open={isOpen} onOpenChange={(open) => setOpen(open && blocked === undefined)}>
      <Popover.Trigger
        {...blockedBy(blocked)}
        aria-label={`React to ${label}`}
        title="React"
        className={cn(chipClass, pickerClass)}
      >
        <SmilePlus className="size-4" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="start" className="z-50 outline-none">
          <Popover.Popup aria-label="Reactions" className="popup flex gap-0.5 p-1">
            {all.map((reaction) => (
              <button
                key={reaction}
                type="button"
                aria-label={reactionText[reaction].label}
                title={reactionText[reaction].label}
                aria-pressed={own.includes(reaction)}
                onClick={() => {
                  onReact({ reaction, on: !own.includes(reaction) });
                  setOpen(false);
                }}
                className="grid size-9 place-items-center rounded-md text-lg hover:bg-surface-3 aria-pressed:bg-accent-soft pointer-coarse:size-11"
              >
                {reactionText[reaction].emoji}
              </button>
            ))}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

const maxNamed = 10;

/** The names of those who added a reaction. */
function WhoReacted({
  organizationId,
  update,
  reaction,
  count,
}: {
  organizationId: string;
  update: string;
  reaction: Reaction;
  count: number;
}) {
  const { data, isError } = useQuery(reactionsQuery(organizationId, update));
  const { label } = reactionText[reaction];
  if (data === undefined) return isError ? "The names could not be loaded." : "Loading…";
  const names = data.items.filter((one) => one.reactions.includes(reaction)).map(authorName);
  if (names.length === 0) return `${label}: ${plural(count, "member")}`;
  const more = names.length > maxNamed || data.next !== undefined;
  return `${label}: ${names.slice(0, maxNamed).join(", ")}${more ? " and others" : ""}`;
}
