import * as v from "valibot";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import * as Dirty from "./dirty.ts";

/**
 * Receives a webhook of Stripe. Its content is ignored: it only means that the organization must be reconciled.
 * Repeated, late or in another order, the result is the same. The handler checks that it is from Stripe.
 */
export const receive = fn(
  "billing.receive",
  {
    input: v.strictObject({
      organization: v.optional(v.string()),
      customer: v.optional(v.string()),
      dispute: v.optional(v.string()),
    }),
    output: v.object({ received: v.boolean() }),
  },
  async ({ organization, customer, dispute }) => {
    // threat: a changed payment method is not noticed
    if (ID.is("organization", organization)) await Dirty.markAndQueue(organization);
    else if (customer) await Dirty.queueCustomers(customer);
    else if (dispute) await Dirty.queueDisputes(dispute);
    else return { received: false };
    return { received: true };
  },
);
