import { isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import type { Actor } from "../kernel/actor.ts";
import { instant, stripe, table } from "../kernel/ports.ts";
import { StripeError, type StripeInvoice, type StripeSubscription } from "../kernel/stripe-port.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Plan from "../plan/plan.ts";
import * as Stop from "./automatic/stop.ts";
import { debitOf, isDebit } from "./debit.ts";
import * as Dirty from "./dirty.ts";
import { duplicateOf, isPayment } from "./duplicate.ts";
import { BillingResizeDropped, BillingResized } from "./events.ts";
import { billingKeys } from "./keys.ts";
import * as Change from "./ledger/record.ts";
import { settle } from "./requests/settle.ts";
import { type Dropped, type Duplicate, failures, isLive, isSame, mirrorOf, type Op, type Row, rowOf } from "./row.ts";
import { save } from "./save.ts";
import { automatically } from "./shape.ts";
import { sideOf } from "./side.ts";
import * as BillingStatus from "./status.ts";

/** Attempts of one run; after that, the next reconciliation continues. */
const maxAttempts = 3;

type Organization = ID.ID<"organization">;

// Functions

/** `none`: nothing is under way anymore. `waiting`: for a payment. `unknown`: Stripe must be called again later. */
export type Driven = "none" | "waiting" | "unknown";

/**
 * Completes the seat operation of an organization. Everybody who does so sends the same quantity with the same key,
 * which Stripe applies once.
 * @param isFresh it was begun just now, so Stripe cannot know it
 */
export async function drive(organization: Organization, actor: Actor, { isFresh = false } = {}): Promise<Driven> {
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const row = rowOf(await table.get(billingKeys.billing(organization)));
    if (!row?.op) return "none";
    const state = await step(organization, row, row.op, actor, isFresh && attempt === 1).catch((error: unknown) => {
      // threat: a change that is made is answered as if it had failed because an event of Stripe was faster
      if (isFailure(error, failures.moved)) return "again" as const;
      throw error;
    });
    if (state !== "again") return state;
  }
  return "unknown";
}

async function step(organization: Organization, row: Row, op: Op, actor: Actor, isFresh: boolean) {
  const settle = (found: StripeSubscription | undefined) => end(organization, row, op, found, actor);
  const wait = (found: StripeSubscription) => keepWaiting(organization, row, op, found);
  try {
    if (!isFresh) {
      const before = await look(row, op);
      const known = stateOf(before, op);
      if (known === "waits" && before) return await wait(before);
      if (known !== "open") return await settle(before);
    }
    const trouble = await send(op, row);
    if (trouble === "busy" || trouble === "lost") return "unknown";
    const found = await look(row, op);
    const state = stateOf(found, op);
    if (state === "waits" && found) return await wait(found);
    // threat: a change that Stripe refuses is tried again and again
    if (state !== "open" || trouble !== "failed") return await settle(found);
    // Stripe may have stored the error under the key, and nothing was changed: the next attempt uses the next key
    // threat: an error that Stripe keeps under its idempotency key is returned again and again
    await table.write(save(organization, row, { ...row, op: { ...op, attempt: op.attempt + 1 } }));
    return "again";
  } catch (error) {
    // threat: a change that Stripe has made fails because Stripe cannot be read then
    if (error instanceof StripeError) return "unknown";
    throw error;
  }
}

async function send(op: Op, { mirror }: Row): Promise<StripeError["trouble"] | undefined> {
  try {
    // threat: a change that nobody asked for waits for a payment, and holds up its owners for a day
    // threat: a change that somebody is there to pay is refused
    const isAutomatic = op.by === automatically;
    // threat: seats are requested as a difference
    // threat: Stripe refuses each change that an account at a bank pays
    const change = { ...op, quantity: op.to, isDebited: isDebit(mirror?.method?.type), isAutomatic };
    // threat: a change of seats has a new idempotency key each time, and so is made twice
    await stripe().changeSeats(change, op.id, `${op.id}.${op.attempt}`);
    return;
  } catch (error) {
    if (error instanceof StripeError) return error.trouble;
    throw error;
  }
}

/** A replayed answer is old, so Stripe's current state is always read. */
async function look({ customer }: Row, op: Op): Promise<StripeSubscription | undefined> {
  const found = await stripe().subscriptionsOf(customer);
  return found.find(({ id }) => id === op.subscription);
}

/** The state of an operation: `over` if it will have no effect, `open` if Stripe does not know it. */
function stateOf(found: StripeSubscription | undefined, op: Op): "made" | "waits" | "over" | "open" {
  // threat: an error of Stripe is not looked behind, and what was made is made again
  if (found?.op === op.id) return "made";
  if (!found || !isLive(found)) return "over";
  if (found.pending?.op === op.id) return "waits";
  return op.waitsUntil ? "over" : "open";
}

async function keepWaiting(organization: Organization, row: Row, op: Op, found: StripeSubscription): Promise<Driven> {
  const waitsUntil = found.pending?.until;
  // later ones of the same subscription are for something else
  // threat: a later invoice is taken for that of a change that waits
  const invoice = op.invoice ?? found.latestInvoice ?? "";
  const { debit: before, ...rest } = row;
  const debit = await debitOf(found, row);
  if (waitsUntil && !isSame([op.waitsUntil, op.invoice, before], [waitsUntil, invoice, debit])) {
    await table.write(
      save(organization, row, { ...rest, op: { ...op, waitsUntil, invoice }, ...(debit && { debit }) }),
    );
  }
  return "waiting";
}

