import { counted } from "../base/counted.ts";
import { is } from "../base/id.ts";
import { BillingSeatRequestApproved, BillingSeatRequestDeclined, BillingSeatsRequested } from "../billing/events.ts";
import { on, type Reaction } from "../kernel/reaction.ts";
import { ReclaimEnded } from "../reclaim/events.ts";
import { holders } from "../search/holders.ts";
import type { Draft } from "./draft.ts";
import { stillMembers } from "./still-members.ts";

// A request for seats waits for those who can buy them, and its author for their decision.

export const seatRules: readonly Reaction<Promise<Draft[]>>[] = [
  ...on(BillingSeatsRequested, async ({ seats }, { owner, by: person }): Promise<Draft[]> => {
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
