import type { ID } from "../../base/id.ts";
import type { Actor } from "../../kernel/actor.ts";
import { table } from "../../kernel/ports.ts";
import { Keys } from "../../table/keys.ts";
import { all, equal, type Step, update, when } from "../../table/table.ts";
import { BillingSeatRequestApproved } from "../events.ts";
import { failures, type Op } from "../row.ts";

/**
 * Returns the steps that end the requests that a change of seats was approved for, in the write that ends the change.
 * Those that were not paid are open again. Each says its share of the charge.
 */
export async function settle(
  organization: ID<"organization">,
  { id: operation, request, alsoFor = [], from, to, by }: Op,
  isMade: boolean,
  actor: Actor,
  charged: Op["shown"],
): Promise<Step[]> {
  if (!request) return [];
  const rows = await table.getMany([request, ...alsoFor].map((account) => Keys.seatRequest(organization, account)));
  const asRead = when(all(equal("state", "paying"), equal("operation", operation)), failures.moved);
  let before = 0;
  return rows.flatMap((row) => {
    // its author may have left, which removes it
    if (row?.operation !== operation || row.state !== "paying") return [];
    const { sk: account, seats } = row;
    const key = Keys.seatRequest(organization, account);
    if (!isMade) return [update(key, { set: { state: "open" }, unset: ["operation", "by"] }, asRead)];
    const priceOf = (many: number) => Math.round(((charged?.amount ?? 0) * many) / (to - from));
    const share = charged && { charged: { ...charged, amount: priceOf(before + seats) - priceOf(before) } };
    before += seats;
    return [
      update(key, { set: { state: "approved" } }, asRead),
      BillingSeatRequestApproved.record(organization, { account, seats, by, operation, ...share }, actor),
    ];
  });
}
