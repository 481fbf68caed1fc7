import type * as ID from "../base/id.ts";
import { plans } from "../kernel/ports.ts";
import type { StripeInvoice } from "../kernel/stripe-invoice.ts";
import type { StripeSubscription } from "../kernel/stripe-port.ts";
import type { OrganizationRow } from "../organization/row.ts";
import * as Plan from "../plan/plan.ts";
import type { Step } from "../table/table.ts";
import * as Stop from "./automatic/stop.ts";
import { type Command, nameOf } from "./commands.ts";
import { debitOf, isDebit } from "./debit.ts";
import * as Dirty from "./dirty.ts";
import { duplicateOf, isPayment } from "./duplicate.ts";
import { BillingResizeDropped, BillingResized } from "./events.ts";
import type { Decision, Facts, Given, StateOfChange } from "./facts.ts";
import { invoiceOf, isOf, noting, reverting, sendingInvoice, stateOfInvoiced, voiding } from "./invoiced.ts";
import * as Change from "./ledger/record.ts";
import { mirrorOf, seatItemOf } from "./mirror.ts";
import { invoiceIn, type Snapshot } from "./observe.ts";
import { type Dropped, type Duplicate, isLive, isSame, type Op, type Row } from "./row.ts";
import type { Side } from "./shape.ts";
import { sideOf } from "./side.ts";
import * as BillingStatus from "./status.ts";

// The change of seats or plan that is under way: what Stripe says of it, and what follows.

/** Attempts of one run; after that, the next reconciliation continues. */
const maxAttempts = 3;

type Organization = ID.ID<"organization">;

// Functions

export const commandOf = (op: Op, { mirror }: Row) =>
  ({ do: "change", op, isDebited: isDebit(mirror?.method?.type) }) as const;

/** Returns what Stripe and its answers say of the change that is under way. */
export function stateOf(given: Given): StateOfChange | undefined {
  const { row, snapshot } = given;
  const { op } = row;
  if (!op) return;
  const found = subscriptionOf(op, snapshot);
  // threat: an error of Stripe is not looked behind, and what was made is made again
  if (found?.op === op.id) return stateOfInvoiced(op, found, given);
  if (!found || !isLive(found)) return "over";
  if (found.pending?.op === op.id) return "waits";
  if (op.waitsUntil) return "over";
  return stateBySending(op, found, given);
}

/** Returns what the answers say of a change that Stripe does not name. */
function stateBySending(op: Op, found: StripeSubscription, { row, answers }: Given): StateOfChange {
  const answer = answers.get(nameOf(commandOf(op, row)))?.is;
  const attempts = [...answers.values()].filter(({ command }) => command.do === "change").length;
  // threat: seats count before their invoice is paid, or a card is charged for what an invoice was to pay
  if (answer === undefined && isOtherwisePaid(op, found)) return "refused";
  if (answer === undefined) return attempts < maxAttempts ? "unsent" : "unclear";
  if (answer === "busy" || answer === "lost") return "unclear";
  // threat: a change that Stripe refuses is tried again and again
  return answer === "failed" ? "failed" : "refused";
}

/** Returns whether somebody has changed at Stripe who sends invoices, or charges, since a change was wished. */
const isOtherwisePaid = (op: Op, found: StripeSubscription): boolean =>
  op.grows && (op.invoiced === undefined) !== (found.daysUntilDue === undefined);

const subscriptionOf = (op: Op, { subscriptions }: Snapshot): StripeSubscription | undefined =>
  subscriptions.find(({ id }) => id === op.subscription);

/** Returns what lets a change count from the period that has begun since: Stripe refuses a day before. */
export function overtaking({ row, snapshot }: Facts, op: Op): Decision | undefined {
  const found = subscriptionOf(op, snapshot);
  const { periodStart = "" } = (found && seatItemOf(found, row.mirror)) ?? {};
  // threat: a price that was shown is charged for another period
  if (op.shown || op.prorationAt >= periodStart) return;
  // threat: seats are paid on, because Stripe could not be told in time that they are given up
  return { write: { next: { ...row, op: { ...op, prorationAt: periodStart } }, steps: [] } };
}

/** Stripe may have stored the error under the key, and nothing was changed: the next attempt uses the next key. */
export const nextAttempt = ({ row }: Facts, op: Op): Decision => ({
  // threat: an error that Stripe keeps under its idempotency key is returned again and again
  write: { next: { ...row, op: { ...op, attempt: op.attempt + 1 } }, steps: [] },
});

