import { SmilePlus } from "lucide-react";
import { lazy } from "react";
import { cn } from "#lib/cn.ts";
import { plural } from "#lib/format.ts";
import { whenIdle } from "#lib/idle.ts";
import { blockedBy } from "#ui/blocked.ts";
import { Later } from "#ui/later.tsx";
import type { PeopleProps, Props } from "./reaction-props.ts";
import { reactions as all, chipClass, pickerClass, reactionText } from "./text.ts";

let loaded: Promise<typeof import("./reaction-popups.tsx")> | undefined;
function load() {
  loaded ??= whenIdle(() => import("./reaction-popups.tsx"))();
  return loaded;
}

const WithPeople = lazy(() => load().then((file) => ({ default: file.WithPeople })));
const Picker = lazy(() => load().then((file) => ({ default: file.Picker })));

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
              <Named update={update} reaction={reaction} count={count}>
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
              </Named>
            </li>
          )
        );
      })}
      <li>
        <Later
          copy={
            <button type="button" aria-label={`React to ${label}`} className={cn(chipClass, pickerClass)}>
              <SmilePlus className="size-4" />
            </button>
          }
        >
          <Picker label={label} own={own} onReact={onReact} blocked={blocked} />
        </Later>
      </li>
    </ul>
  );
}

type NamedProps = Omit<PeopleProps, "update"> & { update: Props["update"] | undefined };

function Named({ update, children, ...rest }: NamedProps) {
  return update === undefined ? (
    children
  ) : (
    <Later copy={children} isWorking>
      <WithPeople update={update} {...rest}>
        {children}
      </WithPeople>
    </Later>
  );
}
