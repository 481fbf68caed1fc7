import type { LedgerInvoice, SeatChange } from "#lib/ledger.ts";

export type Step = Pick<SeatChange, "endedAt" | "from" | "to">;

/** Returns the changes behind invoices that were made, each once, oldest first. */
export function stepsOf(invoices: readonly Pick<LedgerInvoice, "lines">[]): Step[] {
  const made = invoices.flatMap(({ lines }) =>
    // threat: a change that was not paid is in the picture of seats over time
    lines.flatMap(({ change }) => (change === undefined || change.dropped !== undefined ? [] : [change])),
  );
  const each = new Map(made.map((change) => [change.operation, change]));
  return [...each.values()].toSorted((one, other) => order(one) - order(other) || compare(one, other));
}

const order = ({ endedAt }: Step) => Date.parse(endedAt);
/** Ids of operations are in the order of time. */
const compare = (one: SeatChange, other: SeatChange) => (one.operation < other.operation ? -1 : 1);

export const highestOf = (steps: readonly Step[], now: number) =>
  Math.max(1, now, ...steps.flatMap(({ from, to }) => [from, to]));

type End = { at: number; seats: number };

/** Returns the line of seats over time in a field of 100 × 100. It ends with the seats of now. */
export function lineOf(steps: readonly Step[], { at, seats }: End): string {
  const [first] = steps;
  if (first === undefined) return "";
  const begin = order(first);
  const span = Math.max(1, at - begin);
  const highest = highestOf(steps, seats);
  const x = (step: Step) => round(Math.min(100, ((order(step) - begin) / span) * 100));
  const y = (count: number) => round(100 - (count / highest) * 100);
  const moves = steps.map((step) => `H${x(step)}V${y(step.to)}`);
  // threat: the picture of seats over time ends with the last invoice, not with now
  return `M0 ${y(first.from)}${moves.join("")}H100V${y(seats)}`;
}

const round = (value: number) => Math.round(value * 100) / 100;
