import { parseArgs } from "node:util";
import { moneyFor, stepOf } from "@muster/core/money/shape.ts";
import { months, type Paid, type Period, periods } from "@muster/core/plan/shape.ts";
import type Stripe from "stripe";

// What Stripe needs before seats can be sold: a product, a price for each plan, and the portal's configuration.

const productId = "muster_seats";
const portalMark = { muster: "portal" };
const pageSize = 100;

export const setupUsage = `Creates products and prices at Stripe, and prints the plans for muster.config.json. Can be repeated.

  STRIPE_SECRET_KEY=sk_… npm run stripe:setup -- --currency eur --monthly 1000 --yearly 9600

  --currency   three letters
  --monthly, --quarterly, --yearly
               the price of a seat for this period, in Stripe's minor unit of the currency: 1000 is 10.00 eur,
               10.00 huf, 1,000 jpy; at least one of them
  --name       the name on invoices (Seats)
  --check      only say what would be created
`;

// Shapes

export type Wish = { currency: string; name: string; amounts: Partial<Record<Period, number>> };
/** Things that were found or created, in words, with the plans for the configuration. */
export type Setup = { plans: Paid[]; made: string[] };

export class UsageError extends Error {
  override name = "UsageError";
}

// Functions

/** @throws UsageError */
export function readWish(args: string[]): Wish & { check: boolean } {
  const text = { type: "string" } as const;
  const options = {
    currency: text,
    name: text,
    monthly: text,
    quarterly: text,
    yearly: text,
    check: { type: "boolean" },
  };
  const { values } = parse(() =>
    parseArgs({ args, options: options as typeof options & { check: { type: "boolean" } } }),
  );
  const { currency = "", name = "Seats", check = false } = values;
  if (!/^[a-z]{3}$/.test(currency)) throw new UsageError("--currency is three lowercase letters.");
  const amounts = Object.fromEntries(
    periods.flatMap((period) => {
      const amount = values[period];
      if (amount === undefined) return [];
      if (!/^[1-9]\d{0,8}$/.test(amount)) throw new UsageError(`--${period} is a whole number from 1.`);
      const step = stepOf(currency);
      // threat: a price is made at Stripe that it refuses to charge
      if (Number(amount) % step !== 0) {
        throw new UsageError(`Stripe charges ${currency} in steps of ${step}: --${period} ${amount} is not one.`);
      }
      return [[period, Number(amount)]];
    }),
  );
  if (Object.keys(amounts).length === 0) throw new UsageError("Name the amount of a plan: --monthly 1000.");
  return { currency, name, amounts, check };
}

/**
 * Creates what is missing. A plan's price is found by its lookup key; a changed amount makes a new price, which takes
 * over the key. The old one stays active for existing subscriptions.
 */
export async function setup(stripe: Stripe, { currency, name, amounts }: Wish, check = false): Promise<Setup> {
  const made: string[] = [];
  const make = async <T>(what: string, call: () => Promise<T>): Promise<T | undefined> => {
    made.push(what);
    return check ? undefined : call();
  };
  const product = await productOf(stripe);
  if (!product) await make(`product ${productId}`, () => stripe.products.create({ id: productId, name }));
  const known = product ? await pricesOf(stripe) : [];
  const plans: Paid[] = [];
  for (const id of periods) {
    const amount = amounts[id];
    if (amount === undefined) continue;
    const fitting = known.filter((price) => fits(price, id, { amount, currency }));
    const lookup_key = `muster_seats_${id}`;
    const named = fitting.find((price) => price.lookup_key === lookup_key);
    const takeKey = { lookup_key, transfer_lookup_key: true };
    const [earlier] = fitting;
    const price =
      // threat: each run of the setup makes new prices at Stripe
      named ??
      (earlier
        ? await make(`the key of ${id} moved to ${earlier.id}`, () => stripe.prices.update(earlier.id, takeKey))
        : await make(`price of ${id}: ${written({ amount, currency })}`, () =>
            stripe.prices.create({
              product: productId,
              currency,
              unit_amount: amount,
              nickname: id,
              ...takeKey,
              recurring: intervalOf(id),
            }),
          ));
    if (price) plans.push({ id, price: price.id, amount, currency });
  }
  const portals = await stripe.billingPortal.configurations.list({ active: true, limit: pageSize });
  if (!portals.data.some(({ metadata }) => metadata?.muster === portalMark.muster)) {
    await make("configuration of the portal", () => stripe.billingPortal.configurations.create(portal));
  }
  return { plans, made };
}

const written = moneyFor("en");

const portal: Stripe.BillingPortal.ConfigurationCreateParams = {
  metadata: portalMark,
  features: {
    customer_update: { enabled: true, allowed_updates: ["address", "tax_id"] },
    invoice_history: { enabled: true },
    payment_method_update: { enabled: true },
    // seats and cancellation are changed in Muster, which knows the seats in use
    subscription_cancel: { enabled: false },
    subscription_update: { enabled: false },
  },
};

async function productOf({ products }: Stripe): Promise<Stripe.Product | undefined> {
  const { data } = await products.list({ ids: [productId], limit: 1 });
  return data[0];
}

async function pricesOf({ prices }: Stripe): Promise<Stripe.Price[]> {
  const found: Stripe.Price[] = [];
  for await (const price of prices.list({ product: productId, active: true, limit: pageSize })) found.push(price);
  return found;
}

function fits({ unit_amount, currency, recurring }: Stripe.Price, id: Period, wish: Omit<Paid, "id" | "price">) {
  const { interval, interval_count } = intervalOf(id);
  const isSameAmount = unit_amount === wish.amount && currency === wish.currency;
  return isSameAmount && recurring?.interval === interval && recurring.interval_count === interval_count;
}

const intervalOf = (id: Period) =>
  months[id] % 12 === 0
    ? { interval: "year" as const, interval_count: months[id] / 12 }
    : { interval: "month" as const, interval_count: months[id] };

function parse<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : "The arguments cannot be read.");
  }
}
