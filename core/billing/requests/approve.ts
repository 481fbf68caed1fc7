import * as v from "valibot";
import * as Event from "../../kernel/event.ts";
import { fn } from "../../kernel/fn.ts";
import { isBegun } from "../../kernel/idempotency.ts";
import { failures as memberFailures } from "../../member/failures.ts";
import { memberKeys } from "../../member/keys.ts";
import { check, present, update, when } from "../../table/table.ts";
import { Info, needStripe, own } from "../billing.ts";
import { billingKeys } from "../keys.ts";
import * as Quote from "../quote.ts";
import { reconcileOne } from "../reconcile.ts";
import { failures as rowFailures, rowOf } from "../row.ts";
import { failures as seatFailures } from "../seat-failures.ts";
import { make, previewing, shown } from "../seats.ts";
import { wanted } from "../wish.ts";
import { failures } from "./failures.ts";
import { isOpen, Which } from "./requests.ts";

// Functions

/**
 * Buys the seats that a member requests, for the price that was shown. The request is decided in the write that stores
 * the change of seats, so that of two approvals one is charged.
 */
export const approveSeatRequest = fn(
  "billing.approveSeatRequest",
  {
    input: v.strictObject({
      ...Which,
      /** The quote of the price that was shown, for as many seats as there are and those that are requested. */
      quote: Quote.Quote,
    }),
    output: Info,
    failures: [
      ...previewing,
      seatFailures.quoted,
      seatFailures.unpaid,
      rowFailures.moved,
      failures.decided,
      memberFailures.missing,
      Event.failures.repeated,
    ],
    reads: ({ account }, actor) => [...own({}, actor), billingKeys.seatRequest(actor.organization, account)],
  },
  async ({ account, requestedAt, quote }, actor, [found, billing, row]) => {
    await needStripe();
    if (isBegun()) {
      // the request may be open again by now, or gone with its author
      await reconcileOne(actor.organization, actor);
      const target = Quote.read(actor.organization, quote)?.to.seats;
      // threat: an approval that Stripe has refused is answered as if it were charged
      return shown(actor, ({ to }) => to === target);
    }
    if (row?.state !== "open") throw failures.decided();
    const seats = row.seats + (rowOf(billing)?.mirror?.quantity ?? 0);
    const change = await wanted({ seats }, actor, found, billing);
    return make(change, actor, {
      quote,
      more: { request: account },
      steps: ({ id: operation }) => [
        // threat: seats are bought for somebody who has left
        check(memberKeys.member(actor.organization, account), when(present, memberFailures.missing)),
        update(
          billingKeys.seatRequest(actor.organization, account),
          { set: { state: "paying", by: actor.account, operation } },
          // threat: a later request of a member is approved by what was reviewed of an earlier one
          when(isOpen(requestedAt), failures.decided),
        ),
      ],
    });
  },
);
