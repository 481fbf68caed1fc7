import { counted } from "../base/counted.ts";
import { dayMs, minuteSeconds } from "../base/duration.ts";
import { type ID, is } from "../base/id.ts";
import { BillingSeatRequestApproved, BillingSeatRequestDeclined, BillingSeatsRequested } from "../billing/events.ts";
import { now, queues, table } from "../kernel/ports.ts";
import { type Announcement, on, type Reaction, type Recorded } from "../kernel/reaction.ts";
import { moneyFor } from "../money/shape.ts";
import { ReclaimEnded } from "../reclaim/events.ts";
import { holders } from "../search/holders.ts";
import { Keys } from "../table/keys.ts";
import type { Draft } from "./draft.ts";
import { stillMembers } from "./still-members.ts";

// A request for seats waits for those who can buy them, and its author for their decision.

/** Automatic seats approve what they allow for within seconds. What is open for longer waits for a person. */
const automaticSeconds = 60;
/** One that is being paid is looked at so often until its payment ends: if it fails, the request waits for a person. */
const payingSeconds = 15 * minuteSeconds;
/** A payment waits for less: what is paid for longer waits for a person, too. */
const payingMs = dayMs;
const money = moneyFor("en");

export const seatRules: readonly Reaction<Promise<Draft[]>>[] = [
  ...on(BillingSeatsRequested, async ({ seats }, event): Promise<Draft[]> => {
    const { owner, by: person } = event;
    if (person && !(await needsPeople(event, person))) return [];
    const to = await holders(owner, ["owner", "admin"]);
    return [{ kind: "seats.requested", to, person, thing: counted(seats, "seat") }];
  }),
  ...on(BillingSeatRequestApproved, async ({ account, seats, by, charged }, { owner }): Promise<Draft[]> => {
    const thing = counted(seats, "seat");
    const to = await stillMembers(owner, [account]);
    if (is("account", by)) return [{ kind: "seats.approved", to, person: by, thing }];
    const owners = (await holders(owner, ["owner"])).filter((one) => one !== account);
    const bought = charged ? `${thing} for ${money(charged)}` : thing;
    return [
      { kind: "seats.approved", to, thing },
      // threat: owners do not learn what automatic seats bought for a member
      { kind: "seats.approved", to: owners, by: account, thing: bought },
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

/**
 * Returns whether a request waits for people. Where automatic seats may approve it, nobody is asked yet: the event comes
 * again, and what is still open then waits, whatever stood in the way.
 */
async function needsPeople(
  { owner, id: event, seq, at }: Recorded<ID<"organization">>,
  account: ID<"account">,
): Promise<boolean> {
  const [organizationRow, request] = await table.getMany([Keys.organization(owner), Keys.seatRequest(owner, account)]);
  const age = now().getTime() - Date.parse(at);
  const isNew = age < automaticSeconds * 1000;
  if (isNew && !organizationRow?.automatic) return true;
  // threat: nobody is asked for seats whose payment has failed
  const isPaying = request?.state === "paying";
  // threat: owners are asked for seats that were approved automatically
  // threat: owners are asked twice for a request that replaces an earlier one
  if ((request?.state !== "open" && !isPaying) || request.requestedAt > at) return false;
  // threat: owners are not asked for seats that nobody adds
  // threat: owners are asked for seats that are being paid
  // threat: a payment that never ends is asked about forever, and nobody learns of the request
  if (!isNew && (!isPaying || age >= payingMs)) return true;
  const again: Announcement = { owner, seq, event, type: BillingSeatsRequested.type };
  // threat: a request that nobody approves is lost
  await queues.send("work", [again], isNew ? automaticSeconds : payingSeconds);
  return false;
}
