import type { StripeEvent } from "../kernel/stripe-port.ts";
import { eventOf } from "./stripe.ts";

/**
 * Returns what Stripe sent, if it is from Stripe: signed with one of the secrets, at most 5 minutes ago.
 * @param body unchanged, byte for byte
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
