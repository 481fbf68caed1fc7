import * as v from "valibot";
import { hourSeconds } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { slicesOf } from "../base/slices.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { fn } from "../kernel/fn.ts";
import { instant, table } from "../kernel/ports.ts";
import { rowsOfEach } from "../kernel/rows.ts";
import { read } from "../kernel/stored.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Breaker from "./breaker.ts";
import * as Dirty from "./dirty.ts";
import { changeDropped, duplicatePaid, paidOf } from "./duplicate.ts";
import { billingKeys } from "./keys.ts";
import { isRecent } from "./paid.ts";
import { cancelRefused, chargeDiffers, expireRefused } from "./reconcile.ts";
import { Amount, BreakerRow, type Mischarged, paymentOf, rowOf } from "./row.ts";

/** What is not reconciled by then will not be by waiting. */
const patienceSeconds = hourSeconds;
const rowsPerRead = 50;
// threat: an operator does not see what was paid for a subscription that cannot be canceled
// threat: an operator can't refund a payment of a deleted organization whose checkout is open
/** A second subscription may be paid while Stripe refuses to cancel it. */
const haveAmounts = [cancelRefused, expireRefused, duplicatePaid, changeDropped, chargeDiffers];

// Shapes

const Waiting = v.object({
  organization: ID.schema("organization"),
  /** `refused`: Stripe refuses what must be done; its code says why. `waiting`: every attempt so far failed. */
  result: v.picklist(["refused", "waiting"]),
  why: v.optional(v.string()),
  since: v.string(),
  /** What a change was shown to cost, and what its invoice charged. */
  mischarged: v.optional(v.object({ operation: ID.schema("operation"), shown: Amount, charged: Amount })),
  /** Payments that buy nothing, which an operator can refund. */
  payments: v.optional(v.array(v.object({ invoice: v.string(), amount: v.number(), currency: v.string() }))),
});

// Functions

/**
 * Returns organizations that reconciliation cannot fix by itself, and the circuit breaker if it is tripped.
 * Organizations that wait for a payment, or have more members than seats, are not included: those are for their owners.
 */
export const attention = fn(
  "billing.attention",
  {
    input: v.strictObject({}),
    output: v.object({ items: v.array(Waiting), breaker: v.optional(Breaker.Info) }),
    reads: () => [billingKeys.breaker()],
  },
  async (_input, _actor, [breaker]) => {
    const markers = await Dirty.marked();
    const refused = markers.flatMap(({ organization, attention }) =>
      // threat: the organization that a strange subscription is labeled with is not told
      attention ? [organization, attention.other].flatMap((one) => (one ? [refusedOf(one, attention)] : [])) : [],
    );
    const withAmounts = refused.filter(({ why }) => haveAmounts.includes(why));
    const amounts = await amountsOf(withAmounts.map(({ organization }) => organization));
    const old = markers.filter(({ at, attention }) => !attention && at < instant(-patienceSeconds));
    const withPayments = refused.map((one) => ({ ...one, ...amounts.get(one.organization) }));
    const items = [...withPayments, ...(await unexplained(old))];
    if (!breaker) return { items };
    const { report, at } = read(BreakerRow, breaker) ?? {};
    return { items, breaker: withoutUndefined({ report, at }) };
  },
);

const refusedOf = (organization: ID.ID<"organization">, { why, since }: NonNullable<Dirty.Marker["attention"]>) =>
  ({ organization, result: "refused", why, since }) as const;

/** Returns the payments that buy nothing of those that have some, and what was charged otherwise than shown. */
async function amountsOf(organizations: readonly ID.ID<"organization">[]) {
  const rows = await table.getMany(organizations.map(billingKeys.billing));
  return new Map(
    organizations.map((one, n) => {
      const row = rowOf(rows[n]);
      const { mischarged } = row ?? {};
      const otherwise = isRecent(mischarged) ? mischarged : undefined;
      return [
        one,
        withoutUndefined({
          payments: row?.duplicates && paidOf(row).map(paymentOf),
          mischarged: otherwise && chargeOf(otherwise),
        }),
      ];
    }),
  );
}

const chargeOf = ({ operation, shown, charged }: Mischarged) => ({ operation, shown, charged });

async function unexplained(markers: readonly Dirty.Marker[]) {
  const found: v.InferInput<typeof Waiting>[] = [];
  for (const some of slicesOf(markers, rowsPerRead)) {
    const rows = await rowsOfEach(some, ({ organization }) => [
      organizationKeys.organization(organization),
      billingKeys.billing(organization),
    ]);
    for (const [n, { organization, at }] of some.entries()) {
      const [organizationRow, billing] = rows[n] ?? [];
      const isOver = organizationRow?.billingStatus === "over_limit";
      const awaitsPayment = billing?.op?.waitsUntil !== undefined;
      if (!isOver && !awaitsPayment) found.push({ organization, result: "waiting", since: at });
    }
  }
  return found as v.InferOutput<typeof Waiting>[];
}
