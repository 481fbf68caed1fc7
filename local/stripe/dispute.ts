import type Stripe from "stripe";
import type { Account } from "./account.ts";
import { page } from "./list.ts";
import { chargeOf } from "./refund.ts";
import { missing } from "./refusal.ts";
import type { Dispute } from "./wire.ts";

// What the bank of a card has taken back, or asks about: https://docs.stripe.com/disputes/how-disputes-work

export function list(account: Account, { charge, payment_intent: intent, ...paging }: Stripe.DisputeListParams) {
  const of = charge ?? (intent === undefined ? undefined : `ch_${intent.slice(3)}`);
  const all = [...account.state.disputes].filter(([, one]) => of === undefined || one.charge === of);
  const made = all.map(([id, one]) => disputeOf(account, id, one));
  return page(made, "/v1/disputes", paging);
}

function disputeOf(account: Account, id: string, facts: Pick<Dispute, "charge" | "amount" | "status">): Dispute {
  const charge = chargeOf(account, facts.charge);
  if (!charge) throw missing("charge", facts.charge);
  const { created, currency, payment_intent } = charge;
  const said = { created, currency, payment_intent, livemode: false, reason: "general" };
  return account.contract.make("dispute", { id, ...said, ...facts });
}
