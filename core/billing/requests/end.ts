import type { ID } from "../../base/id.ts";
import type { Actor } from "../../kernel/actor.ts";
import { table } from "../../kernel/ports.ts";
import { all, equal, type Step, update, when } from "../../table/table.ts";
import { BillingSeatRequestApproved } from "../events.ts";
import { billingKeys } from "../keys.ts";
import { failures, type Op } from "../row.ts";

type Ended = { op: Op; isMade: boolean; charged: Op["shown"] };

/**
 * Returns the steps that end the requests that a change of seats was approved for, in the write that ends the change.
 * Those that were not paid are open again. Each says its share of the charge.
 */
export async function endRequests(
  organization: ID<"organization">,
  { op: { id: operation, request, alsoFor = [], from, to, by }, isMade, charged }: Ended,
  actor: Actor,
): Promise<Step[]> {
  if (!request) return [];
  // threat: of several requests that are paid together, others stay under way
  const rows = await table.getMany(
    [request, ...alsoFor].map((account) => billingKeys.seatRequest(organization, account)),
  );
  // threat: the end of a payment brings back the request of somebody who has left
  const asRead = when(all(equal("state", "paying"), equal("operation", operation)), failures.moved);
  let before = 0;
  return rows.flatMap((row) => {
    // its author may have left, which removes it
    // threat: a change of seats never ends because the author of its request has left
    if (row?.operation !== operation || row.state !== "paying") return [];
    const { sk: account, seats } = row;
    const key = billingKeys.seatRequest(organization, account);
    // threat: a request whose payment was declined is lost
    // threat: a request that is open again names who has approved it
    if (!isMade) return [update(key, { set: { state: "open" }, unset: ["operation", "by"] }, asRead)];
    const priceOf = (many: number) => Math.round(((charged?.amount ?? 0) * many) / (to - from));
    // threat: each of several requests says the whole charge
    const share = charged && { charged: { ...charged, amount: priceOf(before + seats) - priceOf(before) } };
    before += seats;
    return [
      update(key, { set: { state: "approved" } }, asRead),
      BillingSeatRequestApproved.record(organization, { account, seats, by, operation, ...share }, actor),
    ];
  });
}