async function end(
  organization: Organization,
  row: Row,
  op: Op,
  found: StripeSubscription | undefined,
  actor: Actor,
): Promise<Driven> {
  const organizationRow = await table.get(organizationKeys.organization(organization));
  if (!organizationRow) throw new Error(`${organization} is gone, and Stripe still has an operation of it.`);
  const { op: _op, dropped: _dropped, debit: _debit, ...rest } = row;
  const debit = found && (await debitOf(found, row));
  const at = instant();
  const isMade = found?.op === op.id;
  const reason: Dropped["reason"] = !found || !isLive(found) ? "ended" : op.waitsUntil ? "unpaid" : "refused";
  // threat: a dropped change is joined to the invoice of another one
  const invoice = isMade ? await invoiceFor(op, found, row) : await lateFor(op);
  // threat: a bank's payment for a dropped change is never returned
  const late = invoice && !isMade ? [lateOf(op, invoice)] : [];
  const next = {
    ...rest,
    ...(found && { mirror: mirrorOf(found, row.mirror, at) }),
    // threat: seats that Stripe adds before a bank has paid count
    ...(debit && { debit }),
    ...(late.length > 0 && { duplicates: [...(row.duplicates ?? []), ...late] }),
    ...(!isMade && { dropped: { operation: op.id, to: op.to, price: op.price, reason } as const }),
  };
  const isDeleted = organizationRow.state === "deleted";
  const wanted = BillingStatus.judge(organizationRow, next, at);
  // automatic seats end with their subscription
  const stop = Stop.after(organizationRow, row, op, isMade || reason === "ended" ? undefined : reason);
  const before = sideOf(row, {
    billingStatus: BillingStatus.billingStatusOf(organizationRow),
    capacity: organizationRow.capacity,
  });
  const sides = !isDeleted && before.billingStatus !== wanted.billingStatus && { before, after: sideOf(next, wanted) };
  const granted = BillingStatus.grantedOf(organizationRow);
  const change = { operation: op.id, from: op.from, to: op.to, plan: Plan.nameOfPrice(op.price), granted };
  const common = { ...change, by: op.by, ...sides };
  const charged = isMade && invoice ? { amount: invoice.due, currency: invoice.currency } : undefined;
  const { id: operation, shown } = op;
  // threat: a charge that differs from what was shown is not reported
  const mischarged = shown && charged && !isSame(shown, charged) ? { operation, at, shown, charged } : undefined;
  const asMade = row.mirror && isMade ? { ...row.mirror, quantity: op.to, price: op.price } : row.mirror;
  const seen = found && next.mirror ? { before: asMade, after: next.mirror, found, at } : undefined;
  const outcome = { at, charged, invoice: invoice?.id, dropped: isMade ? undefined : reason };
  await table.write(
    save(organization, row, { ...next, ...(mischarged && { mischarged }) }),
    // threat: a change of seats leaves no row in the seat ledger
    Change.recordOp(organization, op, outcome),
    // somebody may have changed it at Stripe since
    ...(seen ? Change.recordFound(organization, seen) : []),
    // threat: a change that was charged otherwise needs no attention until an event of Stripe arrives
    ...(mischarged ? [Dirty.mark(organization)] : []),
    // threat: a change of seats that ends late changes a deleted organization
    // threat: owners are told of automatic seats of a deleted organization
    ...(isDeleted ? [] : [...BillingStatus.apply(organization, organizationRow, wanted, stop), ...stop.steps]),
    ...(await settle(organization, op, isMade, actor, charged)),
    isMade
      ? BillingResized.record(organization, { ...common, shown: op.shown, charged }, actor)
      : BillingResizeDropped.record(organization, { ...common, reason }, actor),
  );
  return "none";
}

const lateOf = ({ id: operation, subscription }: Op, invoice: StripeInvoice): Duplicate => ({
  ...duplicateOf(subscription, invoice),
  operation,
  isUnreported: true,
});

/** Returns the invoice of a change that was dropped, if it is paid all the same: a bank may take longer than Stripe waits. */
async function lateFor({ invoice: id }: Op): Promise<StripeInvoice | undefined> {
  const invoice = id ? await stripe().invoice(id) : undefined;
  // threat: a change that was not paid in time is said to be paid late
  return invoice && isPayment(invoice) ? invoice : undefined;
}

/**
 * Returns the invoice that charged an increase, or whose payment a bank processes; a decrease has none of its own. It is
 * the last one, unless the operation ends late.
 */
async function invoiceFor(op: Op, { latestInvoice, status }: StripeSubscription, { customer }: Row) {
  if (!op.grows || !latestInvoice || status === "trialing") return;
  const latest = await stripe().invoice(latestInvoice);
  if (isFor(op, latest)) return latest;
  const { items } = await stripe().invoices(customer);
  for (const { id } of items.filter(({ createdAt }) => createdAt >= op.prorationAt)) {
    const one = await stripe().invoice(id);
    if (isFor(op, one)) return one;
  }
}

const isFor = ({ prorationAt }: Op, { status, isProcessing, lines }: StripeInvoice) =>
  // threat: a debited change does not say what it charges
  (status === "paid" || isProcessing) &&
  // threat: after a decrease an increase does not say what it charged
  lines.some(({ isProration, periodStart }) => isProration && periodStart === prorationAt);
