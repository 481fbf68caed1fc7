import * as v from "valibot";
import type { StripeEvent } from "../kernel/stripe-port.ts";
import { eventOf } from "./stripe-events.ts";

const Event = v.object({ id: v.string(), data: v.object({ object: v.looseObject({}) }) });

/** The difference that Stripe's clock may have from this one: as much as the library allows an old signature. */
const toleranceSeconds = 300;

/**
 * Returns what Stripe sent, if it is an event from Stripe: signed with one of the secrets, at most 5 minutes ago or
 * ahead.
 * @param body unchanged, byte for byte
 */
export async function verify(
  body: Uint8Array,
  signature: string,
  secrets: readonly string[],
): Promise<StripeEvent | undefined> {
  // threat: a webhook that is signed for the future is taken
  if (!isSoon(signature)) return undefined;
  const { default: Stripe } = await import("stripe");
  // threat: no webhook arrives while its secret is rotated
  for (const secret of secrets) {
    try {
      // threat: webhooks that Stripe did not sign are received
      // threat: an old webhook is taken for a new one
      const event: unknown = await Stripe.webhooks.constructEventAsync(body, signature, secret, toleranceSeconds);
      // threat: signed rubbish fails, and Stripe repeats it for days
      return v.is(Event, event) ? eventOf(event as never) : undefined;
    } catch (error) {
      const isNoEvent = error instanceof SyntaxError; // signed, but no JSON
      if (!isNoEvent && !(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
    }
  }
  return undefined;
}

/** The library refuses what was signed long ago, and takes what claims to be signed in the future. */
function isSoon(signature: string): boolean {
  const [, seconds] = /(?:^|,)t=(\d+)/.exec(signature) ?? [];
  return Number(seconds) <= Date.now() / 1000 + toleranceSeconds;
}
