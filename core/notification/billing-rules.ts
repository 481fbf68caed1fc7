import type * as ID from "../base/id.ts";
import {
  BillingAutomaticSeatsStopped,
  BillingDuplicateCanceled,
  BillingDuplicateRefunded,
  BillingResizeDropped,
  BillingResized,
  BillingTrialEnding,
  BillingUpdated,
} from "../billing/events.ts";
import type { Side } from "../billing/shape.ts";
import { on, type Reaction, type Recorded } from "../kernel/reaction.ts";
import { holders } from "../search/holders.ts";
import type { Draft } from "./draft.ts";
import type { Kind } from "./shape.ts";

// What owners are notified of about payment: each change of the billing status is in one event, and so announced once.

/** The billing statuses that owners must know about. */
const kinds: Record<string, Kind> = {
  past_due: "billing.past_due",
  over_limit: "billing.over_limit",
  canceled: "billing.canceled",
  read_only: "billing.read_only",
};

// Functions

/** Nobody caused these, so the actor whose request found them is notified as well. */
export const isAutomatic = (kind: Kind): boolean =>
  (kind.startsWith("billing.") && kind !== "billing.ending") ||
  kind === "domain.record_lost" ||
  kind === "domain.expired" ||
  kind.startsWith("rollout.");

export const billingRules: readonly Reaction<Promise<Draft[]>>[] = [
  ...on([BillingUpdated, BillingResized, BillingResizeDropped], notifyOfBillingStatus),
  ...on(
    BillingTrialEnding,
    async ({ trialEnd }, { owner }): Promise<Draft[]> => [
      { kind: "billing.trial_ending", to: await holders(owner, ["owner"]), until: trialEnd },
    ],
  ),
  ...on(
    BillingAutomaticSeatsStopped,
    async (_, { owner }): Promise<Draft[]> => [
      { kind: "billing.automatic_seats_stopped", to: await holders(owner, ["owner"]) },
    ],
  ),
  ...on(
    BillingDuplicateCanceled,
    async ({ paid = [] }, { owner }): Promise<Draft[]> =>
      paid.length > 0 ? [{ kind: "billing.duplicate_paid", to: await holders(owner, ["owner"]) }] : [],
  ),
  ...on(
    BillingDuplicateRefunded,
    async (_, { owner }): Promise<Draft[]> => [
      { kind: "billing.duplicate_refunded", to: await holders(owner, ["owner"]) },
    ],
  ),
];

async function notifyOfBillingStatus(
  { before, after }: { before?: Side | undefined; after?: Side | undefined },
  { owner, by }: Recorded<ID.ID<"organization">>,
): Promise<Draft[]> {
  if (!after) return [];
  // threat: in billing owners are notified of each update from Stripe
  const kind = after.billingStatus === before?.billingStatus ? undefined : kinds[after.billingStatus];
  const isEnding = after.cancelAt !== undefined && before?.cancelAt === undefined;
  if (!kind && !isEnding) return [];
  const to = await holders(owner, ["owner"]);
  if (kind) return [{ kind, to, until: after.graceUntil }];
  return [{ kind: "billing.ending", to, by, until: after.cancelAt }];
}
