import { CircleCheck, CircleMinus, type LucideIcon, MailCheck, Pencil, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "#lib/cn.ts";
import { focusNow } from "#lib/focus.ts";
import type { Reviewed, Sent } from "#lib/people.ts";
import { Banner } from "#ui/banner.tsx";

type Look = { icon: LucideIcon; label: string; className: string };

type Label = Reviewed["label"] | Sent["outcome"];

const skipped = { icon: CircleMinus, className: "text-fg-3" };
const wrong = { icon: TriangleAlert, className: "text-danger-text" };

const looks: Record<Label, Look> = {
  ready: { icon: CircleCheck, label: "Ready", className: "text-success-text" },
  invited: { icon: MailCheck, label: "Invited", className: "text-success-text" },
  change: { icon: Pencil, label: "Changes the invitation", className: "text-accent-text" },
  changed: { icon: CircleCheck, label: "Changed", className: "text-success-text" },
  invited_differently: { icon: Pencil, label: "Already invited", className: "text-warning-text" },
  already_member: { ...skipped, label: "Already a member" },
  already_invited: { ...skipped, label: "Already invited" },
  duplicate: { ...skipped, label: "Twice in this list" },
  invalid_email: { ...wrong, label: "Invalid address" },
  unknown_role: { ...wrong, label: "Unknown role" },
  unknown_team: { ...wrong, label: "Unknown team" },
  not_allowed: { ...wrong, label: "Not allowed" },
  daily_limit: { icon: TriangleAlert, label: "Daily limit reached", className: "text-warning-text" },
  retry: { icon: TriangleAlert, label: "Try again", className: "text-warning-text" },
  no_seat: { icon: TriangleAlert, label: "No seat available", className: "text-warning-text" },
};

/** The expected or actual result of one row: an icon, a word, and the API's own sentence, unless it says no more. */
export function RowLabel({ label, message }: { label: Label; message: string }) {
  const { icon: Icon, label: word, className } = looks[label];
  const isPlain = label === "ready" || label === "invited" || message === `${word}.`;
  return (
    <span className="flex min-w-0 items-start gap-1.5 text-sm">
      <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", className)} />
      <span className="min-w-0">
        <span className={cn("font-medium", className)}>{word}</span>
        {!isPlain && <span className="block text-fg-3">{message}</span>}
      </span>
    </span>
  );
}

/**
 * Shows a failure of the request, scrolled into view however long the list above it is. A key makes each failure a new
 * one.
 */
export function Refusal({ children }: { children: ReactNode }) {
  return (
    <div ref={focusNow} tabIndex={-1} className="rounded-lg">
      <Banner tone="danger">{children}</Banner>
    </div>
  );
}
