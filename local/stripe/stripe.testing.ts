import Stripe from "stripe";
import { directClient } from "./direct.ts";
import { type StripeOptions, type StripeServer, startStripe } from "./server.ts";

const pollMs = 2_000;
/** Between the attempts of the library, which repeats a broken connection once, whatever its settings. */
const quickly = { getInitialNetworkRetryDelay: () => 0.001, getMaxNetworkRetryDelay: () => 0.002 };
const key = process.env.STRIPE_SECRET_KEY;

/** True if contract tests call Stripe itself, in its test mode. Then they wait for it. */
export const isReal = key?.startsWith("sk_test_") ?? false;

export type TestStripe = {
  client: Stripe;
  /** Features that only the stand-in has. */
  server: StripeServer | undefined;
  /** A customer with a test clock of its own, by default with a card that pays. */
  customer: (at: string, card?: string) => Promise<{ id: string; clock: string }>;
  price: (amount: number, interval?: "month" | "year", count?: number) => Promise<string>;
  /** Moves a test clock, and waits until everything has happened. */
  advance: (clock: string, to: number) => Promise<void>;
  stop: () => Promise<void>;
};

/** Stripe for tests of what both have in common: the stand-in, or Stripe's test mode if `STRIPE_SECRET_KEY` is set. */
export async function openContract(): Promise<TestStripe> {
  const server = isReal ? undefined : await startStripe();
  const client = server ? directClientOf(server) : new Stripe(key ?? "", { maxNetworkRetries: 2, telemetry: false });
  const clocks: string[] = [];
  let product: string | undefined;
  return {
    client,
    server,
    customer: async (at, card = "pm_card_visa") => {
      const clock = await client.testHelpers.testClocks.create({ frozen_time: seconds(at) });
      clocks.push(clock.id);
      const { id } = await client.customers.create({ email: "ada@example.com", test_clock: clock.id });
      const method = await client.paymentMethods.attach(card, { customer: id });
      await client.customers.update(id, { invoice_settings: { default_payment_method: method.id } });
      return { id, clock: clock.id };
    },
    price: async (unit_amount, interval = "month", interval_count = 1) => {
      product ??= (await client.products.create({ name: "Seats" })).id;
      const recurring = { interval, interval_count };
      return (await client.prices.create({ product, currency: "usd", unit_amount, recurring })).id;
    },
    advance: async (clock, to) => {
      await client.testHelpers.testClocks.advance(clock, { frozen_time: to });
      for (;;) {
        const { status } = await client.testHelpers.testClocks.retrieve(clock);
        if (status === "ready") return;
        await new Promise((resolve) => setTimeout(resolve, server ? 1 : pollMs));
      }
    },
    stop: async () => {
      if (isReal) for (const clock of clocks) await client.testHelpers.testClocks.del(clock);
      await server?.stop();
    },
  };
}

/** The stand-in with a client, for tests of its own features. */
export async function openStripe(options: StripeOptions = {}): Promise<StripeServer & { stripe: Stripe }> {
  const server = await startStripe(options);
  return { ...server, stripe: clientOf(server) };
}

/** The same without connections. */
export const directClientOf = (server: StripeServer) => clientOf(server, { httpClient: directClient(server) });

/** The library with one attempt per call: a test decides when to retry. */
export const clientOf = (server: StripeServer, config: Stripe.StripeConfig = {}): Stripe =>
  Object.assign(new Stripe("sk_test_local", { ...server.client, maxNetworkRetries: 0, ...config }), quickly);

export const seconds = (iso: string): number => Date.parse(iso) / 1_000;

/** Returns the error of a call. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<{ type: string; code?: string; param?: string; status?: number; message: string }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    const { type, code, param, statusCode, message } = error;
    return {
      type,
      message,
      ...(code !== undefined && { code }),
      ...(param !== undefined && { param }),
      ...(statusCode !== undefined && { status: statusCode }),
    };
  }
  throw new Error("The call was not refused.");
}
