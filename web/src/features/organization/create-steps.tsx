import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "#lib/cn.ts";
import { plural } from "#lib/format.ts";
import { Badge } from "#ui/badge.tsx";

const order = ["name", "seats", "plan", "people"] as const;
export type CreateStep = (typeof order)[number];

type Part = { title?: string | undefined; badge?: string | undefined; content: ReactNode };
type Props = {
  /** The current step: earlier ones are done. */
  at: CreateStep;
  parts: Record<CreateStep, Part>;
};

/** The steps to an organization. A part without a title brings its own. */
export function CreateSteps({ at, parts }: Props) {
  return (
    <ol>
      {order.map((step, index) => {
        const { title, badge, content } = parts[step];
        const ahead = index > order.indexOf(at) && badge === undefined;
        const state = step === at ? "present" : ahead ? "ahead" : "done";
        return (
          <Step key={step} number={index + 1} title={title} state={state} badge={badge}>
            {content}
          </Step>
        );
      })}
    </ol>
  );
}

/** The free plan. True before the number is known, and if it cannot be loaded. */
export function freeParts(seats: number | undefined): Pick<Props["parts"], "seats" | "plan"> {
  return {
    seats: { title: "Seats", badge: "Included", content: freeSeatText(seats) },
    plan: { title: "Plan", badge: "Free", content: "The free plan: no card, no end date." },
  };
}

function freeSeatText(seats: number | undefined) {
  if (seats === undefined) {
    return "The seats of the free plan. One is yours.";
  }
  const rest =
    seats === 1 ? "It is yours." : `One is yours, ${plural(seats - 1, "is", "are")} for the people you invite.`;
  return `${plural(seats, "seat")}. ${rest}`;
}

type State = "done" | "present" | "ahead";
type StepProps = {
  number: number;
  title: string | undefined;
  state: State;
  badge: string | undefined;
  children: ReactNode;
};

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
