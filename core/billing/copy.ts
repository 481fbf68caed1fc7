import { withoutUndefined } from "../base/without-undefined.ts";
import type { StripeSubscription } from "../kernel/stripe-port.ts";
import type { Step } from "../table/table.ts";
import { causeOf } from "./cause.ts";
import { BillingUpdated } from "./events.ts";
import type { Copied, Decision, Facts } from "./facts.ts";
import { asCounted } from "./invoiced.ts";
import * as Change from "./ledger/record.ts";
import { mirrorOf } from "./mirror.ts";
import { invoiceIn, invoicesFor, type Snapshot } from "./observe.ts";
import { asCharged } from "./payment-method.ts";
import { type Checkout, isLive, isSame, type Mirror, type Row } from "./row.ts";
import type { Side } from "./shape.ts";
import { sideOf } from "./side.ts";
import * as BillingStatus from "./status.ts";
import { isPaid } from "./subscriptions.ts";

// Copies what Stripe has of an organization, with what follows from it.

/** The state at Stripe, as the row records it. */
type Seen = Pick<Row, "mirror" | "owed" | "debit" | "hasPaid">;
type Sides = { before: Side; after: Side };

// Functions

/** Returns what is to be written where what is recorded is not what Stripe has. */
export function copying(facts: Facts): Decision | undefined {
  const { organization, organizationRow, row, found, isDeleted, snapshot, actor } = facts;
  const { at } = snapshot;
  const seen = seenOf(facts);
  const { mirror } = seen;
  const expired = expiredOf(row.checkout, mirror, at);
  const next = nextOf(row, seen, expired);
  const { labeledFor, ...label } = labelOf(facts);
  // threat: a reconciliation changes a deleted organization
  const judged = isDeleted ? undefined : BillingStatus.judge(organizationRow, next, at);
  const status = judged ? BillingStatus.apply(organization, organizationRow, judged) : [];
  const isAsRecorded = isSame(mirror, row.mirror) && !expired && labeledFor === undefined;
  // threat: the next attempt is shown as it was first planned
  const isKnown = isAsRecorded && status.length === 0 && isSame([seen.owed, seen.debit], [row.owed, row.debit]);
  // threat: each comparison writes the billing row of an organization that agrees with Stripe
  if (isKnown) return;
  const copied = copiedOf(facts, next, { judged, labeledFor, isAsRecorded });
  const { before, after } = copied.sides;
  const steps = [
    ...recordFound(facts, seen),
    ...status,
    ...(before && after ? [BillingUpdated.record(organization, { before, after }, actor)] : []),
  ];
  const isOrphaned = found?.isCustomerDeleted === true && row.mirror !== undefined && isLive(row.mirror);
  return { write: { next, steps, ...(expired && { expired }) }, ...label, copied: { ...copied, isOrphaned } };
}

type Compared = {
  judged: BillingStatus.Judgment | undefined;
  labeledFor: string | undefined;
  isAsRecorded: boolean;
};

/** Returns what is said of it, which is nothing where nobody sees a difference. */
function copiedOf(
  { organization, organizationRow, row, snapshot }: Facts,
  next: Row,
  { judged, labeledFor, isAsRecorded }: Compared,
): Omit<Copied, "isOrphaned"> {
  const current = BillingStatus.currentOf(organizationRow);
  const before = { ...sideOf(row, current), ...withoutUndefined({ labeledFor }) };
  const sides = { before, after: sideOf(next, judged ?? current) };
  const cause = causeOf(row, next.mirror, snapshot.at);
  // that it is trusted now changes nothing that anybody sees
  const asTrusted = judged && { ...judged, hasPaid: current.hasPaid };
  const isNothingElse = !asTrusted || BillingStatus.apply(organization, organizationRow, asTrusted).length === 0;
  // threat: each card that a bank replaces fills the log
  const isQuiet = isNothingElse && (isAsRecorded || isUnseen(cause, sides));
  return { isExpected: labeledFor === undefined && cause !== "change", sides: isQuiet ? {} : sides };
}

