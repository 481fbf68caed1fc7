import type { ID } from "@muster/core/base/id.ts";
import { followSeats } from "@muster/core/billing/automatic/follow.ts";
import { Job as FollowJob } from "@muster/core/billing/automatic/job.ts";
import * as Checkout from "@muster/core/billing/checkout.ts";
import * as Compare from "@muster/core/billing/compare.ts";
import * as Customers from "@muster/core/billing/customer.ts";
import { billingKeys } from "@muster/core/billing/keys.ts";
import * as Receive from "@muster/core/billing/receive.ts";
import * as Reconcile from "@muster/core/billing/reconcile.ts";
import { type Row, rowOf } from "@muster/core/billing/row.ts";
import { stripeOver } from "@muster/core/billing/stripe.ts";
import { eventOf } from "@muster/core/billing/stripe-events.ts";
import * as Sweep from "@muster/core/billing/sweep.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { kernelKeys } from "@muster/core/kernel/keys.ts";
import { bind } from "@muster/core/kernel/ports.ts";
import type { Stripe as Port } from "@muster/core/kernel/stripe-port.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import * as Organization from "@muster/core/organization/organization.ts";
import type { Plans } from "@muster/core/plan/shape.ts";
import type { Item } from "@muster/core/table/table.ts";
import type { Rates } from "@muster/local-stripe/limit.ts";
import { type StripeServer, startStripe } from "@muster/local-stripe/server.ts";
import { directClientOf } from "@muster/local-stripe/stripe.testing.ts";
import type Stripe from "stripe";
import * as v from "valibot";
import { openWorld, type Person, type World } from "./world.ts";

export const perSeat = { monthly: 1_000, quarterly: 2_700, yearly: 9_600 };
export const card = { card: "4242 4242 4242 4242", expiry: "12 / 34", cvc: "123", email: "ada@example.com" };

/** A deployment that sells seats through the Stripe stand-in. */
export type BillingWorld = {
  world: World;
  server: StripeServer;
  /** The library, for changes at Stripe that bypass Muster. */
  client: Stripe;
  port: Port;
  prices: Record<keyof typeof perSeat, string>;
  /** Stripe's events that were not received yet, oldest first. */
  inbox: Stripe.Event[];
  /** Muster receives an event. */
  receive: (event: Stripe.Event) => Promise<unknown>;
  /** Processes the queue. */
  work: () => Promise<void>;
  createOrganization: (person: Person) => Promise<Customer>;
  sweep: () => Promise<Awaited<ReturnType<typeof Sweep.sweep>>>;
  catchUp: () => Promise<unknown>;
  compare: () => Promise<Awaited<ReturnType<typeof Compare.compare>>>;
  stop: () => Promise<void>;
};

/** An organization that buys. */
export type Customer = {
  organization: ID<"organization">;
  owner: Person;
  as: <R>(run: () => Promise<R>) => Promise<R>;
  /** Buys a plan like a person who pays on Stripe's page. */
  buy: (seats: number, plan?: keyof typeof perSeat) => Promise<void>;
  /** Changes the quantity of the newest subscription at Stripe, like somebody who does not know Muster. */
  edit: (quantity: number) => Promise<void>;
  organizationRow: () => Promise<Item>;
  row: () => Promise<Row | undefined>;
  reconcile: () => Promise<Awaited<ReturnType<typeof Reconcile.reconcile>>>;
  /** Lists the subscriptions at Stripe, newest first. */
  subscriptions: () => Promise<Stripe.Subscription[]>;
  invoices: () => Promise<Stripe.Invoice[]>;
  /** The types of the log's events, newest last. */
  events: () => Promise<Item[]>;
};

export type BillingOptions = {
  trialDays?: number;
  more?: Pick<Plans, "maxSeats" | "methodTypes" | "tax">;
  /** An existing deployment. */
  of?: World;
  /** Requests per second that Stripe takes. */
  rates?: Rates;
  /** Called instead of waiting, when Stripe had too many, or `asItIs`: time passes while it waits. */
  onWait?: ((world: World) => void) | "asItIs";
};

