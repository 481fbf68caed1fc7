import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, card, openAcme } from "@muster/local/testing/worlds/billing.ts";
import { eachFrom } from "@muster/local/testing/worlds/remember.ts";
import { asSystem } from "../kernel/context.ts";
import * as Billing from "./billing.ts";
import * as Checkout from "./checkout.ts";
import { billingKeys } from "./keys.ts";
import * as Refund from "./refund.ts";
import * as Seats from "./seats.ts";

/** The numbers of an account that pays, and of one that has too little money. */
export const [good, poor] = ["000123456789", "000222222227"];
export const methodTypes = ["card", "us_bank_account"];
export const processing = (amount: number) => ({ amount, currency: "usd", type: "us_bank_account", businessDays: 4 });

/**
 * The acts of people and Stripe around a payment from an account at a bank. Each test of a file begins anew, perhaps
 * with seats that a card has paid.
 */
export type Debits = ReturnType<typeof debitsOf>;

export function withDebits(use: (opened: Debits) => void, { isBought = false } = {}): void {
  eachFrom(
    async () => {
      const { billing, acme } = await openAcme(0, { more: { methodTypes } });
      const opened = debitsOf(billing, acme);
      if (isBought) await opened.buy(card);
      return opened;
    },
    (opened) => use(opened),
  );
}

function debitsOf(billing: BillingWorld, acme: Customer) {
  /** Buys five seats on Stripe's page. */
  async function buy(form: Record<string, string>) {
    const { url } = await acme.as(() => Checkout.checkout({ plan: "monthly", seats: 5 }));
    const answer = await fetch(url, { method: "POST", body: new URLSearchParams(form), redirect: "manual" });
    const checkout = /session=(\w+)/.exec(answer.headers.get("location") ?? "")?.[1] ?? "";
    return acme.as(() => Checkout.confirm({ checkout }));
  }
  async function receiveAll() {
    await billing.server.webhooks.idle();
    for (const event of billing.inbox.splice(0)) await billing.receive(event);
    await billing.work();
  }
  async function attach(token: string) {
    const customer = (await acme.row())?.customer ?? "";
    return (await billing.client.paymentMethods.attach(token, { customer })).id;
  }
  return {
    billing,
    acme,
    info: () => acme.as(() => Billing.get({})),
    buy,
    debit: (account: string) => buy({ account_us_bank_account: account }),
    /** So much later, when Stripe's events about it have arrived. */
    later: async (seconds: number) => {
      billing.world.clock.pass(seconds);
      billing.server.catchUp();
      await receiveAll();
    },
    attach,
    /** From now on, this pays the invoices. */
    payFrom: async (token: string) => {
      const [subscription] = await acme.subscriptions();
      const id = await attach(token);
      await billing.client.subscriptions.update(subscription?.id ?? "", { default_payment_method: id });
      await acme.reconcile();
    },
    resize: async (seats: number) => {
      const { quote } = await acme.as(() => Seats.preview({ seats }));
      return acme.as(() => Seats.resize({ seats, quote }));
    },
    charged: async () =>
      (await acme.invoices()).filter(({ status, total }) => status === "paid" && total > 0).map(({ total }) => total),
    refund: (invoice: string) =>
      resultOf(asSystem("operator", () => Refund.refund({ organization: acme.organization, invoice }))),
    eventsOf: async (type: string) =>
      (await acme.events()).filter((one) => one.type === `billing.${type}`).map(({ data }) => data),
    /** Seats as the ledger has them. */
    changes: async () =>
      (await billing.world.table.query({ ...billingKeys.changes(acme.organization), consistent: true })).items,
  };
}
