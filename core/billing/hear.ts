import * as v from "valibot";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import * as Dirty from "./dirty.ts";

/**
 * Takes in that Stripe told of something. What it told is not looked at: only that the organization must be. Told twice,
 * late or in another order, the outcome is the same. Whether Stripe told it is the door's to check.
 */
export const hear = fn(
  "billing.hear",
  {
    input: v.strictObject({ type: v.string(), organization: v.optional(v.string()) }),
    output: v.object({ heard: v.boolean() }),
  },
  async ({ organization }) => {
    if (!ID.is("organization", organization)) return { heard: false };
    await Dirty.tell(organization);
    return { heard: true };
  },
);
