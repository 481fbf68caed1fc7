import type { ReactNode } from "react";
import { cn } from "#lib/cn.ts";

const tones = {
  neutral: "border-border bg-surface text-fg-2",
  accent: "border-current/20 bg-accent-soft text-accent-text",
  success: "border-current/20 bg-success-soft text-success-text",
  warning: "border-current/20 bg-warning-soft text-warning-text",
  danger: "border-current/20 bg-danger-soft text-danger-text",
};

export type Tone = keyof typeof tones;

export function Badge({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={cn(
        "inline-flex h-5 shrink-0 items-center gap-1 rounded-full border px-2 text-xs font-medium whitespace-nowrap",
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}
