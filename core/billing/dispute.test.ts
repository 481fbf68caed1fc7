import type { BillingWorld, Customer } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { describe, expect, test } from "vitest";
import { asSystem } from "../kernel/context.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import * as Customers from "./customer.ts";

let billing: BillingWorld;
let acme: Customer;

eachAcme((opened) => {
  ({ billing, acme } = opened);
}, 5);

const newest = async () => (await acme.invoices())[0]?.id ?? "";

/** Disputes the newest payment, as its payer's bank does. */
async function dispute(wanted = {}) {
  const { id } = billing.server.dispute(await newest(), wanted);
  await billing.server.webhooks.idle();
  return id;
}

describe("a dispute", () => {
  test("of a payment that is nobody's, or that Stripe does not know, concerns nobody", async () => {
    const { id: customer } = await billing.client.customers.create({ name: "Stranger" });
    const id = await dispute();
    const { port } = billing;
    const look = () => asSystem("work", () => Customers.reconcileDispute({ dispute: id }));
    for (const of of [undefined, customer]) {
      const other = async () => ({ ...((await port.dispute(id)) ?? fail()), customer: of });
      billing.world.rebind({ stripe: { ...port, dispute: other } });
      expect(await look()).toEqual({ result: "equal" });
    }
    billing.world.rebind({ stripe: port });
    expect(await asSystem("work", () => Customers.reconcileDispute({ dispute: "du_unknown" }))).toEqual({
      result: "equal",
    });
  });

  test("is looked at again later if Stripe is out of reach, and never if it refuses", async () => {
    const later: object[] = [];
    const id = await dispute();
    const failing = (outcome: "busy" | "refused") =>
      billing.world.rebind({
        stripe: { ...billing.port, dispute: async () => Promise.reject(new StripeError(outcome, "Down.", {})) },
        queues: { send: async (queue, jobs, delaySeconds) => void later.push({ queue, jobs, delaySeconds }) },
      });
    const look = () => asSystem("work", () => Customers.reconcileDispute({ dispute: id }));
    failing("busy");
    expect(await look()).toEqual({ result: "waiting" });
    const job = { job: "reconcileDispute", dispute: id };
    expect(later.splice(0)).toEqual([{ queue: "work", jobs: [job], delaySeconds: 300 }]);
    failing("refused");
    expect([await look(), later]).toEqual([{ result: "equal" }, []]);
  });

  test("and a refund are received, and found where no event arrived", async () => {
    const [subscription] = await acme.subscriptions();
    const intent = `pi_${(await newest()).slice(3)}`;
    await billing.client.refunds.create({ payment_intent: intent, amount: 100 });
    const id = await dispute();
    const jobs = [
      { job: "reconcileCustomer", customer: subscription?.customer },
      { job: "reconcileDispute", dispute: id },
    ];
    for (const event of billing.inbox.splice(0)) await billing.receive(event);
    const received = billing.world.queued.work.splice(0);
    for (const job of jobs) expect(received).toContainEqual(job);
    await billing.catchUp();
    const found = billing.world.queued.work.splice(0);
    for (const job of jobs) expect(found).toContainEqual(job);
  });
});

function fail(): never {
  throw new Error("There is no dispute.");
}
