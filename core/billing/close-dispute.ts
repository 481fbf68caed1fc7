import * as v from "valibot";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { BillingDisputeChanged } from "./events.ts";
import { billingKeys } from "./keys.ts";
import { reconcileOne } from "./reconcile.ts";
import { Amount, failures as rowFailures, rowOf } from "./row.ts";
import { save } from "./save.ts";

// Failures

export const failures = {
  missing: failure("missing", "billing.dispute_missing", "This organization has lost no such dispute."),
};

// Functions

/** Says that the operator has dealt with a dispute that was lost: seats can be bought again. */
export const closeDispute = fn(
  "billing.closeDispute",
  {
    input: v.strictObject({
      organization: ID.schema("organization"),
      /** The id of the dispute at Stripe. */
      dispute: v.pipe(v.string(), v.regex(/^d[pu]_\w{1,200}$/, "Expected the id of a dispute.")),
    }),
    output: Amount,
    failures: [failures.missing, rowFailures.moved, Event.failures.repeated],
    reads: ({ organization }) => [billingKeys.billing(organization)],
  },
  async ({ organization, dispute }, actor, [billing]) => {
    const row = rowOf(billing);
    // threat: a dispute that a bank still decides is closed
    const found = row?.disputes?.find(({ id, state }) => id === dispute && state === "lost");
    if (!row?.disputes || !found) throw failures.missing();
    const { amount, currency } = found;
    const state = "closed" as const;
    const disputes = row.disputes.map((one) => (one === found ? { ...found, state } : one));
    await table.write(
      save(organization, row, { ...row, disputes }),
      BillingDisputeChanged.record(organization, { dispute, amount, currency, state }, actor),
    );
    await reconcileOne(organization, actor);
    return { amount, currency };
  },
);
