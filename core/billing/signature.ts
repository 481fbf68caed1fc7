import type { StripeEvent } from "../kernel/stripe-port.ts";
import { eventOf } from "./stripe.ts";

/**
 * What Stripe tells, if it is Stripe who tells it: signed with one of the secrets, not more than 5 minutes ago.
 * @param body as it came, byte for byte
 */
export async function verify(
  body: Uint8Array,
  signature: string,
  secrets: readonly string[],
): Promise<StripeEvent | undefined> {
  const { default: Stripe } = await import("stripe");
  for (const secret of secrets) {
    try {
      return eventOf(await Stripe.webhooks.constructEventAsync(body, signature, secret));
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
    }
  }
  return undefined;
}
