import * as v from "valibot";
import { csv, Part } from "../../base/csv.ts";
import { fn } from "../../kernel/fn.ts";
import { decimalsOf } from "../../money/shape.ts";
import { own } from "../billing.ts";
import { Cursor } from "../invoice-pages.ts";
import { failures, type Info, pageOf } from "./ledger.ts";

const columns = [
  "invoice",
  "date",
  "status",
  "description",
  "seats",
  "amount",
  "discount",
  "tax",
  "currency",
  "startsAt",
  "endsAt",
  "cause",
  "by",
  "account",
  "from",
  "to",
  "plan",
  "purpose",
  "requestedAt",
  "shown",
  "charged",
] as const;

// Functions

/** Returns the lines of invoices as CSV, each with the change behind it. */
export const exportPart = fn(
  "billing.export",
  { input: v.strictObject({ cursor: Cursor }), output: Part, failures, reads: own },
  async ({ cursor }, actor, [, billing]) => {
    const { items, next } = await pageOf(actor, billing, cursor);
    return { csv: csv(columns, items.flatMap(recordsOf), { isFirst: cursor === undefined }), ...(next && { next }) };
  },
);

function recordsOf({ id, number = id, createdAt, status, currency, lines, unexplained = 0, returned = 0 }: Info) {
  const money = (amount: number) => (amount / 10 ** decimalsOf(currency)).toFixed(decimalsOf(currency));
  const shared = { invoice: number, date: createdAt, status, currency };
  const rest = [
    { ...shared, description: "Not explained by its lines", amount: unexplained },
    // threat: what was refunded is in the file as paid
    { ...shared, description: "Returned by credit notes", amount: -returned },
  ].flatMap((one) => (one.amount === 0 ? [] : [{ ...one, amount: money(one.amount) }]));
  const records = lines.map(({ change, outside, ...line }) => ({
    ...shared,
    description: line.description,
    seats: line.quantity?.toString(),
    amount: money(line.amount),
    discount: money(line.discount),
    tax: money(line.tax),
    startsAt: line.startsAt,
    endsAt: line.endsAt,
    cause: outside,
    ...(change && recordOf(change, money)),
  }));
  return [...records, ...rest];
}

function recordOf(
  { cause, by, from, to, plan, purpose, requestedAt, shown, charged }: NonNullable<Info["lines"][number]["change"]>,
  money: (amount: number) => string,
) {
  return {
    cause,
    by: by?.name,
    account: by?.account,
    from: from.toString(),
    to: to.toString(),
    plan,
    purpose,
    requestedAt,
    shown: shown && money(shown.amount),
    charged: charged && money(charged.amount),
  };
}
