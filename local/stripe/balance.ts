import type Stripe from "stripe";
import type { Account } from "./account.ts";
import { isWithin, page } from "./list.ts";
import { chargeOf, charges } from "./refund.ts";
import { missing } from "./refusal.ts";
import { moved, transactionOf } from "./transaction.ts";
import type { BalanceTransaction, Charge, Refund } from "./wire.ts";

// What has changed the balance of the account: https://docs.stripe.com/api/balance_transactions

const feePercent = 2.9;
const fixedFee = 30;

// Functions

export function list(account: Account, params: Stripe.BalanceTransactionListParams) {
  const { created, currency, source, type } = params;
  const wanted = all(account).filter(
    (one) =>
      isWithin(one.created, created) &&
      (currency === undefined || one.currency === currency) &&
      (source === undefined || one.source === source) &&
      (type === undefined || one.type === type),
  );
  return page(wanted, "/v1/balance_transactions", params);
}

export function get(account: Account, id: string): BalanceTransaction {
  const found = all(account).find((one) => one.id === id);
  if (!found) throw missing("balance transaction", id);
  return found;
}

function all(account: Account): BalanceTransaction[] {
  const { refunds, disputes } = account.state;
  const found = [
    ...charges(account).map((one) => ofCharge(account, one)),
    ...[...refunds.values()].map((one) => ofRefund(account, one)),
    ...[...disputes.values()].flatMap((one) => one.balance_transactions),
  ];
  return found.toSorted((one, other) => one.created - other.created);
}

const ofCharge = (account: Account, { id, amount, currency, created }: Charge): BalanceTransaction =>
  moved(account, {
    id: transactionOf(id),
    amount,
    currency,
    created,
    source: id,
    type: "charge",
    fee: Math.round((amount * feePercent) / 100) + fixedFee,
  });

const ofRefund = (account: Account, { id, amount, currency, charge, created }: Refund): BalanceTransaction =>
  moved(account, {
    id: transactionOf(id),
    amount: -amount,
    currency: chargeOf(account, charge ?? "")?.currency ?? currency,
    created,
    source: id,
    type: "refund",
  });
