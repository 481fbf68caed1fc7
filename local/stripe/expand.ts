import type { Account } from "./account.ts";
import * as Balance from "./balance.ts";
import { lineItems } from "./checkout.ts";
import { taxIdsOf } from "./customer.ts";
import { paymentsOf } from "./debit.ts";
import { embedded } from "./list.ts";
import { chargeOf, paidIntentOf, list as refundsOf } from "./refund.ts";
import { invalid } from "./refusal.ts";
import type { State } from "./state.ts";

type Tree = Record<string, unknown>;

const deepest = 4;

const rooms = {
  cus: "customers",
  sub: "subscriptions",
  in: "invoices",
  pm: "paymentMethods",
  prod: "products",
  price: "prices",
  promo: "promotionCodes",
  di: "discounts",
  clock: "testClocks",
} as const satisfies Record<string, keyof State>;

/**
 * Returns a copy of the answer in which the requested fields hold objects instead of ids.
 * @throws Refusal
 */
export function expand(account: Account, answer: object, paths: string[]): object {
  if (paths.length === 0) return answer;
  const copy = structuredClone(answer) as Tree;
  for (const path of paths) {
    const steps = path.split(".");
    if (steps.length > deepest) throw invalid(`You cannot expand more than ${deepest} levels of a property.`);
    fill(account, copy, steps, path);
  }
  return copy;
}

function fill(account: Account, place: Tree, [step = "", ...others]: string[], path: string): void {
  if (place["deleted"] === true) return;
  if (place[step] === undefined) place[step] = included(account, place, step);
  // a field that an object has only sometimes
  if (place[step] === undefined && account.contract.has(`${String(place["object"])} > ${step}`)) return;
  if (place[step] === undefined) throw invalid(`This property cannot be expanded (${path}).`, { param: "expand" });
  if (Array.isArray(place[step])) place[step] = place[step].map((one) => objectOf(account, step, one));
  else place[step] = objectOf(account, step, place[step]);
  if (others.length === 0) return;
  for (const inner of [place[step]].flat()) {
    if (typeof inner === "object" && inner !== null) fill(account, inner as Tree, others, path);
  }
}

function objectOf(account: Account, field: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  const { state } = account;
  if (field === "payment_intent") return paidIntentOf(account, value);
  if (field === "latest_charge" || field === "charge") return chargeOf(account, value);
  if (field === "balance_transaction") return Balance.get(account, value);
  const prefix = value.slice(0, value.indexOf("_")) as keyof typeof rooms;
  const room = field === "coupon" ? state.coupons : state[rooms[prefix] ?? "customers"];
  const found = room.get(value) ?? state.deletedCustomers.get(value);
  if (!found) throw invalid(`This property cannot be expanded (${field}).`, { param: "expand" });
  return structuredClone(found);
}

/** Returns a field that is left out unless it is requested. */
function included(account: Account, { object, id }: Tree, field: string): unknown {
  const { state } = account;
  const session = state.sessions.get(String(id));
  if (object === "checkout.session" && field === "line_items" && session) {
    return embedded(lineItems(account, session), `/v1/checkout/sessions/${session.id}/line_items`);
  }
  const invoice = state.invoices.get(String(id));
  if (object === "invoice" && field === "payments" && invoice) return paymentsOf(account, invoice);
  // of so many refunds, as an embedded list has at first
  if (object === "charge" && field === "refunds") return refundsOf(account, { charge: String(id) });
  if (object !== "customer") return undefined;
  const customer = String(id);
  if (field === "tax_ids") return embedded(taxIdsOf(account, customer), `/v1/customers/${customer}/tax_ids`);
  if (field !== "subscriptions") return undefined;
  const all = [...state.subscriptions.values()].filter((one) => one.customer === customer && one.ended_at === null);
  return embedded(structuredClone(all.toReversed()), `/v1/customers/${customer}/subscriptions`);
}
