import * as v from "valibot";
import { accountKeys } from "../account/keys.ts";
import type { ProfileRow } from "../account/row.ts";
import { Email } from "../account/shape.ts";
import * as ID from "../base/id.ts";
import * as Invitation from "../invitation/invitation.ts";
import { invitationKeys } from "../invitation/keys.ts";
import * as Link from "../invitation/link.ts";
import type { AddressRow, PendingRow } from "../invitation/row.ts";
import { MailPostponed } from "../kernel/mail-error.ts";
import { instant, type SendSlot, settings, table } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { waiting } from "../rate/budgets.ts";
import * as Limits from "../rate/limits.ts";
import { above, all, type ConditionOf, equal } from "../table/table.ts";
import { compose } from "./compose.ts";
import { mailKeys } from "./keys.ts";
import type { BlockRow } from "./row.ts";
import { giveUp, type MailRow, sendWithin, toSend } from "./send-once.ts";
import { suppressionOf } from "./shape.ts";
import { type Invited, invitationTemplate, reminderTemplate } from "./template.ts";

/** Seconds until it looks again. Less than the queue delay that triggers the operator's alarm. */
export const suspendedSeconds = 600;

// Shapes

const invitation = {
  organization: ID.schema("organization"),
  address: ID.schema("address"),
  attempt: v.pipe(v.number(), v.integer(), v.minValue(1)),
};

/** The mail of an invitation, or its reminder. */
export const Job = v.variant("kind", [
  v.strictObject({ kind: v.literal("invitation"), ...invitation, ...waiting }),
  v.strictObject({ kind: v.literal("reminder"), ...invitation, ...waiting }),
]);
export type Job = v.InferOutput<typeof Job>;

type Found = {
  row: AddressRow | undefined;
  organizationRow: OrganizationRow | undefined;
  block: BlockRow | undefined;
  /** The event of its import, if it is sent with the others of that event. */
  mailing?: number;
};
/** A mail that may be sent as long as its row meets `still`. */
export type Open = {
  job: Job;
  row: PendingRow;
  organizationRow: OrganizationRow;
  mailRow: MailRow;
  still: ConditionOf<AddressRow>;
};

// Functions

export const keysOf = ({ organization, address }: Pick<Job, "organization" | "address">) => ({
  row: invitationKeys.addressIn(organization, address),
  organizationRow: organizationKeys.organization(organization),
  block: mailKeys.suppression(address),
});

export function mailRowOf({ kind, organization, address }: Omit<Job, "attempt">): MailRow {
  const key = invitationKeys.addressIn(organization, address);
  // threat: the cooldown does not know when a worker began to send an email
  return kind === "invitation"
    ? { key, state: "mail", delivery: "delivery", claimedAt: "claimedAt" }
    : { key, state: "reminder", delivery: "reminderDelivery" };
}

/**
 * Returns whether this mail is sent, or in a word why not. Mails to suppressed addresses are given up. Those that are
 * paused are queued again when they are resumed.
 * @throws MailPostponed while the organization is suspended, MailUnconfirmed while the provider may still report it
 */
export async function judge(job: Job, { row, organizationRow, block, mailing }: Found): Promise<Open | string> {
  const { attempt } = job;
  const asked: MailRow = Object.assign(mailRowOf(job), mailing !== undefined && { also: { mailing } });
  if (!Invitation.isOpen(row) || row.attempt !== attempt || !organizationRow) return "gone";
  const state = row[asked.state];
  const mailRow = toSend(asked, state, row[asked.delivery]);
  if (!mailRow) return state === undefined ? "not requested" : `${state} already`;
  // threat: a resent invitation is mailed with its old link
  // threat: an ended invitation is mailed
  // threat: an expired invitation is mailed
  const still = all(equal("state", "pending"), equal("attempt", attempt), above("expiresAt", instant()));
  // an organization that is restored shows what was not sent
  // threat: a suspension drops the mails that wait
  // threat: invitations of a deleted organization are mailed
  if (organizationRow.state === "deleted") return giveUp(mailRow, "failed", still);
  // threat: mail to addresses that bounced or complained
  if (suppressionOf(block, row.allowedAt)) return giveUp(mailRow, "suppressed", still);
  // threat: paused emails are sent
  if (organizationRow.mailPaused) return "paused";
  // threat: a suspended organization sends mail
  if (organizationRow.state !== "active") {
    throw new MailPostponed("The organization is suspended.", { seconds: suspendedSeconds });
  }
  return { job, row, organizationRow, mailRow, still };
}

/**
 * Sends it at its slot, once. `more` are further tags. Returns what happened to it.
 * @throws MailPostponed if it has to wait, MailUnconfirmed if the result is unknown
 */
export async function send(
  { job, row, organizationRow, mailRow, still }: Open,
  slot: SendSlot,
  more: Record<string, string> = {},
): Promise<string> {
  const { kind, organization, address } = job;
  const invited = await describe(job, row, organizationRow);
  const content = kind === "invitation" ? invitationTemplate(invited) : reminderTemplate(invited);
  const tags = { kind, organization, address, by: row.by, ...more };
  const share = { limit: Limits.invitationsPerAddress, who: address };
  const waiting = { mailRow, holds: still, slot };
  return sendWithin(share, waiting, (delivery) =>
    Object.assign(
      compose(invited.email, content, { ...tags, delivery }),
      invited.replyTo && { replyTo: invited.replyTo },
    ),
  );
}

/** Nothing unless the stored address is one as it would be stored today: it becomes a header. */
function replyToOf({ name, email }: ProfileRow) {
  const address = v.safeParse(Email, email);
  // threat: a stored address that is none becomes a header
  return address.success && address.output === email ? { name: line(name), address: email } : undefined;
}

// threat: a name begins another line of a header
/** A name is shown in one line: what could begin another header is a space. */
const line = (name: string) => name.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();

async function describe(
  { organization, address, attempt }: Job,
  row: PendingRow,
  organizationRow: OrganizationRow,
): Promise<Invited> {
  const { by, email, role, message, expiresAt } = row;
  const inviter = await table.get(accountKeys.profile(by));
  return {
    email,
    organization: organizationRow.name,
    role,
    inviter: inviter?.name,
    // threat: an inviter's address is shown although the operator turned that off
    replyTo: inviter && settings().repliesReachInviter !== false ? replyToOf(inviter) : undefined,
    message,
    expiresAt,
    url: Link.mint({ organization, address, attempt, by }),
  };
}
