import { announcingCard, announcingTrial } from "./announce.ts";
import {
  commandOf,
  dropping,
  finalizing,
  givingUp,
  making,
  nextAttempt,
  overtaking,
  revertingOf,
  stateOf,
  waiting,
} from "./change.ts";
import { type Command, unsent } from "./commands.ts";
import { copying, labeling } from "./copy.ts";
import { recordDisputes } from "./dispute.ts";
import { answered, late, replacing, report, reportLate, unrecorded } from "./duplicate.ts";
import type { Decision, Facts, Given, StateOfChange } from "./facts.ts";
import { seatItemOf } from "./mirror.ts";
import { oneMethod, rekeying, retrying } from "./payment-method.ts";
import { isLive, type Op } from "./row.ts";
import { cancellations, endings, ownOf } from "./subscriptions.ts";
import { keepUnused, returnUnused } from "./unused.ts";

// What follows from what is recorded and what Stripe has. It reads nothing and writes nothing.

type Follows = (facts: Facts) => Decision | undefined;

/**
 * The situations, in the order in which they are asked: the first that holds decides. Each comment says when it holds, and
 * then what follows; docs/billing.md is made from them.
 */
export const situations: { readonly [name: string]: Follows } = {
  /** A payment is disputed, or the bank has decided a dispute that is recorded. It is recorded with its event; while a bank has a payment, or the operator has not dealt with a lost one, nobody buys more. */
  disputed: recordDisputes,

  /** The organization is deleted, what is left of its paid period is to be returned, and an invoice for more seats waits. It is voided, and its seats, which nobody has paid, are taken away at Stripe. */
  deletedUnpaid: (facts) => ofChange(facts, ["drafted", "waits", "givenUp"], givingUp),

  // it ends before a change under way can cost anything
  // threat: a change of seats is charged to a deleted organization
  // threat: a deleted organization goes on paying
  /** The organization is deleted, and a checkout is open or a subscription is active. Checkouts are expired, then subscriptions canceled; what is left of a paid period is credited, or recorded as what is to be returned, if the deployment says so. */
  deleted: (facts) =>
    facts.isDeleted
      ? (keepUnused(facts) ?? sending(facts, endings(facts.snapshot, facts, facts.organizationRow.deletedAt)))
      : undefined,

  /** The rest of a paid period is to be returned, and its subscription has ended, or is kept after all. It is returned, each part with its event; of one that is kept, nothing is. A part that Stripe refuses to return is a payment that bought nothing. */
  unused: returnUnused,

  /** Stripe has made the change, and its invoice is paid or not waited for. An invoice for the time before its seats counted is voided; then they count, its charge is recorded, and the requests that it was for are approved. */
  changeMade: (facts) => ofChange(facts, ["made"], making),

  /** Stripe has declined the change, it was not paid in time, or its subscription has ended. An open invoice for it is voided. It is recorded with the reason, and requests are open again; what was paid for it all the same is to be returned. */
  changeDropped: (facts) => ofChange(facts, ["over", "refused"], dropping),

  /** Stripe waits for the payment of the change, or its invoice is open. It is recorded until when, with its invoice; no seats count yet. */
  changeWaiting: (facts) => ofChange(facts, ["waits"], waiting),

  /** Stripe has made the change, and its invoice is a draft. It is made final, so that Stripe sends it. */
  changeDrafted: (facts) => ofChange(facts, ["drafted"], finalizing),

  /** The invoice of the change was voided, or marked as uncollectible. Its seats are taken away at Stripe: without a credit, or with one for the rest of a period that has begun since. */
  changeGivenUp: (facts) => ofChange(facts, ["givenUp"], revertingOf),

  /** Stripe does not know the change, whose price nobody was shown, and the subscription has renewed since. It counts from the new period. */
  changeOvertaken: (facts) => ofChange(facts, ["unsent"], overtaking),

  /** Stripe does not know the change. It is sent, under the key of its attempt. */
  changeUnsent: (facts) => ofChange(facts, ["unsent"], ({ row }, op) => ({ commands: [commandOf(op, row)] })),

  /** Stripe keeps an error for the key of the attempt. The next attempt gets the next key. */
  changeFailed: (facts) => ofChange(facts, ["failed"], nextAttempt),

  /** Stripe could not be reached, or has failed too often. Nothing else is decided before it is known whether the change was made: a later run looks again. */
  changeUnclear: (facts) => ofChange(facts, ["unclear"], () => ({ ends: "unclear" })),

  /** A bank has paid or refused what is to be returned, it was returned at Stripe, or its subscription is kept after all. What a bank paid can be refunded, what was returned has its event, and the rest needs no more. */
  bankAnswered: answered,

  /** Another subscription than the recorded one is kept, which was there before that ended, or the recorded one is kept again. It is recorded until when the recorded one was kept, since what was paid for it until then bought seats. */
  replaced: replacing,

  /** A second subscription is active, or has ended beside the one that is kept, and a payment for it is not recorded. It is recorded as one to return. */
  secondPaid: unrecorded,

  // threat: a second subscription of an organization is paid forever
  /** A second subscription is active. It is canceled: a paid one stays before one that is not, the recorded one before others, the oldest before later ones. */
  secondActive: (facts) => sending(facts, cancellations(facts.others)),

  /** A second subscription has ended, or a dropped change was paid, and no event says so. The event is recorded, and owners are notified. */
  secondEnded: report,

  /** No line of the active subscription is known to be for seats. Nothing of it is copied, and it needs attention. */
  seatsUnknown: (facts) => (hasUnknownSeats(facts) ? { ends: "attention" } : undefined),

  /** The active subscription is labeled with another organization, or with none. It is labeled with its own. */
  unlabeled: labeling,

  /** The active subscription has a payment method of its own, which is charged whatever the customer's is. The newer of the two becomes the customer's, and the only one. */
  methodOfItsOwn: oneMethod,

  /** Another payment method was chosen, and an invoice waits for its payment. It is charged at once, or by a later run if Stripe cannot do it now; only a card pays a change that waits. */
  methodChanged: retrying,

  /** Stripe has something else than what is recorded, or time has changed what follows from it. It is copied, with the status, the seats, and the events that follow. */
  different: copying,

  /** Stripe keeps an error for the key of a payment to another method, and nothing else was written since. A later run gets another key. */
  paymentFailed: rekeying,

  /** A payment is known that came after its subscription had ended, or its organization was deleted, or that a bank still processes then. It is recorded as one to return, unless it is for a period that is over. */
  paidLate: late,

  /** Such a payment was made, and no event says so. The event is recorded, and owners are notified. */
  paidLateUnsaid: reportLate,

  /** A trial ends soon, will be charged, and its owners were not notified. The event is recorded, and they are. */
  trialEnding: announcingTrial,

  /** The card that is charged expires soon, or has expired, its subscription goes on, and its owners were not notified. The event is recorded, and they are. */
  cardExpiring: announcingCard,
};