/** Returns the command that makes the invoice of a change final. */
export const finalizing = (facts: Facts, op: Op) => sendingInvoice(facts, op, subscriptionOf(op, facts.snapshot));

/** Returns what follows from an invoice of a change that was given up. */
export const revertingOf = (facts: Facts, op: Op) => reverting(facts, op, subscriptionOf(op, facts.snapshot));

/** Returns what gives up the change of a deleted organization, before the rest of its period is returned. */
export function givingUp(facts: Facts, op: Op): Decision | undefined {
  // threat: seats that count before they are paid are credited, because their invoice is voided
  if (!facts.isDeleted || op.invoiced !== "paid" || plans().unusedTime === "lost") return;
  // threat: a deletion returns nothing of a paid period, because an invoice for more seats is open
  if (facts.state === "givenUp") return revertingOf(facts, op);
  const commands = voidingOf(facts, op);
  return commands.length > 0 ? { commands } : undefined;
}

/** Returns what is to be recorded of a change that waits, if that is not known yet. */
export function waiting({ row, snapshot }: Facts, op: Op): Decision | undefined {
  const found = subscriptionOf(op, snapshot);
  const own = found && op.invoiced && invoiceOf(op, found, snapshot);
  if (own) return ifAny(noting(row, op, own));
  if (!found?.pending) return;
  const { until: waitsUntil } = found.pending;
  // later ones of the same subscription are for something else
  // threat: a later invoice is taken for that of a change that waits
  const invoice = op.invoice ?? found.latestInvoice ?? "";
  const { debit: before, ...rest } = row;
  const debit = debitOf(found, row, snapshot);
  if (isSame([op.waitsUntil, op.invoice, before], [waitsUntil, invoice, debit])) return;
  return { write: { next: { ...rest, op: { ...op, waitsUntil, invoice }, ...(debit && { debit }) }, steps: [] } };
}

const ifAny = (decision: Decision) => (decision.write ? decision : undefined);

/** Returns what follows from a change that is made: an invoice for the time in which its seats did not count is voided before. */
export const making = (facts: Facts, op: Op): Decision =>
  // threat: seats that a renewal has paid are invoiced for the time before as well, in which they did not count
  op.invoiced === "paid" ? dropping(facts, op) : ending(facts, op);

/** Returns what follows from a change that is dropped: its invoice is voided before. */
export function dropping(facts: Facts, op: Op): Decision {
  const commands = voidingOf(facts, op);
  return commands.length > 0 ? { commands } : ending(facts, op);
}

/** Returns the command that voids the invoice of a change, if it has one that somebody could pay. */
export const voidingOf = (facts: Pick<Facts, "snapshot" | "answers">, op: Op): Command[] =>
  voiding(facts, op, subscriptionOf(op, facts.snapshot));

/** Returns what is to be recorded of a change that is over: what was made of it, and what was charged. */
export function ending(facts: Facts, op: Op): Decision {
  const { organization, organizationRow, row, actor } = facts;
  const ended = endedOf(op, facts);
  const { reason, charged, at } = ended;
  const next = rowAfter(row, ended);
  const wanted = BillingStatus.judge(organizationRow, next, at);
  // automatic seats end with their subscription
  const stop = Stop.after(organizationRow, row, op, reason === "ended" ? undefined : reason);
  const isDeleted = organizationRow.state === "deleted";
  const granted = BillingStatus.grantedOf(organizationRow);
  const change = { operation: op.id, from: op.from, to: op.to, plan: Plan.nameOfPrice(op.price), granted };
  const common = { ...change, by: op.by, ...(!isDeleted && changeOfStatus(organizationRow, row, next, wanted)) };
  const steps = [
    // threat: a change of seats leaves no row in the seat ledger
    Change.recordOp(organization, op, { at, charged, invoice: ended.invoice?.id, dropped: reason }),
    ...recordOthers(organization, row, next, ended),
    // threat: a change that was charged otherwise needs no attention until an event of Stripe arrives
    ...(next.mischarged?.operation === op.id ? [Dirty.mark(organization)] : []),
    // threat: a change of seats that ends late changes a deleted organization
    // threat: owners are told of automatic seats of a deleted organization
    ...(isDeleted ? [] : [...BillingStatus.apply(organization, organizationRow, wanted, stop), ...stop.steps]),
    reason === undefined
      ? BillingResized.record(organization, { ...common, shown: op.shown, charged }, actor)
      : BillingResizeDropped.record(organization, { ...common, reason }, actor),
  ];
  return { write: { next, steps, ended: { op, isMade: reason === undefined, charged } } };
}

