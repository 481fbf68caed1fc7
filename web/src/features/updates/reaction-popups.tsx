import { Popover } from "@base-ui/react/popover";
import { Tooltip } from "@base-ui/react/tooltip";
import { SmilePlus } from "lucide-react";
import { useState } from "react";
import { cn } from "#lib/cn.ts";
import { blockedBy } from "#ui/blocked.ts";
import type { PeopleProps, PickerProps } from "./reaction-props.ts";
import { reactions as all, chipClass, pickerClass, reactionText } from "./text.ts";
import { WhoReacted } from "./who-reacted.tsx";

/** Names who reacted when a pointer or the focus is on a reaction. */
export function WithPeople({ update, reaction, count, children }: PeopleProps) {
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
export function Picker({ label, own, onReact, blocked }: PickerProps) {
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