function recordFound({ organization, row, found, snapshot: { at } }: Facts, { mirror: after, debit }: Seen): Step[] {
  if (!found || !after) return [];
  return Change.recordFound(organization, { before: row.mirror, after, debits: [row.debit, debit], found, at });
}

/** Returns what the snapshot says beside the subscription. */
function seenOf({ row, found, debits, snapshot, answers }: Facts): Seen {
  const { mirror: before, debit: recorded, hasPaid: known } = row;
  if (!found) return withoutUndefined({ mirror: before, debit: recorded, hasPaid: known });
  return withoutUndefined({
    mirror: asCharged(asCounted(mirrorOf(found, before, snapshot.at), found, row.op), found, { row, answers }),
    // threat: each failed attempt counts as a difference and fills the log
    owed: owedOf(found, snapshot),
    debit: debits.get(found.id),
    hasPaid: known ?? hasPaid(found, snapshot),
  });
}

/** Returns the row with what was seen. */
function nextOf(row: Row, seen: Seen, expired: Checkout | undefined): Row {
  const { checkout, owed: _owed, debit: _debit, ...rest } = row;
  return { ...rest, ...seen, ...(checkout && !expired && { checkout }) };
}

/** Returns the checkout if it can't be paid anymore: it has expired, or there is an active subscription. */
function expiredOf(checkout: Checkout | undefined, mirror: Mirror | undefined, at: string): Checkout | undefined {
  const isOpen = checkout && Date.parse(checkout.expiresAt) > Date.parse(at) && !(mirror && isLive(mirror));
  return isOpen ? undefined : checkout;
}

/** Returns whether a difference shows nowhere: a card has a later last month, or a release copies the method for the first time. */
function isUnseen(cause: ReturnType<typeof causeOf>, { before, after }: Sides): boolean {
  if (cause === "method") return isSame(before, after);
  return cause === "release" && isSame(withoutMethod(before), withoutMethod(after));
}

const withoutMethod = ({ paymentMethod: _method, ...rest }: Side) => rest;

/** Returns what an active subscription was labeled with until Stripe was told otherwise. */
function labelOf({ found, answers }: Facts): { labeledFor?: string; taken?: string[] } {
  const name = `label ${found?.id}`;
  const command = answers.get(name)?.command;
  return command?.do === "label" ? { labeledFor: command.was, taken: [name] } : {};
}

/** Returns the command that labels an active subscription with its organization, if it is not. */
export function labeling({ organization, found, answers }: Facts): Decision | undefined {
  // events name the organization by this label
  // threat: a lost label stays lost
  if (!found || !isLive(found) || found.organization === organization || answers.has(`label ${found.id}`)) return;
  const was = found.organization ?? "nobody";
  return { commands: [{ do: "label", subscription: found.id, organization, was }] };
}

/** Returns whether the last invoice of a subscription was paid, and was for more than nothing. */
function hasPaid(one: StripeSubscription, snapshot: Snapshot): true | undefined {
  const latest = isPaid(one) ? invoiceIn(snapshot, one.latestInvoice) : undefined;
  // threat: an invoice of nothing makes an organization trusted
  return (latest?.status === "paid" && latest.due > 0) || undefined;
}

/** Returns when Stripe tries next to collect what is past due. The last invoice may be one of a renewal since. */
function owedOf(one: StripeSubscription, snapshot: Snapshot): Row["owed"] {
  if (!BillingStatus.isOwing(one)) return;
  // threat: the retry of another subscription is shown for one that is past due
  const open = invoicesFor(snapshot, one.id).filter(({ status }) => status === "open");
  const [retryAt] = open.flatMap((invoice) => invoice.retryAt ?? []).toSorted();
  return retryAt === undefined ? {} : { retryAt };
}
