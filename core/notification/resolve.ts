import { dayMs, minuteSeconds } from "../base/duration.ts";
import type * as ID from "../base/id.ts";
import { BillingSeatsRequested } from "../billing/events.ts";
import { billingKeys } from "../billing/keys.ts";
import { commentKeys } from "../comment/keys.ts";
import { now, queues, table } from "../kernel/ports.ts";
import type { Announcement, Recorded } from "../kernel/reaction.ts";
import { memberKeys } from "../member/keys.ts";
import type { Audience } from "../message/audience.ts";
import { organizationKeys } from "../organization/keys.ts";
import { holders } from "../search/holders.ts";
import { updateKeys } from "../update/keys.ts";

type Account = ID.ID<"account">;
type Organization = ID.ID<"organization">;
type Event = Recorded<Organization>;
type Text = Extract<Audience, { moderatorsOf: unknown }>["moderatorsOf"];

/** Automatic seats approve what they allow for within seconds. What is open for longer waits for a person. */
const automaticSeconds = 60;
/** One that is being paid is looked at so often until its payment ends: if it fails, the request waits for a person. */
const payingSeconds = 15 * minuteSeconds;
/** A payment waits for less: what is paid for longer waits for a person, too. */
const payingMs = dayMs;

// Functions

/** Returns the accounts that an audience of an event has now. */
export async function resolve(audience: Audience, event: Event): Promise<Account[]> {
  const { owner } = event;
  if ("accounts" in audience) return [...audience.accounts];
  if ("members" in audience) return stillMembers(owner, audience.members);
  if ("all" in audience) {
    const found = await Promise.all(audience.all.map((one) => resolve(one, event)));
    return [...new Set(found.flat())];
  }
  if ("roles" in audience) {
    const found = await holders(owner, audience.roles);
    return found.filter((one) => !audience.except?.includes(one));
  }
  if ("approversOf" in audience) return approversOf(audience.approversOf, event);
  if ("answered" in audience) return answeredBy(owner, audience.answered);
  if ("authorOfDeleted" in audience) return authorOfDeleted(audience.authorOfDeleted, event);
  return moderatorsOf(audience.moderatorsOf, event);
}

/** Returns those of some accounts who are members now. */
async function stillMembers(organization: Organization, accounts: readonly Account[]): Promise<Account[]> {
  const rows = await table.getMany(accounts.map((one) => memberKeys.member(organization, one)));
  // threat: somebody who has left is still notified of the organization
  return accounts.filter((_, i) => rows[i]);
}

async function approversOf(account: Account | undefined, event: Event): Promise<Account[]> {
  const isNeeded = account === undefined || (await needsPeople(event, account));
  return isNeeded ? holders(event.owner, ["owner", "admin"]) : [];
}

/**
 * Returns whether a request waits for people. Where automatic seats may approve it, nobody is asked yet: the event comes
 * again, and what is still open then waits, whatever stood in the way.
 */
async function needsPeople({ owner, id: event, seq, at }: Event, account: Account): Promise<boolean> {
  const [organizationRow, request] = await table.getMany([
    organizationKeys.organization(owner),
    billingKeys.seatRequest(owner, account),
  ]);
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

/** The author of the update, and of the comment that is answered. */
async function answeredBy(
  organization: Organization,
  { update, team, replyTo }: Extract<Audience, { answered: unknown }>["answered"],
): Promise<Account[]> {
  const [row, comment] = await table.getMany([
    updateKeys.update(team ?? organization, update),
    ...(replyTo ? [commentKeys.comment(update, replyTo)] : []),
  ]);
  return [...new Set([comment?.author, row?.author])].filter((one) => one !== undefined);
}

/** The author, as long as they are a member, of what somebody else deleted. It may be restored by then. */
async function authorOfDeleted(text: Text, { owner, by }: Event): Promise<Account[]> {
  const [row] = await table.getMany([keyOf(text)]);
  if (by === undefined || row?.deletedAt === undefined || row.author === by) return [];
  // threat: somebody is notified of what was deleted although they are no longer a member
  return stillMembers(owner, [row.author]);
}

/** Owners and admins, but neither who reported it, nor who wrote it and would learn who that is. */
async function moderatorsOf(text: Text, { owner, by }: Event): Promise<Account[]> {
  const [[row], managers] = await Promise.all([table.getMany([keyOf(text)]), holders(owner, ["owner", "admin"])]);
  return managers.filter((manager) => manager !== by && manager !== row?.author);
}

const keyOf = ({ update, comment }: Text) =>
  comment === undefined ? updateKeys.updateText(update) : commentKeys.comment(update, comment);
