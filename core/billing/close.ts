import * as v from "valibot";
import { isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { hasStripe, stripe, table } from "../kernel/ports.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import { organizationKeys } from "../organization/keys.ts";
import { equal, remove, when } from "../table/table.ts";
import { voidingOf } from "./change.ts";
import { type Answers, send, unsent } from "./commands.ts";
import { duplicatePaid, lateOf } from "./duplicate.ts";
import { billingKeys } from "./keys.ts";
import { observe, type Snapshot } from "./observe.ts";
import { publish } from "./report.ts";
import { failures, isLive, type Row, rowOf } from "./row.ts";
import { endings, isOwn, ownOf } from "./subscriptions.ts";

// Closes a customer: of a purged organization, only invoices remain at Stripe.

type Organization = ID.ID<"organization">;

// Shapes

export const Job = v.strictObject({ job: v.literal("close"), organization: ID.schema("organization") });
export type Job = v.InferOutput<typeof Job>;

// Functions

/**
 * Ends everything that Stripe has of an organization that is being purged, deletes its customer, and only then removes
 * the customer id. If Stripe cannot be reached, nothing is removed. Can be repeated.
 */
export const close = fn(
  "billing.close",
  { input: v.strictObject({ organization: ID.schema("organization") }), output: v.object({ closed: v.boolean() }) },
  async ({ organization }) => {
    const [organizationRow, billing] = await table.getMany([
      organizationKeys.organization(organization),
      billingKeys.billing(organization),
    ]);
    const row = rowOf(billing);
    if (!row) return { closed: true };
    if (!hasStripe()) return { closed: false };
    // threat: an organization that may be restored loses its customer
    if (organizationRow && organizationRow.purgingAt === undefined) return { closed: false };
    try {
      const ended = await endCustomer(row, organization);
      if (!ended) return { closed: false };
      const { snapshot } = ended;
      // nobody would know of it otherwise
      const late = snapshot
        ? lateOf(row, { ...ownOf(organization, row, snapshot), snapshot }, organizationRow?.deletedAt)
        : [];
      if (row.duplicates || row.unused || late.length > 0) {
        await publish("dirty", { attention: 1 }, [{ organization, result: duplicatePaid }]);
      }
      const same = when(equal("version", row.version), failures.moved);
      // threat: a payment that is recorded while a customer is closed is forgotten
      // threat: the marker of a closed customer stays forever
      await table.write(remove(billingKeys.billing(organization), same), remove(billingKeys.dirty(organization)));
      return { closed: true };
    } catch (error) {
      if (!(error instanceof StripeError) && !isFailure(error, failures.moved)) throw error;
      return { closed: false };
    }
  },
);

/**
 * Returns what is left if nothing of the organization is active or can be paid, and nothing if something is. A customer
 * with other purchases is kept.
 */
async function endCustomer(row: Row, organization: Organization): Promise<{ snapshot?: Snapshot } | undefined> {
  try {
    const snapshot = await endAll(row, organization);
    // threat: a purge forgets a customer whose checkout can be paid
    if (snapshot.checkouts.length > 0) return;
    // what a bank pays later would be nobody's
    // threat: a purge forgets what a bank processes
    if (snapshot.invoices.some(({ isProcessing }) => isProcessing)) return;
    const live = snapshot.subscriptions.filter(isLive);
    // threat: a purge ends what a customer buys elsewhere
    if (live.length === 0) await stripe().removeCustomer(row.customer);
    // threat: a purge forgets a customer whose subscription lives
    return live.some((one) => isOwn(one, row, organization)) ? undefined : { snapshot };
  } catch (error) {
    if (error instanceof StripeError && error.code === "resource_missing") return {};
    throw error;
  }
}

async function endAll(row: Row, organization: Organization): Promise<Snapshot> {
  const answers: Answers = new Map();
  for (;;) {
    const snapshot = await observe(row, true);
    const own = ownOf(organization, row, snapshot);
    // threat: an invoice for a change of seats is paid to a customer who is forgotten
    const unpaid = row.op ? voidingOf({ snapshot, answers }, row.op) : [];
    const commands = unsent([...endings(snapshot, { row, ...own }), ...unpaid], answers);
    if (commands.length === 0) return snapshot;
    for (const command of commands) await send(command, answers);
  }
}
