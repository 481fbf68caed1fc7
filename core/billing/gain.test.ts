import { depth } from "@muster/local/testing/random.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, openBilling } from "@muster/local/testing/worlds/billing.ts";
import { remember } from "@muster/local/testing/worlds/remember.ts";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { daySeconds, minuteSeconds } from "../base/duration.ts";
import { bind } from "../kernel/ports.ts";
import * as Seats from "./seats.ts";

// Whatever somebody tries with quotes, an organization pays at least what Stripe's documented rule comes to for the seats
// that it had. The rule is computed here, from when the seats changed, and not by the stand-in:
// https://docs.stripe.com/billing/subscriptions/prorations

const currencies = [
  { currency: "usd", amount: 100 },
  { currency: "jpy", amount: 97 },
  { currency: "bhd", amount: 90 },
];
const most = 999_999;
const quoteSeconds = 30 * minuteSeconds;

let billing: BillingWorld;
let goBack: () => Promise<void>;
const prices = new Map<string, string>();
beforeAll(async () => {
  billing = await openBilling();
  const { client } = billing;
  const { id: product } = await client.products.create({ name: "Seats" });
  for (const { currency, amount } of currencies) {
    const recurring = { interval: "month" } as const;
    const price = await client.prices.create({ product, currency, unit_amount: amount, recurring });
    prices.set(currency, price.id);
  }
  goBack = await remember(billing);
});
afterAll(async () => {
  billing.server.verify();
  await billing.stop();
});

type Sold = (typeof currencies)[number];
type Trick = "none" | "edited" | "foreign";
type Action =
  | { do: "quote"; seats: number }
  | { do: "use"; which: number; trick: Trick }
  | { do: "set"; seats: number }
  | { do: "pass"; seconds: number };

const seats = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: most }));
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ do: fc.constant("quote" as const), seats }),
  fc.record({
    do: fc.constant("use" as const),
    which: fc.nat({ max: 5 }),
    trick: fc.constantFrom<Trick>("none", "none", "none", "edited", "foreign"),
  }),
  fc.record({ do: fc.constant("set" as const), seats }),
  fc.record({ do: fc.constant("pass" as const), seconds: fc.integer({ min: 1, max: 40 * minuteSeconds }) }),
  fc.record({ do: fc.constant("pass" as const), seconds: fc.integer({ min: 1, max: 9 * daySeconds }) }),
);
const histories = fc.record({
  sold: fc.constantFrom(...currencies),
  first: seats,
  actions: fc.array(action, { minLength: 3, maxLength: 18 }),
});

type Kept = { seats: number; quote: string; from: number };
type Organization = Customer & {
  quotes: Kept[];
  /** Quotes that were accepted, and are not its own or were edited. */
  forged: string[];
};

/** Stripe's rule for one item: what is left of a charge is returned, and the new seats are charged for the rest. */
class Rule {
  total = 0;
  /** The amount that Stripe may charge on top: for the time since the price was shown, and for rounding. */
  more = 0;
  parts = 0;
  readonly #amount: number;
  #debit = { net: 0, start: 0 };
  #period = { start: 0, end: 0 };
  #seats = 0;

  constructor(amount: number) {
    this.#amount = amount;
  }

