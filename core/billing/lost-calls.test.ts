import { type Loss, losing, losses } from "@muster/local/testing/faults/lost-call.ts";
import { differences } from "@muster/local/testing/invariants/billing-agreement.ts";
import { openPlaces, type Place } from "@muster/local/testing/invariants/billing-place.ts";
import { depth, seed, seededRandom } from "@muster/local/testing/random.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { perSeat } from "@muster/local/testing/worlds/billing.ts";
import { afterAll, expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import { asSystem } from "../kernel/context.ts";
import { organizationKeys } from "../organization/keys.ts";
import { update } from "../table/table.ts";
import * as Close from "./close.ts";
import * as Dirty from "./dirty.ts";
import * as Manage from "./manage.ts";
import * as Receive from "./receive.ts";
import * as Refund from "./refund.ts";
import * as Seats from "./seats.ts";

// A call of Stripe fails: two of each scenario in one way or another, and in a deep run each in each. What is marked is swept afterwards, and
// then nothing may be wrong. An event of Stripe helps only where a scenario says so, so a marker that is lost is noticed.

const places = openPlaces();
afterAll(() => places.stop());

type Scenario = {
  prepare?: (place: Place) => unknown;
  /** Its calls fail. */
  run: (place: Place) => Promise<unknown>;
  /** The acts that follow besides sweeping, when Stripe answers again. */
  again?: (place: Place) => Promise<unknown>;
  wrong: (place: Place) => Promise<string[]>;
  /** There are so many calls, or more. */
  calls: number;
};

const subscriptionOf = async ({ billing, acme }: Place) => {
  const found = billing.server.state.subscriptions.get((await acme.row())?.mirror?.subscription ?? "");
  if (!found) throw new Error("There is no subscription.");
  return found;
};
const invoicesFor = async ({ acme }: Place, reason: string) =>
  (await acme.invoices()).filter(({ billing_reason }) => billing_reason === reason);
const eventsOf = async ({ acme }: Place, type: string) => (await acme.events()).filter((one) => one.type === type);
const count = (what: string, items: readonly unknown[], wanted: number) =>
  items.length === wanted ? [] : [`${items.length} ${what}, not ${wanted}`];
const live = async ({ acme }: Place) =>
  (await acme.subscriptions()).filter(({ ended_at: endedAt }) => endedAt === null);

async function setCard(place: Place, last4: string) {
  const subscription = await subscriptionOf(place);
  const cards = [...place.billing.server.state.paymentMethods.values()];
  const found = cards.find(({ customer, card }) => customer === subscription.customer && card?.last4 === last4);
  const customer = place.billing.server.state.customers.get(subscription.customer);
  if (customer) customer.invoice_settings.default_payment_method = found?.id ?? null;
}
const [goodCard, badCard] = ["4242", "0341"];

async function pass({ billing }: Place, days: number) {
  billing.world.clock.pass(days * daySeconds);
  billing.server.catchUp();
}
/** An event of Stripe arrives about it. */
async function receive({ billing, acme }: Place) {
  const { organization } = acme;
  await asSystem("webhook", () => Receive.receive({ organization }));
  await billing.work();
}
async function remove({ billing, acme }: Place) {
  const deleted = { set: { state: "deleted", growth: false } } as const;
  await billing.world.table.write(
    update(organizationKeys.organization(acme.organization), deleted),
    Dirty.mark(acme.organization),
  );
}
async function subscribeTwice({ billing, acme, edited }: Place) {
  const customer = (await acme.row())?.customer ?? "";
  const cards = [...billing.server.state.paymentMethods.values()];
  const card = cards.find((one) => one.customer === customer && one.card?.last4 === goodCard);
  edited.add(acme.organization);
  await billing.client.subscriptions.create({
    customer,
    items: [{ price: billing.prices.monthly, quantity: 2 }],
    metadata: { organizationId: acme.organization },
    default_payment_method: card?.id ?? "",
  });
}
async function openCheckout({ billing, acme }: Place) {
  await billing.client.checkout.sessions.create({
    customer: (await acme.row())?.customer ?? "",
    mode: "subscription",
    success_url: "https://muster.example/done",
    line_items: [{ price: billing.prices.monthly, quantity: 1 }],
  });
}
const openCheckouts = async ({ billing, acme }: Place) => {
  const customer = (await acme.row())?.customer;
  const sessions = [...billing.server.state.sessions.values()];
  return sessions.filter((one) => one.status === "open" && one.customer === customer);
};
const duplicateOf = async ({ acme }: Place) => (await acme.row())?.duplicates?.[0];
const refund = async (place: Place, invoice: string) =>
  asSystem("operator", () => Refund.refund({ organization: place.acme.organization, invoice }));
const change =
  (wish: { seats: number; plan?: "yearly" }) =>
  async ({ acme }: Place) => {
    const { quote } = await acme.as(() => Seats.preview(wish));
    return acme.as(() => Seats.resize({ ...wish, quote }));
  };
/** Either it was made and charged once, or it was dropped and nothing was. */
const charged = (due: number) => async (place: Place) => {
  const made = (await eventsOf(place, "billing.resized")).length;
  const invoices = (await invoicesFor(place, "subscription_update")).filter(({ status }) => status === "paid");
  const amounts = invoices.map(({ total }) => total).filter((total) => total !== 0);
  const wanted = made > 0 && due !== 0 ? [due] : [];
  return amounts.join() === wanted.join() ? [] : [`charged ${amounts.join()}, not ${wanted.join()}`];
};

const scenarios: Record<string, Scenario> = {
  "a deletion": {
    prepare: async (place) => {
      await openCheckout(place);
      await remove(place);
    },
    run: ({ acme }) => acme.reconcile(),
    wrong: async (place) => [
      ...count("live subscriptions", await live(place), 0),
      ...count("open checkouts", await openCheckouts(place), 0),
    ],
    calls: 4,
  },
  "the end of a customer": {
    prepare: async (place) => {
      await openCheckout(place);
      await remove(place);
      const purging = { set: { purgingAt: "2026-12-24T09:00:00.000Z" } };
      await place.billing.world.table.write(update(organizationKeys.organization(place.acme.organization), purging));
    },
    run: ({ acme }) => asSystem("work", () => Close.close({ organization: acme.organization })),
    again: ({ acme }) => asSystem("work", () => Close.close({ organization: acme.organization })),
    wrong: async ({ acme, billing }) => {
      const others = [...billing.server.state.subscriptions.values()].filter(
        ({ metadata, ended_at }) => metadata.organizationId === acme.organization && ended_at === null,
      );
      return [...count("live subscriptions", others, 0), ...((await acme.row()) ? ["its customer is kept"] : [])];
    },
    calls: 5,
  },
  "a second subscription that is paid": {
    prepare: subscribeTwice,
    run: receive,
    wrong: async (place) => {
      const { mirror, duplicates = [] } = (await place.acme.row()) ?? {};
      return [
        ...((await live(place)).map(({ id }) => id).join() === mirror?.subscription ? [] : ["another one stays"]),
        ...count("payments of duplicates", duplicates, 1),
        ...count("reports", await eventsOf(place, "billing.duplicate_canceled"), 1),
      ];
    },
    calls: 3,
  },
  "the refund of a second subscription": {
    prepare: async (place) => {
      await subscribeTwice(place);
      await place.acme.reconcile();
    },
    run: async (place) => refund(place, (await duplicateOf(place))?.invoice ?? ""),
    again: async (place) => {
      const invoice = (await duplicateOf(place))?.invoice;
      return invoice && refund(place, invoice);
    },
    wrong: async (place) => {
      const notes = [...place.billing.server.state.creditNotes.values()];
      const { customer } = (await place.acme.row()) ?? {};
      const returned = notes.filter((one) => one.customer === customer).map(({ amount }) => amount);
      return [
        ...(returned.join() === String(2 * perSeat.monthly) ? [] : [`returned ${returned.join()}`]),
        ...count("refunds", await eventsOf(place, "billing.duplicate_refunded"), 1),
        ...((await duplicateOf(place)) ? ["the payment is still to be returned"] : []),
      ];
    },
    calls: 3,
  },
  "a payment that fails": {
    prepare: async (place) => {
      await setCard(place, badCard);
      await pass(place, 32);
    },
    run: receive,
    wrong: async ({ acme }) => {
      const { billingStatus, growth } = await acme.organizationRow();
      const retryAt = (await acme.row())?.owed?.retryAt;
      return billingStatus === "past_due" && growth === false && retryAt ? [] : ["it is not past due"];
    },
    calls: 2,
  },
  "a payment that succeeds after it failed": {
    prepare: async (place) => {
      await setCard(place, badCard);
      await pass(place, 32);
      await receive(place);
      await setCard(place, goodCard);
      await pass(place, 4);
    },
    run: receive,
    wrong: async ({ acme }) => {
      const { billingStatus, growth } = await acme.organizationRow();
      const { owed } = (await acme.row()) ?? {};
      return billingStatus === "active" && growth === true && !owed ? [] : ["it is not in order"];
    },
    calls: 1,
  },
  "a payment that fails to the end": {
    prepare: async (place) => {
      await setCard(place, badCard);
      await pass(place, 32);
      await receive(place);
      await pass(place, 10);
    },
    run: receive,
    wrong: async ({ acme }) => {
      const { billingStatus, capacity } = await acme.organizationRow();
      return billingStatus === "canceled" && capacity === 3 ? [] : [`it is ${String(billingStatus)}`];
    },
    calls: 1,
  },
  "another plan": {
    run: change({ seats: 4, plan: "yearly" }),
    wrong: charged(4 * (perSeat.yearly - perSeat.monthly)),
    calls: 5,
  },
  "more seats": { run: change({ seats: 7 }), wrong: charged(3 * perSeat.monthly), calls: 5 },
  "fewer seats": { run: change({ seats: 2 }), wrong: charged(0), calls: 3 },
  "a cancellation": {
    run: ({ acme }) => acme.as(() => Manage.cancel({})),
    wrong: async (place) => {
      const { cancel_at_period_end: isEnding } = await subscriptionOf(place);
      const shown = (await place.acme.row())?.mirror?.endsWithPeriod === true;
      return isEnding === shown ? [] : ["the page says something else than Stripe"];
    },
    calls: 2,
  },
  "a resumption": {
    prepare: ({ acme }) => acme.as(() => Manage.cancel({})),
    run: ({ acme }) => acme.as(() => Manage.resume({})),
    wrong: async (place) => {
      const { cancel_at_period_end: isEnding } = await subscriptionOf(place);
      const shown = (await place.acme.row())?.mirror?.endsWithPeriod === true;
      return isEnding === shown ? [] : ["the page says something else than Stripe"];
    },
    calls: 2,
  },
};

/** Runs a scenario whose n-th call fails. Returns the name of that call, if there was one, and what is wrong. */
async function wrongAfter(place: Place, { run, again, wrong }: Scenario, at: number, loss: Loss) {
  const { world, port } = place.billing;
  const losingPort = losing(port, at, loss);
  world.rebind({ stripe: losingPort.port });
  await resultOf(run(place));
  world.rebind({ stripe: port });
  await again?.(place);
  await place.billing.sweep();
  const isClosed = !(await place.acme.row());
  const found = [...(await wrong(place)), ...(isClosed ? [] : await differences(place))];
  return { call: losingPort.lost(), found, calls: losingPort.calls() };
}

/** Two of them, or what there are. */
function drawn(calls: readonly number[]): number[] {
  const [first] = calls.map((call) => ({ call, rank: random() })).sort((a, b) => a.rank - b.rank);
  const others = calls.filter((call) => call !== first?.call);
  const second = others[Math.floor(random() * others.length)];
  return [first?.call, second].flatMap((call) => call ?? []);
}
const random = seededRandom(seed);

const ways = Object.keys(losses) as Loss[];
const names = Object.keys(scenarios);

test.each(Object.entries(scenarios))(
  "%s ends well when any call is lost, fails, or is refused",
  async (name, scenario) => {
    const next = await places.prepare(scenario.prepare);
    const found: string[] = [];
    const lose = async (at: number, loss: Loss) => {
      const { call, found: wrong, calls } = await wrongAfter(await next(), scenario, at, loss);
      found.push(...wrong.map((one) => `${call ?? "nothing"} (${at}) is ${loss}: ${one}`));
      return calls;
    };
    const calls = await lose(Number.POSITIVE_INFINITY, "refused");
    const each = Array.from({ length: calls }, (_, n) => n + 1);
    const nth = names.indexOf(name);
    const ofCall = (at: number) => ways.map((_, n) => ways[(nth + at + n) % ways.length] ?? "refused");
    const some = depth(drawn(each), each);
    for (const at of some) for (const loss of ofCall(at).slice(0, depth(1, ways.length))) await lose(at, loss);
    expect(found).toEqual([]);
    expect(calls).toBeGreaterThanOrEqual(scenario.calls);
  },
);
