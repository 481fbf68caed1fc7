import { type BillingWorld, type Customer, openAcme } from "@muster/local/testing/worlds/billing.ts";
import { eachFrom } from "@muster/local/testing/worlds/remember.ts";
import type Stripe from "stripe";
import { daySeconds } from "../base/duration.ts";
import * as Billing from "./billing.ts";
import { billingKeys } from "./keys.ts";
import * as Seats from "./seats.ts";

/** The acts of an operator, Stripe and a customer whose invoices are sent, and who has bought five seats before. */
export type Invoiced = ReturnType<typeof invoicedOf>;

export function withInvoiced(use: (opened: Invoiced) => void): void {
  eachFrom(
    async () => {
      const { billing, acme } = await openAcme(5);
      const opened = invoicedOf(billing, acme);
      await opened.sendInvoices();
      return opened;
    },
    (opened) => use(opened),
  );
}

export function invoicedOf(billing: BillingWorld, acme: Customer) {
  const { client } = billing;
  const one = async (): Promise<Stripe.Subscription> => {
    const [found] = await acme.subscriptions();
    if (!found) throw new Error("no subscription");
    return found;
  };
  async function receiveAll() {
    await billing.server.webhooks.idle();
    for (const event of billing.inbox.splice(0)) await billing.receive(event);
    await billing.work();
  }
  const newest = async () => {
    const [invoice] = await acme.invoices();
    if (!invoice?.id) throw new Error("no invoice");
    return { ...invoice, id: invoice.id };
  };
  return {
    billing,
    acme,
    subscription: one,
    /** The operator lets invoices be sent, due within 30 days. */
    sendInvoices: async () => {
      await client.subscriptions.update((await one()).id, { collection_method: "send_invoice", days_until_due: 30 });
      await receiveAll();
    },
    receiveAll,
    newest,
    info: () => acme.as(() => Billing.get({})),
    later: async (days: number) => {
      billing.world.clock.pass(days * daySeconds);
      billing.server.catchUp();
      await receiveAll();
    },
    resize: async (seats: number) => {
      const { quote } = await acme.as(() => Seats.preview({ seats }));
      return acme.as(() => Seats.resize({ seats, quote }));
    },
    /** Something that somebody does with an invoice at Stripe, by default with the newest. */
    resolve: async (how: "pay" | "voidInvoice" | "markUncollectible", invoice?: string) => {
      await client.invoices[how](invoice ?? (await newest()).id);
      await receiveAll();
    },
    quantity: async () => (await one()).items.data[0]?.quantity,
    eventsOf: async (type: string) =>
      (await acme.events()).filter((event) => event.type === `billing.${type}`).map(({ data }) => data),
    /** Seats as the ledger has them. */
    changes: async () =>
      (await billing.world.table.query({ ...billingKeys.changes(acme.organization), consistent: true })).items,
  };
}