  begin(period: { start: number; end: number }, quantity: number): void {
    if (period.start === this.#period.start) return;
    this.#period = period;
    this.#seats = quantity;
    this.#debit = { net: this.#amount * quantity, start: period.start };
    this.total += this.#debit.net;
  }

  change(at: number, quantity: number): void {
    if (quantity === this.#seats) return;
    const { start, end } = this.#period;
    const credit = part(this.#debit.net, end - at, end - this.#debit.start);
    const net = part(this.#amount * quantity, end - at, end - start);
    this.total += net - credit;
    const grown = Math.max(0, quantity - this.#seats);
    this.more += (this.#amount * grown * quoteSeconds) / (end - start) + 2;
    this.parts += 2;
    this.#debit = { net, start: at };
    this.#seats = quantity;
  }
}

/** Rounded to the smallest unit, halves up. */
function part(amount: number, seconds: number, ofSeconds: number): number {
  const [whole, some] = [BigInt(ofSeconds), BigInt(amount) * BigInt(seconds)];
  return Number((2n * some + whole) / (2n * whole));
}

async function itemOf(one: Customer) {
  const subscription = billing.server.state.subscriptions.get((await one.row())?.mirror?.subscription ?? "");
  const [item] = subscription?.items.data ?? [];
  if (!subscription || !item) throw new Error("There is no subscription.");
  const period = { start: item.current_period_start, end: item.current_period_end };
  return { subscription, quantity: item.quantity ?? 0, period };
}

/** The sum of all invoices, and of the lines that wait for the next one. */
async function charged(one: Customer): Promise<number> {
  const { subscription } = await itemOf(one);
  const { invoices, pendingItems } = billing.server.state;
  const made = [...invoices.values()].filter(
    ({ parent, status }) => parent?.subscription_details?.subscription === subscription.id && status !== "void",
  );
  const waiting = [...pendingItems.values()].filter((item) => item.subscription === subscription.id);
  const sum = (amounts: readonly number[]) => amounts.reduce((all, amount) => all + amount, 0);
  return sum(made.map(({ total }) => total)) + sum(waiting.map(({ charge }) => charge.amount));
}

/** The same quote with another instant and price, and the signature that it had. */
function edited(quote: string): string {
  const [body = "", tag] = quote.replace("mst_quo_", "").split(".");
  const terms = JSON.parse(Buffer.from(body, "base64url").toString()) as { due: object };
  const cheaper = { ...terms, at: new Date(billing.world.clock.at).toISOString(), due: { ...terms.due, amount: 0 } };
  return `mst_quo_${Buffer.from(JSON.stringify(cheaper)).toString("base64url")}.${tag}`;
}

async function act(one: Organization, other: Organization, action: Action): Promise<void> {
  switch (action.do) {
    case "quote":
      for (const of of [one, other]) {
        const { quantity: from } = await itemOf(of);
        await resultOf(
          of
            .as(() => Seats.preview({ seats: action.seats }))
            .then(({ quote }) => void of.quotes.push({ seats: action.seats, quote, from })),
        );
      }
      return;
    case "use": {
      const kept = one.quotes.at(-1 - action.which);
      const foreign = other.quotes.at(-1 - action.which);
      if (!kept) return;
      const quote = { none: kept.quote, edited: edited(kept.quote), foreign: foreign?.quote ?? kept.quote }[
        action.trick
      ];
      const before = (await itemOf(one)).quantity;
      const result = await resultOf(one.as(() => Seats.resize({ seats: kept.seats, quote })));
      // of fewer seats within the same second, an edited quote is the same
      if (quote !== kept.quote && before !== kept.seats && result === "done") one.forged.push(kept.quote);
      return;
    }
    case "set":
      await resultOf(one.as(() => Seats.resize({ seats: action.seats })));
      return;
    case "pass":
      billing.world.clock.pass(action.seconds);
      billing.server.catchUp();
  }
}

async function buy(sold: Sold, first: number): Promise<Organization> {
  const paid = [{ id: "monthly" as const, price: prices.get(sold.currency) ?? "", ...sold }];
  bind({ plans: { trialDays: 0, trialSeats: 25, graceDays: 14, maxSeats: most, paid } });
  const customer = await billing.createOrganization(await billing.world.person("ada@example.com"));
  await customer.buy(first);
  return { ...customer, quotes: [], forged: [] };
}

test("no quote makes seats cost less than Stripe's rule, in currencies with 0, 2 and 3 decimals, up to a million seats", async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ sold, first, actions }) => {
      await goBack();
      const [one, other] = [await buy(sold, first), await buy(sold, first)];
      const rule = new Rule(sold.amount);
      const start = await itemOf(one);
      rule.begin(start.period, start.quantity);
      for (const action of actions) {
        await act(one, other, action);
        const { period, quantity } = await itemOf(one);
        rule.begin(period, quantity);
        rule.change(Math.floor(billing.world.clock.at / 1_000), quantity);
        // each part is rounded by itself
        const gained = rule.total - (await charged(one));
        expect(gained).toBeLessThanOrEqual(rule.parts);
        expect(-gained).toBeLessThanOrEqual(rule.more);
      }
      expect(one.forged).toEqual([]);
    }),
    { endOnFailure: true, numRuns: depth(6, 300) },
  );
});
