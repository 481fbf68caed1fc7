import type { ReactNode } from "react";
import type { Import } from "#lib/imports.ts";
import { useFormat } from "#lib/use-format.ts";
import { Section } from "#ui/card.tsx";

type Mails = Import["mails"] & {
  /** How many are still to be sent, where that is known. */
  left?: number;
  isPaused?: boolean;
};

type Props = {
  mails: Mails;
  invited: number;
  /** Whether the first of them is still to be waited for. */
  isEarly: boolean;
  /** What can be done about them. */
  action?: ReactNode;
};

/** How many of the invitations have gone out. Mail has a pace of its own, and goes on when the rows are done. */
export function MailsCard({ mails: { sent, left, isPaused = false }, invited, isEarly, action }: Props) {
  const format = useFormat();
  const all = left === undefined ? Math.max(invited, sent) : sent + left;
  const isUnknown = sent === 0 && left === undefined && !isEarly;
  if (all === 0 || isUnknown) {
    return null;
  }
  return (
    <Section title="Mails" action={action}>
      <div className="grid gap-3 px-5 pb-5">
        <p className="tabular">
          <span className="text-2xl font-semibold">{format.number(sent)}</span>{" "}
          <span className="text-fg-2">of {format.number(all)} sent</span>
        </p>
        <progress aria-label="Mails sent" value={sent} max={all} className="bulk-progress h-2 w-full" />
        <p className="text-sm text-fg-3">{noteOn({ isPaused, isDone: sent >= all })}</p>
      </div>
    </Section>
  );
}

function noteOn({ isPaused, isDone }: { isPaused: boolean; isDone: boolean }) {
  if (isPaused) {
    return "Paused: no mail goes out until somebody lets them go on.";
  }
  return isDone ? "Each has gone out." : "They go out one after the other, as fast as the mail account allows.";
}
