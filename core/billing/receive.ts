import * as v from "valibot";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";
import * as Dirty from "./dirty.ts";
import { rowOf } from "./row.ts";

const rowsPerRead = 50;

/**
 * Receives a webhook of Stripe. Its content is ignored: it only means that the organization must be reconciled.
 * Repeated, late or in another order, the result is the same. The handler checks that it is from Stripe.
 */
export const receive = fn(
  "billing.receive",
  {
    input: v.strictObject({ organization: v.optional(v.string()), customer: v.optional(v.string()) }),
    output: v.object({ received: v.boolean() }),
  },
  async ({ organization, customer }) => {
    const isMarked = ID.is("organization", organization);
    if (isMarked) await Dirty.markAndQueue(organization);
    const others = customer ? (isMarked ? await othersOf(new Map([[customer, organization]])) : [customer]) : [];
    await Dirty.queueCustomers(...others);
    return { received: isMarked || others.length > 0 };
  },
);

/** Returns the customers that are not those of the organizations their subscriptions are labeled with. */
export async function othersOf(labeled: ReadonlyMap<string, ID.ID<"organization">>): Promise<string[]> {
  const others: string[] = [];
  const all = [...labeled];
  for (let i = 0; i < all.length; i += rowsPerRead) {
    const some = all.slice(i, i + rowsPerRead);
    const rows = await table.getMany(some.map(([, organization]) => Keys.billing(organization)));
    for (const [n, [customer]] of some.entries()) {
      const row = rowOf(rows[n]);
      if (row?.customer !== customer && !row?.former?.includes(customer)) others.push(customer);
    }
  }
  return others;
}
