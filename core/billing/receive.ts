import * as v from "valibot";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import * as Dirty from "./dirty.ts";

/**
 * Takes in that Stripe told of something. What it told is not looked at: only that the organization must be. Told twice,
 * late or in another order, the outcome is the same. Whether Stripe told it is the door's to check.
 */
export const receive = fn(
  "billing.receive",
  {
    input: v.strictObject({ organization: v.optional(v.string()) }),
    output: v.object({ received: v.boolean() }),
  },
  async ({ organization }) => {
    if (!ID.is("organization", organization)) return { received: false };
    await Dirty.markAndQueue(organization);
    return { received: true };
  },
);
