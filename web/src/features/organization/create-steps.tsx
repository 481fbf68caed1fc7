import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "#lib/cn.ts";
import { plural } from "#lib/format.ts";
import { Badge } from "#ui/badge.tsx";

type Props = {
  /** The step at which somebody is: what comes before it is done. */
  at: "name" | "people";
  /** The name, or the field for it, which brings its own title. */
  name: ReactNode;
  seats: number | undefined;
  people: ReactNode;
};

/** The way to an organization. Where there is nothing to choose, a step says what one gets. */
export function CreateSteps({ at, name, seats, people }: Props) {
  return (
    <ol>
      <Step number={1} title={at === "name" ? undefined : "Name"} state={at === "name" ? "present" : "done"}>
        {name}
      </Step>
      <Step number={2} title="Seats" state="done" badge="Included">
        {seatWords(seats)}
      </Step>
      <Step number={3} title="Plan" state="done" badge="Free">
        The free plan: no card, no end date.
      </Step>
      <Step number={4} title="People" state={at === "people" ? "present" : "ahead"}>
        {people}
      </Step>
    </ol>
  );
}

/** True before the number is known, too, and where it cannot be had. */
function seatWords(seats: number | undefined) {
  if (seats === undefined) {
    return "Those of the free plan. One is yours.";
  }
  const rest = seats === 1 ? "It is yours." : `One is yours, ${plural(seats - 1, "is", "are")} for whom you invite.`;
  return `${plural(seats, "seat")}. ${rest}`;
}

type State = "done" | "present" | "ahead";
type StepProps = { number: number; title: string | undefined; state: State; badge?: string; children: ReactNode };

const marks: Record<State, string> = {
  done: "bg-success-soft text-success-text",
  present: "bg-primary text-primary-fg",
  ahead: "border-[1.5px] border-control text-fg-2",
};

function Step({ number, title, state, badge, children }: StepProps) {
  return (
    <li
      aria-current={state === "present" ? "step" : undefined}
      className="group relative flex gap-3.5 pb-6 last:pb-0 sm:gap-4"
    >
      <span aria-hidden className="absolute top-8 bottom-1 left-3.5 w-px bg-border-strong group-last:hidden" />
      <span
        className={cn(
          "tabular grid size-7 shrink-0 place-items-center rounded-full text-sm font-semibold",
          marks[state],
        )}
      >
        {state === "done" ? <Check aria-label="Done" className="size-4" /> : number}
      </span>
      <div className="min-w-0 flex-1 pt-1">
        {title !== undefined && (
          <div className="mb-1 flex items-center justify-between gap-3">
            <h2 className="font-semibold">{title}</h2>
            {badge !== undefined && <Badge tone="success">{badge}</Badge>}
          </div>
        )}
        <div className="text-fg-2">{children}</div>
      </div>
    </li>
  );
}
