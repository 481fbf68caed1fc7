import * as v from "valibot";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import * as Windows from "../rate/windows.ts";
import * as Seat from "../seat/seat.ts";
import * as Invitation from "./invitation.ts";
import { candidateOf, emailOf, type Judgment, judge, type Known, keysOf, knownOf, withLapsed } from "./judge.ts";
import {
  described,
  IfPending,
  isDone,
  isSoon,
  obstacleNames,
  Pending,
  pendingOf,
  Rows,
  sentenceOf,
  shown,
} from "./send.ts";
import type { IfPending as IfPendingName } from "./shape.ts";

// Shapes

/** The expected result of inviting someone. */
export const Reviewed = v.object({
  ...described,
  /** `ready`, or what stands in the way. */
  label: v.picklist(["ready", "change", ...obstacleNames]),
  pending: v.optional(Pending),
});

// Functions

/** Returns for each row of a list what sending it would do, and changes nothing. */
export const review = fn(
  "invitation.review",
  {
    input: v.strictObject({ invitations: Rows, ifPending: IfPending }),
    output: v.object({
      /** A result for each person, in the order of the request. */
      items: v.array(Reviewed),
      seats: Seat.Count,
    }),
    failures: [Seat.failures.frozen, Windows.failures.limited],
    // threat: a review reads its rows before it is refused
    reads: ({ invitations }, actor) => keysOf(Windows.isCounted(invitations.length) ? [] : invitations, actor),
  },
  async ({ invitations, ifPending }, actor, prefetched) => {
    await Windows.takeReads(invitations.length, actor);
    const rows = Windows.isCounted(invitations.length) ? await table.getMany(keysOf(invitations, actor)) : prefetched;
    const known = await withLapsed(knownOf(rows, actor));
    // threat: a review says ready although the organization may not grow
    if (!known.organizationRow.growth) throw Seat.failures.frozen();
    return {
      items: judge(invitations.map(candidateOf), known, actor, { ifPending }).map((one) =>
        describeReview(one, known, ifPending),
      ),
      seats: Seat.count(known.organizationRow),
    };
  },
);

/** Returns what sending a row would do. */
function describeReview({ row, label }: Judgment, known: Known, ifPending?: IfPendingName) {
  if (label === "ready") return { ...shown(row), label, message: "Ready to be sent." };
  if (label === "change") {
    const found = row.address ? known.found.get(row.address) : undefined;
    const isTooSoon = Invitation.isPending(found) && emailOf(found, ifPending) === "too_soon";
    const message = `The pending invitation will be changed.${isTooSoon ? ` ${isSoon} will be sent.` : ""}`;
    return { ...shown(row), label, message, ...pendingOf(row, known) };
  }
  const obstacle = label === "sent" || isDone(label) ? "already_invited" : label;
  const pending = obstacle === "invited_differently" ? pendingOf(row, known) : {};
  return { ...shown(row), label: obstacle, message: sentenceOf(obstacle, row), ...pending };
}
