import type { LedgerLine, SeatChange } from "#lib/ledger.ts";

/** Lines of an invoice with one change behind them, or with none for the same reason. */
export type Group = {
  key: string;
  change: SeatChange | undefined;
  outside: LedgerLine["outside"];
  /** True if they are for a whole period that began after the change. */
  isRenewal: boolean;
  lines: LedgerLine[];
};

/** Returns the lines by what is behind them, in the order of the invoice. */
export function groupsOf(lines: readonly LedgerLine[]): Group[] {
  const groups = new Map<string, Group>();
  for (const line of lines) {
    const { change, outside } = line;
    // threat: a renewal is said to be a new change of seats
    const isRenewal = change !== undefined && !line.isProration && line.startsAt > change.endedAt;
    const key = `${change?.operation ?? outside} ${isRenewal}`;
    const found = groups.get(key);
    if (found) {
      found.lines.push(line);
    } else {
      groups.set(key, { key, change, outside, isRenewal, lines: [line] });
    }
  }
  return [...groups.values()];
}

/** Returns the sum of lines, before discounts and tax. */
export const amountOf = (lines: readonly Pick<LedgerLine, "amount">[]) =>
  lines.reduce((sum, { amount }) => sum + amount, 0);

type Charged = Pick<LedgerLine, "amount" | "discount" | "tax">;
export type Sums = { lines: number; discount: number; tax: number };

/** The sums of an invoice. With `unexplained`, they come to its total. */
export const sumsOf = (lines: readonly Charged[]): Sums => ({
  lines: amountOf(lines),
  discount: lines.reduce((sum, { discount }) => sum + discount, 0),
  tax: lines.reduce((sum, { tax }) => sum + tax, 0),
});
