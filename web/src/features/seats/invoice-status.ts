import type { Invoice } from "#lib/billing.ts";
import type { Status } from "./text.ts";

// The state of an invoice, and what of its payment went back.

type Known = Pick<Invoice, "status" | "total" | "returned" | "paid" | "refunded" | "credited" | "disputes">;

const statuses: Record<string, Status> = {
  draft: { label: "Draft", tone: "neutral" },
  open: { label: "Open", tone: "warning" },
  paid: { label: "Paid", tone: "success" },
  processing: { label: "Processing", tone: "accent" },
  uncollectible: { label: "Not paid", tone: "danger" },
  void: { label: "Void", tone: "neutral" },
};

/** Returns the badge. A dispute comes first: somebody must deal with it. */
export function invoiceStatus({ status, total, returned = 0, paid = 0, refunded = 0, disputes = [] }: Known): Status {
  const has = (...states: string[]) => disputes.some(({ state }) => states.includes(state));
  if (has("asked", "open")) return { label: "Disputed", tone: "warning" };
  if (has("lost")) return { label: "Dispute lost", tone: "danger" };
  // threat: an invoice that was refunded is shown as paid
  if (refunded > 0 && refunded >= paid) return { label: "Refunded", tone: "neutral" };
  if (returned > 0 && returned >= total) return { label: "Returned", tone: "neutral" };
  if (refunded > 0) return { label: "Partly refunded", tone: "neutral" };
  return statuses[status] ?? { label: status, tone: "neutral" };
}

/** A part of a payment that went back, by where it went. */
export type Back = { name: string; amount: number };

/** Returns what of a payment went back. A dispute that was won took nothing. */
export function backOf({ returned = 0, refunded = 0, credited = 0, disputes = [] }: Omit<Known, "status" | "total">) {
  const sumOf = (...states: string[]) =>
    disputes.reduce((sum, { amount, state }) => (states.includes(state) ? sum + amount : sum), 0);
  const all: Back[] = [
    { name: "Refunded", amount: refunded },
    { name: "Credited to your balance", amount: credited },
    // where only credit notes are known, and not where they went
    { name: "Returned", amount: refunded + credited === 0 ? returned : 0 },
    { name: "Disputed", amount: sumOf("asked", "open") },
    { name: "Lost in a dispute", amount: sumOf("lost") },
  ];
  return all.filter(({ amount }) => amount > 0);
}
