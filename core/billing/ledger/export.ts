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

function recordsOf({ id, number = id, createdAt, status, currency, lines, unexplained }: Info) {
  const money = (amount: number) => (amount / 10 ** decimalsOf(currency)).toFixed(decimalsOf(currency));
  const shared = { invoice: number, date: createdAt, status, currency };
  const rest = { ...shared, description: "Not explained by its lines", amount: money(unexplained ?? 0) };
  const records = lines.map(({ change, outside, ...line }) => ({
    ...shared,
    description: line.description,
    seats: line.quantity?.toString(),
    amount: money(line.amount),
    discount: money(line.discount),
    tax: money(line.tax),
    startsAt: line.startsAt,
    endsAt: line.endsAt,
    cause: change?.cause ?? outside,
    by: change?.by?.name,
    account: change?.by?.account,
    from: change?.from.toString(),
    to: change?.to.toString(),
    plan: change?.plan,
    purpose: change?.purpose,
    requestedAt: change?.requestedAt,
    shown: change?.shown && money(change.shown.amount),
    charged: change?.charged && money(change.charged.amount),
  }));
  return unexplained ? [...records, rest] : records;
}
