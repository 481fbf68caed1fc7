import { type Account, change, day, emit } from "./account.ts";
import { periodOf } from "./charge.ts";
import { expire } from "./checkout.ts";
import { advance, collect, dropPending, endDebit, fallDue, isSent } from "./collect.ts";
import { endAsScheduled, renew } from "./cycle.ts";
import * as Invoice from "./invoice.ts";
import { patienceSeconds } from "./subscription.ts";
import type * as Wire from "./wire.ts";

/** Something that happens by itself at a time. */
type Due = {
  at: number;
  run: () => void;
};

const trialReminderDays = 3;
const maxSteps = 100_000;

/**
 * Does what has become due for the customers of a test clock, or of none, in chronological order. No change makes
 * anything due in the past, so an instant that was reached needs no second check until the clock moves.
 */
export function catchUp(account: Account, until: number, clock: Wire.TestClock | null): void {
  if (clock === null && until === account.caughtUp) return;
  for (let step = 0; step < maxSteps; step++) {
    const next = earliest(account, until, clock?.id ?? null);
    if (!next) {
      if (clock === null) account.caughtUp = until;
      return;
    }
    if (clock) clock.frozen_time = Math.max(clock.frozen_time, next.at);
    account.at(next.at, next.run);
  }
  throw new Error("Due work never ends.");
}

function earliest(account: Account, until: number, clock: string | null): Due | undefined {
  const { state } = account;
  let first: Due | undefined;
  const consider = (due: Due | undefined) => {
    if (due && due.at <= until && (!first || due.at < first.at)) first = due;
  };
  for (const subscription of state.subscriptions.values()) {
    if (subscription.test_clock === clock) consider(ofSubscription(account, subscription));
  }
  for (const invoice of state.invoices.values()) {
    if (invoice.test_clock === clock) consider(ofInvoice(account, invoice));
  }
  if (clock === null) for (const session of state.sessions.values()) consider(ofSession(account, session));
  return first;
}

function ofSubscription(account: Account, subscription: Wire.Subscription): Due | undefined {
  const { status, pending_update, trial_end, cancel_at, created, id } = subscription;
  if (subscription.ended_at !== null) return undefined;
  if (status === "incomplete") {
    return { at: created + patienceSeconds, run: () => giveUp(account, subscription) };
  }
  const ends = periodOf(subscription).end;
  const reminder =
    status === "trialing" && trial_end !== null ? Math.max(created, trial_end - trialReminderDays * day) : undefined;
  const reminded = account.state.reminded.get(id) === trial_end;
  const all: Due[] = [
    // threat: Stripe's stand-in keeps an unpaid update forever
    ...(pending_update
      ? [{ at: pending_update.expires_at, run: () => dropPending(account, subscription, { expired: true }) }]
      : []),
    ...(reminder === undefined || reminded ? [] : [{ at: reminder, run: () => remind(account, subscription) }]),
    ...(cancel_at === null ? [] : [{ at: cancel_at, run: () => endAsScheduled(account, subscription) }]),
    { at: ends, run: () => renew(account, subscription) },
  ];
  return all.reduce((one, other) => (other.at < one.at ? other : one));
}

function ofInvoice(account: Account, invoice: Wire.Invoice): Due | undefined {
  const { status, automatically_finalizes_at, next_payment_attempt } = invoice;
  const debit = account.state.debits.get(invoice.id);
  if (debit) return { at: debit.endsAt, run: () => endDebit(account, invoice) };
  if (status === "draft" && automatically_finalizes_at !== null) {
    return {
      at: automatically_finalizes_at,
      run: () => {
        Invoice.finalize(account, invoice);
        advance(account, invoice);
      },
    };
  }
  if (status === "open" && isSent(invoice) && invoice.due_date !== null && !account.state.overdue.has(invoice.id)) {
    return { at: invoice.due_date, run: () => fallDue(account, invoice) };
  }
  if (status !== "open" || next_payment_attempt === null) return undefined;
  return { at: next_payment_attempt, run: () => void collect(account, invoice) };
}

const ofSession = (account: Account, session: Wire.CheckoutSession): Due | undefined =>
  session.status === "open" ? { at: session.expires_at, run: () => void expire(account, {}, session.id) } : undefined;

function remind(account: Account, subscription: Wire.Subscription): void {
  account.state.reminded.set(subscription.id, subscription.trial_end ?? 0);
  emit(account, "customer.subscription.trial_will_end", subscription);
}

/** The first payment never arrived. */
function giveUp(account: Account, subscription: Wire.Subscription): void {
  const invoice = account.state.invoices.get(subscription.latest_invoice ?? "");
  if (invoice?.status === "open") Invoice.voidIt(account, invoice);
  change(account, "customer.subscription.updated", subscription, (one) => {
    one.status = "incomplete_expired";
    one.ended_at = one.created + patienceSeconds;
  });
}
