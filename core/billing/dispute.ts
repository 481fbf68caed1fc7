import * as v from "valibot";
import { Integer } from "../base/shape.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import type { StripeDispute } from "../kernel/stripe-invoice.ts";
import { BillingDisputeChanged } from "./events.ts";
import type { Decision, Facts } from "./facts.ts";
import type { Row } from "./row.ts";
import type { Dispute } from "./shape.ts";

// Payments that their payers dispute with their banks. The bank reverses the payment until it decides.

/** The operator can submit evidence at Stripe. It stays until the dispute is decided. */
export const disputeOpen = "dispute_open";
/** It stays until the operator has dealt with it. */
export const disputeLost = "dispute_lost";

// Shapes

export const DisputedPayment = v.object({
  /** The amount that is disputed, in the smallest unit of the currency, such as cents. */
  amount: Integer,
  /** The currency, as three lowercase letters. */
  currency: v.string(),
  /** Open until the bank decides, or lost: the payer keeps the amount. */
  state: v.picklist(["open", "lost"]),
  /** The time it was disputed. */
  createdAt: v.string(),
});

// Functions

/** Returns what to record of the disputes that were read. One that is won leaves nothing. */
export function recordDisputes({ organization, row, snapshot, actor }: Facts): Decision | undefined {
  const { disputes: recorded = [], ...rest } = row;
  // threat: owners are told again and again of one dispute
  const news = snapshot.disputes.filter((one) => isNews(one, recorded));
  if (news.length === 0) return;
  const others = recorded.filter(({ id }) => !news.some((one) => one.id === id));
  const disputes = [...others, ...news.flatMap(recordedOf)];
  const steps = news.map(({ id: dispute, amount, currency, state }) =>
    BillingDisputeChanged.record(organization, { dispute, amount, currency, state }, actor),
  );
  return { write: { next: { ...rest, ...(disputes.length > 0 && { disputes }) }, steps } };
}

function isNews({ id, state }: StripeDispute, recorded: readonly Dispute[]): boolean {
  const known = recorded.find((one) => one.id === id)?.state;
  // threat: a lost dispute that the operator has dealt with needs attention again
  if (known === "closed" && state === "lost") return false;
  return known === undefined ? state !== "won" : known !== state;
}

function recordedOf({ id, charge, amount, currency, state, createdAt, respondBy }: StripeDispute): Dispute[] {
  // threat: an organization stays disputed although it has won
  return state === "won"
    ? []
    : [{ id, charge, amount, currency, state, createdAt, ...withoutUndefined({ respondBy }) }];
}

/** Returns why disputes need attention. */
export function disputeWhysOf({ disputes = [] }: Pick<Row, "disputes">): string[] {
  const whys = disputes.map(whyOfDispute);
  return [disputeOpen, disputeLost].filter((why) => whys.includes(why));
}

/** Returns why a dispute needs attention, if it does. */
export function whyOfDispute({ state }: Pick<Dispute, "state">): string | undefined {
  if (state === "closed") return;
  return state === "lost" ? disputeLost : disputeOpen;
}

/** Returns the payments that a bank has reversed, as owners and admins see them. Nothing more is bought while there are some. */
export function disputedOf({
  disputes = [],
}: Pick<Row, "disputes">): v.InferOutput<typeof DisputedPayment>[] | undefined {
  const found = disputes.flatMap(({ amount, currency, state, createdAt }) =>
    state === "open" || state === "lost" ? [{ amount, currency, state, createdAt }] : [],
  );
  return found.length > 0 ? found : undefined;
}