/** A change that is not under way anymore, with what Stripe says of it. */
type Ended = {
  op: Op;
  found: StripeSubscription | undefined;
  /** The reason it was dropped. Missing if Stripe has made it. */
  reason: Dropped["reason"] | undefined;
  /** The invoice that charged it, or that was paid although it was dropped. */
  invoice: StripeInvoice | undefined;
  charged: Op["shown"];
  debit: Row["debit"];
  at: string;
};

function endedOf(op: Op, { row, snapshot, state }: Facts): Ended {
  const { at } = snapshot;
  const found = subscriptionOf(op, snapshot);
  const debit = found && debitOf(found, row, snapshot);
  // threat: a change whose invoice was never paid counts because its subscription has ended
  const made = state === "made" ? found : undefined;
  // threat: a dropped change is joined to the invoice of another one
  const invoice = made ? invoiceFor(op, made, snapshot) : lateFor(op, snapshot);
  const charged = made && invoice ? { amount: invoice.due, currency: invoice.currency } : undefined;
  return { op, found, reason: made ? undefined : reasonOf(op, found), invoice, charged, debit, at };
}

function reasonOf({ waitsUntil }: Op, found: StripeSubscription | undefined): Dropped["reason"] {
  if (!found || !isLive(found)) return "ended";
  return waitsUntil ? "unpaid" : "refused";
}

/** Returns the row without the change: with what Stripe has now, and why the change was dropped. */
function rowAfter(row: Row, { op, found, reason, invoice, charged, debit, at }: Ended): Row {
  const { op: _op, dropped: _dropped, debit: _debit, ...rest } = row;
  const { id: operation, to, price, shown } = op;
  return {
    ...rest,
    ...(found && { mirror: mirrorOf(found, row.mirror, at) }),
    // threat: seats that Stripe adds before a bank has paid count
    ...(debit && { debit }),
    // threat: a bank's payment for a dropped change is never returned
    ...(reason && invoice && { duplicates: [...(row.duplicates ?? []), lateOf(op, invoice)] }),
    ...(reason && { dropped: { operation, to, price, reason } }),
    // threat: a charge that differs from what was shown is not reported
    ...(shown && charged && !isSame(shown, charged) && { mischarged: { operation, at, shown, charged } }),
  };
}

/** Returns the billing state before and after, if the status of the organization changes. */
function changeOfStatus(
  organizationRow: OrganizationRow,
  row: Row,
  next: Row,
  wanted: BillingStatus.Judgment,
): { before: Side; after: Side } | undefined {
  const before = sideOf(row, BillingStatus.currentOf(organizationRow));
  return before.billingStatus === wanted.billingStatus ? undefined : { before, after: sideOf(next, wanted) };
}

/** Returns the steps that record what somebody has changed at Stripe since. */
function recordOthers(organization: Organization, row: Row, next: Row, { op, found, reason, at }: Ended): Step[] {
  if (!found || !next.mirror) return [];
  const asMade = row.mirror && !reason ? { ...row.mirror, quantity: op.to, price: op.price } : row.mirror;
  return Change.recordFound(organization, { before: asMade, after: next.mirror, found, at });
}

const lateOf = ({ id: operation, subscription }: Op, invoice: StripeInvoice): Duplicate => ({
  ...duplicateOf(subscription, invoice),
  operation,
  isUnreported: true,
});

/** Returns the invoice of a change that was dropped, if it is paid all the same: a bank may take longer than Stripe waits. */
function lateFor({ invoice: id }: Op, snapshot: Snapshot): StripeInvoice | undefined {
  const invoice = invoiceIn(snapshot, id);
  // threat: a change that was not paid in time is said to be paid late
  return invoice && isPayment(invoice) ? invoice : undefined;
}

/**
 * Returns the invoice that charged an increase, or whose payment a bank processes; a decrease has none of its own. It is
 * the last one, unless the operation ends late.
 */
function invoiceFor(op: Op, { latestInvoice, status }: StripeSubscription, snapshot: Snapshot) {
  if (!op.grows || !latestInvoice || status === "trialing") return;
  const since = snapshot.invoices.filter(({ createdAt }) => createdAt >= op.prorationAt);
  return [invoiceIn(snapshot, latestInvoice), ...since].find((one) => one && isFor(op, one));
}

const isFor = (op: Op, invoice: StripeInvoice) =>
  // threat: a debited change does not say what it charges
  // threat: a change whose seats count at once does not say what it is invoiced for
  (invoice.status === "paid" || invoice.isProcessing || op.invoiced === "at_once") &&
  // threat: after a decrease an increase does not say what it charged
  isOf(op, invoice);
