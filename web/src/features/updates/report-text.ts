import type { Reason, Reported } from "#lib/reports.ts";

export const reasonText: Record<Reason | "unknown", string> = {
  spam: "Spam or advertising",
  offensive: "Offensive or hurtful",
  confidential: "Confidential or personal data",
  other: "Something else",
  unknown: "Another reason",
};

export const reasons = (["spam", "offensive", "confidential", "other"] as const).map((value) => ({
  value,
  label: reasonText[value],
}));

/** Returns how many reports wait for a decision: the first page of them is known. */
export function waitingText({ items, next }: { items: readonly Reported[]; next?: string | undefined }) {
  if (items.length === 0) {
    return next === undefined ? "None waiting" : "Some waiting";
  }
  return next === undefined ? `${items.length} waiting` : `${items.length} or more waiting`;
}
