import { useQuery } from "@tanstack/react-query";
import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { roleText } from "#features/rights/text.ts";
import { cn } from "#lib/cn.ts";
import { plural } from "#lib/format.ts";
import { accountQuery } from "#lib/queries.ts";
import { Avatar, OrganizationMark } from "#ui/avatar.tsx";
import { Badge } from "#ui/badge.tsx";

/** The steps on the left, their result on the right. */
export const createLayout = "grid items-start gap-5 md:grid-cols-[minmax(0,1fr)_300px]";

export const createButtons = "mt-6 flex flex-wrap gap-2 max-sm:flex-col-reverse max-sm:*:w-full sm:justify-end";

const order = ["name", "seats", "plan", "people"] as const;
type CreateStep = (typeof order)[number];

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

const maxPictured = 12;

type PreviewProps = { id?: string; name: string; seats: number | undefined; plan?: string };

/** A preview of the new organization, with its seats. */
export function PreviewCard({ id = "preview", name, seats, plan = "Free plan" }: PreviewProps) {
  const { data: account } = useQuery(accountQuery);
  return (
    <aside aria-label="Preview" className="card overflow-hidden">
      <div className="flex items-center gap-3 border-b border-border bg-surface-2 px-5 py-4">
        <OrganizationMark id={id} name={name || "?"} size="large" />
        <div className="min-w-0">
          <p className="truncate text-base font-semibold">{name || "Your organization"}</p>
          <p className="text-sm text-fg-3">{plan}</p>
        </div>
      </div>
      <div className="grid gap-4 p-5">
        <div className="flex flex-wrap gap-1.5">
          <Avatar name={account?.name ?? ""} color={account?.color} size="large" />
          {seats !== undefined && <OpenSeats count={seats - 1} />}
        </div>
        <div className="flex items-center justify-between gap-3 text-sm">
          <span className="min-w-0 truncate font-medium">{account?.name}</span>
          <Badge>{roleText.owner.label}</Badge>
        </div>
      </div>
    </aside>
  );
}

function OpenSeats({ count }: { count: number }) {
  const pictured = Array.from({ length: Math.min(count, maxPictured) }, (_, index) => `open ${index}`);
  return (
    <>
      {pictured.map((seat) => (
        <span key={seat} className="size-10 rounded-full border-[1.5px] border-dashed border-control" />
      ))}
      {count > maxPictured && (
        <span className="tabular self-center pl-1 text-sm text-fg-2">+{count - maxPictured}</span>
      )}
    </>
  );
}