export async function openBilling(options: BillingOptions = {}): Promise<BillingWorld> {
  const { trialDays = 0, more, of, rates, onWait } = options;
  const world = of ?? (await openWorld());
  const inbox: Stripe.Event[] = [];
  const server = await startStripe({
    now: () => world.clock.at,
    ...(rates && { rates }),
    send: async ({ body }) => {
      inbox.push(JSON.parse(body) as Stripe.Event);
      return 200;
    },
  });
  server.webhooks.endpoint("https://muster.example/webhook", "whsec_test");
  const client = directClientOf(server);
  const port = stripeOver(async () => client, onWait === "asItIs" ? undefined : async () => onWait?.(world));
  const product = await client.products.create({ name: "Seats" });
  const price = async (unit_amount: number, interval: "month" | "year", interval_count = 1) =>
    (
      await client.prices.create({
        product: product.id,
        currency: "usd",
        unit_amount,
        nickname: "Seat",
        recurring: { interval, interval_count },
      })
    ).id;
  const prices = {
    monthly: await price(perSeat.monthly, "month"),
    quarterly: await price(perSeat.quarterly, "month", 3),
    yearly: await price(perSeat.yearly, "year"),
  };
  const paid = (["monthly", "quarterly", "yearly"] as const).map((id) => ({
    id,
    price: prices[id],
    amount: perSeat[id],
    currency: "usd",
  }));
  bind({ stripe: port, plans: { trialDays, trialSeats: 25, graceDays: 14, paid, ...more } });

  const billing: BillingWorld = {
    world,
    server,
    client,
    port,
    prices,
    inbox,
    receive: (event) => {
      const { id: _, ...concerned } = eventOf(event);
      return asSystem("webhook", () => Receive.receive(concerned));
    },
    work: async () => {
      for (const job of world.queued.work.splice(0)) {
        const { organization, customer = "" } = job as { organization?: ID<"organization">; customer?: string };
        const dispute = v.is(Reconcile.DisputeJob, job) ? job.dispute : undefined;
        await asSystem("work", () =>
          v.is(FollowJob, job)
            ? followSeats(job)
            : organization
              ? Reconcile.reconcile({ organization })
              : dispute
                ? Customers.reconcileDispute({ dispute })
                : Customers.reconcileCustomer({ customer }),
        );
      }
    },
    createOrganization: async (owner) => {
      const { id } = await world.as(owner, () => Organization.create({ name: "Acme" }));
      return customerOf(billing, owner, id);
    },
    sweep: () => asSystem("clock.billing", () => Sweep.sweep({})),
    catchUp: () => asSystem("clock.billing", () => Sweep.catchUp({})),
    compare: () => asSystem("clock.billing", () => Compare.compare({})),
    stop: () => server.stop(),
  };
  return billing;
}

/**
 * The same with an organization, Acme, which may have bought seats already. Stripe's events about that were received.
 */
export async function openAcme(
  seats = 0,
  options: BillingOptions = {},
): Promise<{ billing: BillingWorld; acme: Customer }> {
  const billing = await openBilling(options);
  const acme = await billing.createOrganization(await billing.world.person("ada@example.com"));
  if (seats > 0) await acme.buy(seats);
  billing.inbox.splice(0);
  return { billing, acme };
}

function customerOf({ world, client }: BillingWorld, owner: Person, organization: ID<"organization">): Customer {
  const row = async () => rowOf(await world.table.get(billingKeys.billing(organization)));
  const own = async <T>(list: (customer: string) => Promise<T[]>) => {
    const customer = (await row())?.customer;
    return customer ? list(customer) : [];
  };
  const customer: Customer = {
    organization,
    owner,
    as: (run) => world.as(owner, run, { id: organization, role: "owner" }),
    buy: async (seats, plan = "monthly") => {
      const { url } = await customer.as(() => Checkout.checkout({ plan, seats }));
      const answer = await fetch(url, { method: "POST", body: new URLSearchParams(card), redirect: "manual" });
      const session = /session=(\w+)/.exec(answer.headers.get("location") ?? "")?.[1];
      if (!session) throw new Error(`Nobody paid: ${answer.status} ${await answer.text()}`);
      await customer.as(() => Checkout.confirm({ checkout: session }));
    },
    edit: async (quantity) => {
      const [subscription] = await customer.subscriptions();
      const items = [{ id: subscription?.items.data[0]?.id ?? "", quantity }];
      await client.subscriptions.update(subscription?.id ?? "", { items, proration_behavior: "none" });
    },
    organizationRow: async () => (await world.table.get(organizationKeys.organization(organization))) ?? {},
    row,
    reconcile: () => asSystem("work", () => Reconcile.reconcile({ organization })),
    subscriptions: () =>
      own(async (of) => (await client.subscriptions.list({ customer: of, status: "all", limit: 100 })).data),
    invoices: () => own(async (of) => (await client.invoices.list({ customer: of, limit: 100 })).data),
    events: async () => (await world.table.query({ ...kernelKeys.outbox(organization), consistent: true })).items,
  };
  return customer;
}
