import * as Ledger from "@muster/core/billing/ledger/ledger.ts";
import type { ChangeRow } from "@muster/core/billing/ledger/row.ts";
import type { Mirror, Row } from "@muster/core/billing/row.ts";
import { automatically } from "@muster/core/billing/shape.ts";
import type { Item } from "@muster/core/table/table.ts";
import { linesOf } from "@muster/local-stripe/invoice.ts";
import type { BillingWorld, Customer } from "../worlds/billing.ts";
import type { Actors } from "./billing-actors.ts";
import type { Stored } from "./billing-stored.ts";

// The seat ledger and the invoices of Stripe say the same.

/** Returns where the ledger and the invoices differ: every sum, and who is behind each line. */
export async function unexplained(
  { billing, edited }: Pick<Actors, "billing" | "edited">,
  one: Customer,
  { row, events, changes }: Stored,
): Promise<string[]> {
  const { server } = billing;
  const invoices = invoicesOf(billing, row);
  const items = await pagesOf((cursor) => one.as(() => Ledger.ledger({ ...(cursor && { cursor }) })));
  const made = events.filter(({ type }) => type === "billing.resized");
  const sum = (amounts: readonly number[]) => amounts.reduce((all, amount) => all + amount, 0);
  const off = items.flatMap(({ id, total, unexplained, lines }) => {
    const theirs = invoices.find((invoice) => invoice.id === id);
    const all = theirs ? linesOf(server, theirs) : [];
    const isSame = total === theirs?.total && lines.length === all.length && unexplained === undefined;
    return isSame ? [] : [`invoice ${id} is ${total} in the ledger, and ${theirs?.total} at Stripe`];
  });
  const all = [sum(items.map(({ total }) => total)), sum(invoices.map(({ total }) => total))];
  const nameless = items.flatMap(({ lines }) =>
    lines.flatMap(({ change, outside, description }) =>
      change?.by || change?.cause === "automatic" || edited.has(one.organization)
        ? []
        : [`nobody is behind "${description}" (${outside})`],
    ),
  );
  const twice = made.flatMap(({ data }) => {
    const { operation, by } = data as Item;
    const isBy = (row: ChangeRow) => row.by === by || (row.cause === "automatic" && by === automatically);
    const rows = changes.filter((row) => row.operation === operation && isBy(row) && !row.dropped);
    return rows.length === 1 ? [] : [`${rows.length} rows of the change ${String(operation)}`];
  });
  const wrongSeats = items.flatMap(({ lines }) =>
    lines.flatMap(({ change, quantity, amount, isProration }) => {
      const seats = amount < 0 && isProration ? change?.from : change?.to;
      const fits = change === undefined || amount === 0 || seats === quantity;
      return fits ? [] : [`a line of ${quantity} seats is for a change from ${change.from} to ${change.to}`];
    }),
  );
  const last = changes
    .filter(({ dropped }) => !dropped)
    .toSorted(byEnd)
    .at(-1);
  const quantity = seatsOf(row?.mirror);
  const chain = last?.to === quantity ? [] : [`the ledger ends with ${last?.to} seats, and ${quantity} are paid`];
  return [
    ...off,
    ...(all[0] === all[1] ? [] : [`the ledger comes to ${all[0]}, and the invoices to ${all[1]}`]),
    ...nameless,
    ...twice,
    ...wrongSeats,
    ...chain,
  ];
}

const byEnd = (one: ChangeRow, other: ChangeRow) =>
  `${one.endedAt}${one.operation}` < `${other.endedAt}${other.operation}` ? -1 : 1;

async function pagesOf<T>(read: (cursor?: string) => Promise<{ items: T[]; next?: string | undefined }>) {
  const items: T[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await read(cursor);
    items.push(...page.items);
    if (!page.next) return items;
    cursor = page.next;
  }
}

/** Returns the customers that an organization has, and had before they were deleted. */
export const customersOf = (row: Row | undefined): string[] => (row ? [row.customer, ...(row.former ?? [])] : []);

export const invoicesOf = ({ server }: BillingWorld, row: Row | undefined) =>
  [...server.state.invoices.values()].filter((one) => customersOf(row).includes(one.customer ?? ""));

/** Of a subscription whose first payment is missing, no seats count. */
const seatsOf = (mirror: Mirror | undefined) => (mirror?.status === "incomplete" ? 0 : mirror?.quantity);
