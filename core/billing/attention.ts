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
import { disputeLost, disputeOpen, whyOfDispute } from "./dispute.ts";
import { changeDropped, duplicatePaid, latePaid, paymentOf, refundable, whyOf } from "./duplicate.ts";
import { billingKeys } from "./keys.ts";
import { addressRefused, chargeDiffers, contactRefused, isRecent, refusalsOf } from "./reconcile.ts";
import { Amount, BreakerRow, type Mischarged, type Row, rowOf } from "./row.ts";
import { Dispute } from "./shape.ts";

/** Waiting reconciles nothing that is not reconciled by then. */
const patienceSeconds = hourSeconds;
const rowsPerRead = 50;
const ofContact: readonly string[] = [addressRefused, contactRefused];
const ofDisputes: readonly string[] = [disputeOpen, disputeLost];
const haveDetails: readonly string[] = [
  duplicatePaid,
  latePaid,
  changeDropped,
  chargeDiffers,
  ...ofContact,
  ...ofDisputes,
];

// Shapes

const Waiting = v.object({
  organization: ID.schema("organization"),
  /** `refused`: Stripe refuses what must be done; its code says why. `waiting`: every attempt so far failed. */
  result: v.picklist(["refused", "waiting"]),
  why: v.optional(v.string()),
  since: v.string(),
  /** The price that was shown for a change, and the one that its invoice charged. */
  mischarged: v.optional(v.object({ operation: ID.schema("operation"), shown: Amount, charged: Amount })),
  /** Payments that buy nothing, which an operator can refund. */
  payments: v.optional(v.array(v.object({ invoice: v.string(), amount: v.number(), currency: v.string() }))),
  /** Disputes of payments, with the charge at Stripe, and until when it takes evidence. */
  disputes: v.optional(v.array(v.omit(Dispute, ["state"]))),
  /** The general settings that Stripe refused, with its reasons. */
  refusals: v.optional(v.array(v.object({ field: v.string(), reason: v.string() }))),
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
    const refused = markers.flatMap(({ organization, attentions }) =>
      attentions.flatMap((attention) =>
        // threat: the organization that a strange subscription is labeled with is not told
        [organization, attention.other].flatMap((one) => (one ? [refusedOf(one, attention)] : [])),
      ),
    );
    const withDetails = refused.filter(({ why }) => haveDetails.includes(why));
    const details = await detailsOf([...new Set(withDetails.map(({ organization }) => organization))]);
    const old = markers.filter(({ at, attentions }) => attentions.length === 0 && at < instant(-patienceSeconds));
    const detailed = refused.map((one) => ({ ...one, ...details.get(one.organization)?.(one.why) }));
    const items = [...detailed, ...(await unexplained(old))];
    if (!breaker) return { items };
    const { report, at } = read(BreakerRow, breaker) ?? {};
    return { items, breaker: withoutUndefined({ report, at }) };
  },
);

const refusedOf = (organization: ID.ID<"organization">, { why, since }: Dirty.Marker["attentions"][number]) =>
  ({ organization, result: "refused", why, since }) as const;

/** Returns, by organization and reason, payments that buy nothing, what was charged otherwise than shown, or refused. */
async function detailsOf(organizations: readonly ID.ID<"organization">[]) {
  const rows = await table.getMany(organizations.map(billingKeys.billing));
  return new Map(
    organizations.map((one, n) => {
      const row = rowOf(rows[n]);
      const { mischarged } = row ?? {};
      const details = (why: string) => {
        if (row && ofContact.includes(why)) return { refusals: refusalsOf(row, why) };
        if (why === chargeDiffers) return isRecent(mischarged) ? { mischarged: chargeOf(mischarged) } : {};
        if (row && ofDisputes.includes(why)) return { disputes: disputesOf(row, why) };
        return row && haveDetails.includes(why)
          ? { payments: refundable(row).flatMap((one) => (whyOf(one) === why ? [paymentOf(one)] : [])) }
          : {};
      };
      return [one, details];
    }),
  );
}

const disputesOf = ({ disputes = [] }: Row, why: string) =>
  disputes.flatMap(({ state, ...one }) => (whyOfDispute({ state }) === why ? [one] : []));

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
