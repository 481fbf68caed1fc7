import type { LedgerLine, SeatChange } from "#lib/ledger.ts";

/** A change that Grace made, from 4 to 8 seats. */
export function change(more: Partial<Omit<SeatChange, "operation">> & { operation?: string }) {
  const made = {
    operation: "op_1",
    cause: "request",
    by: { account: "acc_1", name: "Grace Hopper", isMember: true },
    from: 4,
    to: 8,
    plan: "monthly",
    requestedAt: "2026-11-15T12:00:00.000Z",
    endedAt: "2026-11-15T12:00:05.000Z",
  };
  return Object.assign(made, more) as SeatChange;
}

/** A line of an invoice. */
export function line(more: Partial<LedgerLine>): LedgerLine {
  const found: LedgerLine = {
    id: "il_1",
    amount: 4_000,
    discount: 0,
    tax: 0,
    quantity: 8,
    isProration: false,
    startsAt: "2026-11-15T12:00:00.000Z",
    endsAt: "2026-12-01T00:00:00.000Z",
  };
  return Object.assign(found, more);
}
