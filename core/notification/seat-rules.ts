import { counted } from "../base/counted.ts";
import { type ID, is } from "../base/id.ts";
import { allows } from "../billing/automatic/state.ts";
import { BillingSeatRequestApproved, BillingSeatRequestDeclined, BillingSeatsRequested } from "../billing/events.ts";
import { rowOf } from "../billing/row.ts";
import { table } from "../kernel/ports.ts";
import { on, type Reaction } from "../kernel/reaction.ts";
import { ReclaimEnded } from "../reclaim/events.ts";
import { holders } from "../search/holders.ts";
import { Keys } from "../table/keys.ts";
import type { Draft } from "./draft.ts";
import { stillMembers } from "./still-members.ts";

// A request for seats waits for those who can buy them, and its author for their decision.

export const seatRules: readonly Reaction<Promise<Draft[]>>[] = [
  ...on(BillingSeatsRequested, async ({ seats }, { owner, by: person }): Promise<Draft[]> => {
    if (person && (await isGranted(owner, person, seats))) return [];
    const to = await holders(owner, ["owner", "admin"]);
    return [{ kind: "seats.requested", to, person, thing: counted(seats, "seat") }];
  }),
  ...on(BillingSeatRequestApproved, async ({ account, seats, by }, { owner }): Promise<Draft[]> => {
    const person = is("account", by) ? by : undefined;
    return [
      { kind: "seats.approved", to: await stillMembers(owner, [account]), person, thing: counted(seats, "seat") },
    ];
  }),
  ...on(BillingSeatRequestDeclined, async ({ account, seats }, { owner, by: person }): Promise<Draft[]> => {
    return [
      { kind: "seats.declined", to: await stillMembers(owner, [account]), person, thing: counted(seats, "seat") },
    ];
  }),
  ...on(ReclaimEnded, async ({ account, removed, revoked }, { owner }): Promise<Draft[]> => {
    const count = removed + revoked;
    return [{ kind: "seats.reclaimed", to: await stillMembers(owner, [account]), thing: counted(count, "seat") }];
  }),
];

/** Nobody is asked for what automatic seats grant: what is within their limit, unless they are stopped. */
async function isGranted(organization: ID<"organization">, account: ID<"account">, seats: number): Promise<boolean> {
  const [organizationRow, billing, request] = await table.getMany([
    Keys.organization(organization),
    Keys.billing(organization),
    Keys.seatRequest(organization, account),
  ]);
  if (!organizationRow?.automatic) return false;
  return (request !== undefined && request.state !== "open") || allows(organizationRow, rowOf(billing), seats);
}
