import type { StripeSubscription } from "../kernel/stripe-port.ts";
import { isUnanswered, nameOf } from "./commands.ts";
import { isDebit } from "./debit.ts";
import type { Decision, Facts } from "./facts.ts";
import { invoicesFor } from "./observe.ts";
import { hasBegun, isLive, type Mirror } from "./row.ts";

/** The states of a card that cannot be used for long. */
export const expiries = ["soon", "expired"] as const;
/** This month and the next two. */
const soonMonths = 2;

/** Returns whether a card has expired, or will soon. It can be used until the end of its last month. */
export function expiryOf(
  { expires }: NonNullable<Mirror["method"]>,
  at: string,
): { expiry?: (typeof expiries)[number] } {
  if (expires === undefined) return {};
  const left = monthOf(expires) - monthOf(at);
  // threat: an expired card looks valid
  if (left < 0) return { expiry: "expired" };
  // threat: a card that expires soon looks valid
  return left <= soonMonths ? { expiry: "soon" } : {};
}

const monthOf = (at: string) => Number(at.slice(0, 4)) * 12 + Number(at.slice(5, 7));

/** Returns the command that leaves one method to an organization: that of its customer, which people change at Stripe. */
export function oneMethod({ found, isDeleted, answers }: Facts): Decision | undefined {
  if (!found?.ownMethod || !found.method || isDeleted || !isLive(found) || !hasBegun(found)) return;
  const { customer, id: subscription, method } = found;
  const command = { do: "useMethod", customer, subscription, method: method.id } as const;
  return answers.has(nameOf(command)) ? undefined : { commands: [command] };
}

/** An earlier release has recorded no id. */
const isAnother = (chosen: string, { method, methodId }: Partial<Mirror> = {}): boolean =>
  methodId === undefined ? method === undefined : methodId !== chosen;

/** Returns whether Stripe would charge another method than the one that was chosen last: it charges a subscription's own. */
const isElsewhere = ({ method, ownMethod }: Pick<StripeSubscription, "method" | "ownMethod">): boolean =>
  ownMethod !== undefined && ownMethod !== method?.id;

/** Returns the commands that charge what waits to a method that was chosen since: nobody waits for Stripe's next attempt. */
export function retrying({ found, row, isDeleted, answers, snapshot }: Facts): Decision | undefined {
  const chosen = found?.method?.id;
  if (!found || !chosen || isDeleted || !isLive(found) || !isAnother(chosen, row.mirror)) return;
  // threat: the card that was replaced is charged once more
  if (isElsewhere(found)) return;
  // threat: a bank takes days to pay a change that Stripe drops after hours
  const dropped = isDebit(found.method?.type) ? row.op?.invoice : undefined;
  const charged = invoicesFor(snapshot, found.id).filter(
    // somebody has tried to pay it by another card
    // threat: an invoice that is to be paid by hand is charged to a card
    ({ dueAt }) => dueAt === undefined,
  );
  const waiting = charged.filter(
    // threat: a payment that a bank processes is charged a second time
    ({ id, status, isAttempted, isProcessing }) => status === "open" && isAttempted && !isProcessing && id !== dropped,
  );
  const commands = waiting
    .map(({ id: invoice }) => ({ do: "pay", invoice, method: chosen, version: row.version }) as const)
    .filter((command) => !answers.has(nameOf(command)));
  return commands.length > 0 ? { commands } : undefined;
}

/** Stripe may have stored an error under the key of a payment, which has the version of the row: the next one gets another. */
export function rekeying({ row, answers }: Facts): Decision | undefined {
  const isKept = [...answers.values()].some(
    // threat: an error that Stripe keeps for a day is returned to each attempt to charge a chosen card
    ({ command, is }) => command.do === "pay" && command.version === row.version && is === "failed",
  );
  return isKept ? { write: { next: row, steps: [] } } : undefined;
}

/**
 * Returns the mirror with the method that what waits was charged to, which is the earlier one if Stripe did not answer, or
 * would have charged that one.
 */
export function asCharged(mirror: Mirror, found: StripeSubscription, { row, answers }: Pick<Facts, "row" | "answers">) {
  const isWaiting = [...answers.values()].some((one) => one.command.do === "pay" && isUnanswered(one));
  // threat: a card that is chosen while Stripe is out is never charged
  // threat: a card that Stripe did not make the only one is never charged
  const isUncharged = isWaiting || isElsewhere(found);
  // what has ended has no method
  return isUncharged && mirror.methodId !== undefined ? { ...mirror, methodId: row.mirror?.methodId ?? "" } : mirror;
}
