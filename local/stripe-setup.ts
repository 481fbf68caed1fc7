import { readWish, setup, setupUsage, UsageError } from "@muster/functions/operator/stripe-setup.ts";
import Stripe from "stripe";

// The command `npm run stripe:setup`; the key has the name that Stripe's own tools use.

const say = (text: string) => void process.stdout.write(`${text}\n`);
const complain = (text: string) => void process.stderr.write(`${text}\n`);

process.exitCode = await run(process.argv.slice(2)).catch((error: unknown) => {
  complain(error instanceof Error ? error.message : "Something went wrong.");
  if (error instanceof UsageError) complain(`\n${setupUsage}`);
  return error instanceof UsageError ? 2 : 1;
});

async function run(args: string[]): Promise<number> {
  if (args.includes("--help")) {
    say(setupUsage);
    return 0;
  }
  const { check, ...wish } = readWish(args);
  const { STRIPE_SECRET_KEY: key, MUSTER_STRIPE_URL: standIn } = process.env;
  if (!key) throw new UsageError("STRIPE_SECRET_KEY is not set.");
  const { plans, made } = await setup(
    new Stripe(key, { telemetry: false, ...(standIn && placeOf(standIn)) }),
    wish,
    check,
  );
  say(
    made.length === 0
      ? "Everything exists already."
      : made.map((one) => `${check ? "would create" : "made"}: ${one}`).join("\n"),
  );
  if (!check) say(`\nFor muster.config.json, in the stage's "billing":\n${JSON.stringify({ plans }, null, 2)}`);
  return 0;
}

function placeOf(text: string): Stripe.StripeConfig {
  const { hostname, port, protocol } = new URL(text);
  return { host: hostname, port, protocol: protocol === "https:" ? "https" : "http" };
}
