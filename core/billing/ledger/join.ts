import type { Read } from "../../kernel/stored.ts";
import type { StripeInvoice, StripeLine } from "../../kernel/stripe-invoice.ts";
import type { ChangeRow } from "./row.ts";

// Which change is behind a line of an invoice. A line for part of a period starts when a change took effect: it returns
// what was paid for the seats before, or charges those after. A line for a whole period is for the last change before it.

export type Change = Read<typeof ChangeRow>;
export type Line = StripeLine & { change: Change | undefined };

// Functions

/**
 * Returns the lines of an invoice with their changes, of which the newest comes first. Several changes of one second have
 * one instant; their invoice and their seats tell them apart.
 */
export function join({ id, lines }: Pick<StripeInvoice, "id" | "lines">, changes: readonly Change[]): Line[] {
  const used = new Set<string>();
  return lines.map((line) => {
    const found = line.isProration ? partOf(line, { id, changes, used }) : wholeOf(line, changes);
    return { ...line, change: found };
  });
}

/** Returns what a line changes: the seats before are returned, the seats after are charged. */
const sideOf = ({ amount }: StripeLine): "from" | "to" | undefined =>
  amount < 0 ? "from" : amount > 0 ? "to" : undefined;

type Among = { id: string; changes: readonly Change[]; used: Set<string> };

function partOf(line: StripeLine, { id, changes, used }: Among): Change | undefined {
  const side = sideOf(line);
  const fits = changes.filter(
    ({ effectiveAt, from, to, invoice, operation, subscription }) =>
      // threat: a change of another subscription is behind a line
      subscription === line.subscription &&
      // threat: a line of an invoice is joined to a change by its amount
      effectiveAt === line.periodStart &&
      // threat: a line for part of a period is taken for that of the purchase
      from > 0 &&
      (invoice ?? id) === id &&
      (side === "from" ? [from] : side === "to" ? [to] : [from, to]).includes(line.quantity ?? 0) &&
      !used.has(`${operation} ${side}`),
  );
  const found = fits.find(({ invoice }) => invoice === id) ?? fits.at(-1);
  if (found && side) used.add(`${found.operation} ${side}`);
  return found;
}

function wholeOf(
  { periodStart, quantity, price, subscription }: StripeLine,
  changes: readonly Change[],
): Change | undefined {
  // threat: a second subscription's invoice names the buyer of the first
  const fits = (one: Change) => one.subscription === subscription && one.to === quantity && one.price === price;
  const begun = changes.filter((one) => one.effectiveAt <= periodStart && fits(one));
  // another plan that was not paid has a whole period on its void invoice
  return begun.find(({ dropped }) => !dropped) ?? begun.find(({ endedAt }) => endedAt >= periodStart);
}

/** Returns what the lines come to, with discounts and tax. */
export const sumOf = (lines: readonly Pick<StripeLine, "amount" | "discount" | "tax">[]): number =>
  lines.reduce((sum, { amount, discount, tax }) => sum + amount - discount + tax, 0);
