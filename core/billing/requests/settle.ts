import type { ID } from "../../base/id.ts";
import type { Actor } from "../../kernel/actor.ts";
import { table } from "../../kernel/ports.ts";
import { Keys } from "../../table/keys.ts";
import { all, equal, type Step, update, when } from "../../table/table.ts";
import { BillingSeatRequestApproved } from "../events.ts";
import { failures, type Op } from "../row.ts";

/**
 * Returns the steps that end the request that a change of seats was approved for, in the write that ends the change. One
 * that was not paid is open again.
 */
export async function settle(
  organization: ID<"organization">,
  { id: operation, request, from, to, by }: Op,
  isMade: boolean,
  actor: Actor,
  charged: Op["shown"],
): Promise<Step[]> {
  if (!request) return [];
  const key = Keys.seatRequest(organization, request);
  const row = await table.get(key);
  // its author may have left, which removes it
  if (row?.operation !== operation || row.state !== "paying") return [];
  const asRead = when(all(equal("state", "paying"), equal("operation", operation)), failures.moved);
  if (!isMade) return [update(key, { set: { state: "open" }, unset: ["operation", "by"] }, asRead)];
  const approved = { account: request, seats: to - from, by, operation, ...(charged && { charged }) };
  return [
    update(key, { set: { state: "approved" } }, asRead),
    BillingSeatRequestApproved.record(organization, approved, actor),
  ];
}