// Functions

/** Returns what is given, with what it says. */
export function factsOf(given: Given): Facts {
  const { organization, organizationRow, row, snapshot } = given;
  const own = ownOf(organization, row, snapshot);
  return { ...given, ...own, isDeleted: organizationRow.state === "deleted", state: stateOf(given) };
}

/** Returns the first situation that holds, with what follows from it. In none, everything agrees, or waits. */
export function decide(facts: Facts): (Decision & { situation: string }) | undefined {
  for (const [situation, follows] of Object.entries(situations)) {
    const decision = follows(facts);
    if (decision) return { situation, ...decision };
  }
}

/** Returns whether an active subscription has no line that is known to be for seats. */
export const hasUnknownSeats = ({ found, row }: Facts): boolean =>
  found !== undefined && isLive(found) && !seatItemOf(found, row.mirror);

function sending({ answers }: Facts, wanted: readonly Command[]): Decision | undefined {
  const commands = unsent(wanted, answers);
  return commands.length > 0 ? { commands } : undefined;
}

function ofChange(
  facts: Facts,
  states: readonly StateOfChange[],
  follows: (facts: Facts, op: Op) => Decision | undefined,
): Decision | undefined {
  const { state, row } = facts;
  return row.op && state && states.includes(state) ? follows(facts, row.op) : undefined;
}
