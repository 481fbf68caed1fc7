import * as v from "valibot";
import * as ID from "../base/id.ts";
import { slicesOf } from "../base/slices.ts";
import { fn } from "../kernel/fn.ts";
import { instant, stripe } from "../kernel/ports.ts";
import { rowsOf, rowsOfEach } from "../kernel/rows.ts";
import { decimalsOf } from "../money/shape.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { attention } from "./attention.ts";
import { firstDay, nextDay } from "./compare.ts";
import { billingKeys } from "./keys.ts";
import { type BillingRow, rowOf } from "./row.ts";

// Money that the operator may not get, or may have to return.

const rowsPerRead = 50;

/**
 * `unpaid`: an invoice is past due. `disputed`: a bank has reversed a payment, or asks about one. `unused`: a payment
 * bought nothing. `mischarged`: another amount was charged than was shown. `over_capacity`: more seats are used than are paid.
 * `unreconciled`: Stripe and Muster do not agree, or something else needs attention.
 */
export const risks = ["unpaid", "disputed", "unused", "mischarged", "over_capacity", "unreconciled"] as const;

// Shapes

const Risk = v.object({
  organization: ID.schema("organization"),
  risk: v.picklist(risks),
  /** In the smallest unit of the currency; missing where none is known. */
  amount: v.optional(v.number()),
  currency: v.optional(v.string()),
  /** The invoice, dispute, or change at Stripe, or the reason. */
  about: v.optional(v.string()),
  since: v.optional(v.string()),
  /** The seats that are used beyond those that are there. */
  seats: v.optional(v.number()),
});
type Risk = v.InferOutput<typeof Risk>;

// Functions

/** Lists organizations by money at risk, the largest amounts first. Reads the invoices of those that are past due at Stripe. */
export const risk = fn(
  "billing.risk",
  { input: v.strictObject({}), output: v.object({ items: v.array(Risk) }) },
  async () => {
    const found: Risk[] = (await attention({})).items.flatMap(risksOf);
    for (let day = nextDay(instant(), 1); day >= firstDay; day = nextDay(day, -1)) {
      const listed = await rowsOf({ list: billingKeys.subscriptions(day) });
      const organizations = [...new Set(listed.map(({ pk }) => pk))];
      for (const some of slicesOf(organizations, rowsPerRead)) found.push(...(await risksIn(some)));
    }
    return { items: found.toSorted((one, other) => sizeOf(other) - sizeOf(one)) };
  },
);

type Item = Awaited<ReturnType<typeof attention>>["items"][number];

/** Returns what an operator must attend to, each payment by itself. */
function risksOf({ organization, why, since, payments = [], disputes = [], mischarged }: Item): Risk[] {
  const amounts: Risk[] = [
    ...payments.map(
      ({ invoice: about, ...money }) => ({ organization, risk: "unused", about, since, ...money }) as const,
    ),
    ...disputes.map(
      ({ id: about, amount, currency }) =>
        ({ organization, risk: "disputed", about, since, amount, currency }) as const,
    ),
    ...(mischarged ? [{ organization, risk: "mischarged", since, ...differenceOf(mischarged) } as const] : []),
  ];
  // threat: what needs attention without an amount is no risk
  return amounts.length > 0 ? amounts : [{ organization, risk: "unreconciled", since, ...(why && { about: why }) }];
}

const differenceOf = ({ operation: about, shown, charged }: NonNullable<Item["mischarged"]>) => ({
  about,
  amount: Math.abs(charged.amount - shown.amount),
  currency: charged.currency,
});

async function risksIn(organizations: readonly ID.ID<"organization">[]): Promise<Risk[]> {
  const keysOf = (one: ID.ID<"organization">) =>
    [organizationKeys.organization(one), billingKeys.billing(one)] as const;
  const found: Risk[] = [];
  for (const [organization, billing] of await rowsOfEach(organizations, keysOf)) {
    if (organization) found.push(...overIn(organization), ...(await unpaidIn(organization, billing)));
  }
  return found;
}

function overIn({ pk: organization, billingStatus, free }: OrganizationRow): Risk[] {
  return billingStatus === "over_limit" ? [{ organization, risk: "over_capacity", seats: -free }] : [];
}

async function unpaidIn({ pk: organization }: OrganizationRow, billing: BillingRow | undefined): Promise<Risk[]> {
  const row = rowOf(billing);
  if (!row?.owed) return [];
  const { items } = await stripe().invoices(row.customer);
  // threat: an invoice that is not due yet is listed as unpaid
  const open = items.filter(({ status, dueAt = "" }) => status === "open" && dueAt < instant());
  return open.map(({ id: about, due: amount, currency, createdAt: since }) => ({
    organization,
    risk: "unpaid",
    about,
    since,
    amount,
    currency,
  }));
}

/** An amount without its currency's worth: most deployments sell in one. */
const sizeOf = ({ amount = 0, currency = "usd" }: Risk) => amount / 10 ** decimalsOf(currency);
