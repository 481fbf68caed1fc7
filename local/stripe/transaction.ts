import { type Account, day } from "./account.ts";
import type { BalanceTransaction } from "./wire.ts";

// Money that comes to the balance of the account, or leaves it: https://docs.stripe.com/reports/balance-transaction-types

const daysUntilAvailable = 2;

type Moved = Pick<BalanceTransaction, "id" | "amount" | "currency" | "created" | "source" | "type"> & {
  fee?: number;
  category?: string;
};

// Functions

/** Returns the id of what a charge or a refund moves, or of what a dispute withdraws. */
export const transactionOf = (source: string): string => `txn_${source.slice(source.indexOf("_") + 1)}`;

/** Returns money that moves: `amount` is without Stripe's fee. */
export function moved({ contract }: Account, { fee = 0, category, ...more }: Moved): BalanceTransaction {
  return contract.make("balance_transaction", {
    ...more,
    available_on: more.created + daysUntilAvailable * day,
    balance_type: "payments",
    fee,
    net: more.amount - fee,
    reporting_category: category ?? more.type,
    status: "available",
  });
}
