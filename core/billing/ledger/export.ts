import * as v from "valibot";
import { csv, Part } from "../../base/csv.ts";
import { withoutUndefined } from "../../base/without-undefined.ts";
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
  "paid",
  "refunded",
  "credited",
  "disputed",
  "dispute",
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

function recordsOf(invoice: Info) {
  const { id, number = id, createdAt, status, currency, lines, unexplained = 0, returned = 0 } = invoice;
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
  return [...records, ...rest, ...paymentsOf(invoice, money).map((one) => ({ ...shared, ...one }))];
}

/** Returns one record for what was paid, and one for each dispute of it: these amounts are in no line. */
function paymentsOf(
  { paid, refunded, credited, disputes = [] }: Info,
  money: (amount: number) => string,
): Partial<Record<(typeof columns)[number], string>>[] {
  const amounts = Object.entries(withoutUndefined({ paid, refunded, credited }));
  const all = Object.fromEntries(amounts.map(([name, amount]) => [name, money(amount)]));
  return [
    ...(amounts.length > 0 ? [{ description: "Payment", ...all }] : []),
    ...disputes.map(({ amount, state }) => ({ description: "Dispute", disputed: money(amount), dispute: state })),
  ];
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
