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

/** Returns the commands that charge what waits to a method that was chosen since: nobody waits for Stripe's next attempt. */
export function retrying({ found, row, isDeleted, answers, snapshot }: Facts): Decision | undefined {
  const chosen = found?.method?.id;
  if (!found || !chosen || isDeleted || !isLive(found) || !isAnother(chosen, row.mirror)) return;
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

/** Returns the mirror with the method that what waits was charged to, which is the earlier one if Stripe did not answer. */
export function asCharged(mirror: Mirror, { row, answers }: Pick<Facts, "row" | "answers">): Mirror {
  const isWaiting = [...answers.values()].some((one) => one.command.do === "pay" && isUnanswered(one));
  // threat: a card that is chosen while Stripe is out is never charged
  return isWaiting ? { ...mirror, methodId: row.mirror?.methodId ?? "" } : mirror;
}
