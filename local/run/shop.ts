import { setup } from "@muster/functions/operator/stripe-setup.ts";
import { type StripeServer, startStripe } from "@muster/local-stripe/server.ts";
import Stripe from "stripe";

/** Per seat, in the smallest unit of the currency. */
const perSeat = { monthly: 1_000, quarterly: 2_700, yearly: 9_600 };
const currency = "usd";

export type ShopOptions = {
  file: string;
  port: number;
  /** The functions' key at Stripe. */
  key: string;
  /** The destination of events, and the secret that signs them. */
  webhook: { url: string; secret: string };
  /** Called when somebody has moved the clock. */
  onAdvance: () => void;
  report: (error: unknown) => void;
};

/** The Stripe stand-in with what a local deployment sells. */
export type Shop = {
  /** The URL of its pages, and of its API. */
  url: string;
  /** In the form of `MUSTER_PLANS`. */
  plans: string;
  /** In ms: the machine's time, plus what it was moved forward. */
  now: () => number;
  /** Uses another clock while something runs, and sends no webhooks during that. */
  during: <R>(clock: () => number, run: () => Promise<R>) => Promise<R>;
  stop: () => Promise<void>;
};

/** Opens it where it was left; on another port if its own is taken. */
export async function openShop(options: ShopOptions): Promise<Shop> {
  const { file, port, key, webhook, onAdvance, report } = options;
  let clock = Date.now;
  const start = (at: number) => startStripe({ file, key, port: at, now: () => clock(), onAdvance, report });
  const server = await start(port).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    return start(0);
  });
  const { plans } = await setup(new Stripe(key, server.client), { currency, name: "Seats", amounts: perSeat });
  const connect = (isConnected: boolean) => {
    server.state.endpoints.clear();
    if (isConnected) server.webhooks.endpoint(webhook.url, webhook.secret);
  };
  connect(true);
  return {
    url: server.url,
    plans: JSON.stringify(plans),
    now: () => clock() + aheadOf(server),
    during: async (other, run) => {
      clock = other;
      connect(false);
      try {
        return await run();
      } finally {
        clock = Date.now;
        connect(true);
      }
    },
    stop: () => server.stop(),
  };
}

const aheadOf = ({ state }: StripeServer) => (state.ahead.get("seconds") ?? 0) * 1_000;
