import * as v from "valibot";
import * as Account from "../account/account.ts";
import { accountKeys } from "../account/keys.ts";
import { hourSeconds } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { groupOf } from "../catalog/notifications.ts";
import { fn } from "../kernel/fn.ts";
import { MailPostponed, MailUnconfirmed } from "../kernel/mail-error.ts";
import { instant, table } from "../kernel/ports.ts";
import { isPaused, titlesOf } from "../notification/about.ts";
import { notificationKeys } from "../notification/keys.ts";
import { describe as describeNotification } from "../notification/list.ts";
import { waysOf } from "../notification/preference.ts";
import type { NotificationRow } from "../notification/row.ts";
import { isReport } from "../notification/shape.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Budgets from "../rate/budgets.ts";
import * as Limits from "../rate/limits.ts";
import * as Slots from "../rate/slots.ts";
import { sessionKeys } from "../session/keys.ts";
import { type Key, present, update } from "../table/table.ts";
import * as BacklogNote from "./backlog-note.ts";
import * as BillingMail from "./billing-mail.ts";
import * as Code from "./code.ts";
import * as CodeReputation from "./code-reputation.ts";
import { compose, composeForList } from "./compose.ts";
import * as Digest from "./digest.ts";
import * as Invite from "./invite.ts";
import { mailKeys } from "./keys.ts";
import { waitingHours } from "./limits.ts";
import * as Mailing from "./mailing.ts";
import * as MailingResend from "./mailing-resend.ts";
import { notificationTemplate } from "./notification-template.ts";
import * as Reputation from "./reputation.ts";
import { giveUp, type MailRow, recordStatus, sendOnce, sendWithin, toSend } from "./send-once.ts";
import { suppressionOf } from "./shape.ts";

// Shapes

/** A mail to send, identified by the row that requests it. Its content is read when it is sent. */
export const Job = v.variant("kind", [
  v.strictObject({ kind: v.literal("code"), flow: ID.schema("flow"), ...Budgets.waiting }),
  v.strictObject({
    kind: v.literal("notification"),
    account: ID.schema("account"),
    notification: ID.schema("notification"),
    ...Budgets.waiting,
  }),
  BillingMail.Job,
  Digest.Job,
  ...Invite.Job.options,
]);
export type Job = v.InferOutput<typeof Job>;
type Of<K extends Job["kind"]> = Extract<Job, { kind: K }>;

/** An event of a mail, as the provider reports it. */
export const ProviderEvent = v.strictObject({
  mailStatus: v.picklist(["sent", "delivered", "bounced", "complained", "rejected"]),
  /** A bounce that retrying cannot fix. */
  permanent: v.boolean(),
  recipients: v.array(v.string()),
  tags: v.record(v.string(), v.string()),
  sentAt: v.optional(v.pipe(v.string(), v.isoTimestamp())),
});

// Functions

/**
 * Sends one queued mail. After a crash a code may be sent twice, which is the same one; anything else only if the
 * provider does not report what it accepted.
 * @throws MailPostponed if it should be retried later, MailUnconfirmed if the result is unknown
 */
export const deliver = fn("mail.deliver", { input: Job, output: v.object({ outcome: v.string() }) }, async (job) => {
  // threat: a mail leaves before it is booked
  if (job.turn && job.turn.at > instant()) throw new MailPostponed("It is booked for later.", { booking: job.turn });
  const bookings = Budgets.open(job.turn);
  try {
    return { outcome: await deliverOne(job, bookings) };
  } catch (error) {
    // threat: a mail that waits is booked again at each try
    if (error instanceof MailPostponed || error instanceof MailUnconfirmed) error.booking ??= bookings.current;
    throw error;
  }
});

/** Returns the row that the mail of a job belongs to, as the backlog names it; nothing if it is gone. */
export async function notedOf(job: Job): Promise<BacklogNote.Noted | undefined> {
  const mail = job.kind === "digest" ? await Digest.keyOf(job) : keyOfMail(job);
  return mail && { kind: job.kind, mail };
}

function keyOfMail(job: Exclude<Job, Digest.Job>): Key {
  switch (job.kind) {
    case "code":
      return sessionKeys.flow(job.flow);
    case "notification":
      return notificationKeys.notification(job.account, job.notification);
    case "billing":
      return BillingMail.mailRowOf(job).key;
    case "invitation":
    case "reminder":
      return Invite.mailRowOf(job).key;
  }
}

/** Records the provider's event about a mail: its row shows it, and a bounced address gets only codes from then on. */
export const record = fn(
  "mail.record",
  {
    input: ProviderEvent,
    output: v.object({
      /** True if it paused the emails of an organization. */
      paused: v.boolean(),
      /** True if the mail was sent again, because the provider reported it too late. */
      isDouble: v.boolean(),
    }),
  },
  async (event, actor) => {
    const { mailStatus, permanent, recipients, tags, sentAt = instant() } = event;
    const { isNews, isDouble } = await recordOnRow(event);
    const isTemporary = mailStatus === "bounced" && !permanent;
    if (mailStatus === "sent" || mailStatus === "rejected" || isTemporary) return { paused: false, isDouble };
    if (mailStatus !== "complained") await CodeReputation.count(tags, mailStatus);
    if (mailStatus !== "delivered") {
      for (const email of recipients) {
        await table.write(update(mailKeys.suppression(Account.addressOf(email)), { set: { [mailStatus]: instant() } }));
      }
    }
    // threat: a repeated event counts twice
    const sender = isNews && senderOf(tags);
    return { paused: sender ? await Reputation.count(sender, { mailStatus, sentAt }, actor) : false, isDouble };
  },
);

/** Records the status on the row that the mail belongs to, and what is counted of it. */
async function recordOnRow({ mailStatus, tags }: v.InferOutput<typeof ProviderEvent>) {
  const mailRow = mailRowOf(tags);
  const mailing = Mailing.named(tags);
  const isRejected = mailStatus === "rejected";
  if (mailRow && isRejected) await BacklogNote.note(rejected(tags, mailRow, mailing), { failedAt: instant() });
  const recorded = await recordStatus(mailRow, tags.delivery, isRejected ? "failed" : mailStatus);
  if (mailRow && mailing && (recorded.isNews || mailStatus !== "sent")) await Mailing.queueRecount(mailing);
  return recorded;
}

function deliverOne(job: Job, bookings: Budgets.Bookings): Promise<string> {
  switch (job.kind) {
    case "code":
      return Code.deliver(job.flow, bookings);
    case "notification":
      return deliverNotification(job, bookings);
    case "billing":
      return BillingMail.deliver(job, () => bookings.takeOf("notifications", job.organization));
    case "digest":
      return Digest.deliver(job, (untilMs) => bookings.take({ name: "digests", perHour: Budgets.perHour(), untilMs }));
    case "invitation":
    case "reminder":
      return deliverInvitation(job, bookings);
  }
}

async function deliverNotification({ kind, account, notification }: Of<"notification">, bookings: Budgets.Bookings) {
  const [row, profile] = await table.getMany([
    notificationKeys.notification(account, notification),
    accountKeys.profile(account),
  ]);
  if (!row || !profile) return "gone";
  const mailRow = toSend(notificationMailRow(account, notification), row.mail, row.delivery);
  if (!mailRow) return `${row.mail} already`;
  const email = profile.email;
  // it may have waited for hours, in which its reader has ended such emails
  const [block, titles, [way]] = await Promise.all([
    table.get(mailKeys.suppression(Account.addressOf(email))),
    titlesOf([row]),
    waysOf([{ account, organization: row.organization, kind: row.kind, update: row.update }]),
  ]);
  // threat: an email that waits comes although its reader has ended such emails
  if (suppressionOf(block) || way !== "email") return giveUp(mailRow, "suppressed", present);
  const isOfUpdate = row.update !== undefined;
  // threat: an email names an update that was deleted
  if (isOfUpdate && !titles.has(notification)) {
    // threat: a suspension of minutes drops the emails about updates that wait
    await waitWhilePaused(row);
    return giveUp(mailRow, "failed", present);
  }
  // threat: mentions use up the budget of the emails about access and payment
  const budget = isOfUpdate ? "updates" : "notifications";
  // threat: mails that the budget refuses take the slots of others
  await bookings.takeOf(budget, row.organization);
  const content = notificationTemplate(describeNotification(row, { title: titles.get(notification) }));
  const write = (delivery: string) => {
    const tags = { kind, account, notification, delivery };
    if (!groupOf(row.kind)) return compose(email, content, tags);
    const named = { account, organization: row.organization };
    return composeForList(email, content, tags, { named, text: "Stop such emails from this organization" });
  };
  // beyond it the notification is in the product only; one organization does not use up that of another
  // threat: a flood of mentions in one organization stops the emails of another
  const who = `${account} ${row.organization}`;
  const share = { limit: isReport(row.kind) ? Limits.reportMailsPerReader : Limits.updateMailsPerReader, who };
  return Slots.within("others", (slot) =>
    // threat: somebody gets hundreds of emails about mentions in an hour
    isOfUpdate ? sendWithin(share, { mailRow, holds: present, slot }, write) : sendOnce(mailRow, present, slot, write),
  );
}

/** @throws MailPostponed if the organization of a recent notification is suspended, or has turned updates off */
async function waitWhilePaused({ organization, receivedAt, at }: NotificationRow): Promise<void> {
  const organizationRow = await table.get(organizationKeys.organization(organization));
  const isRecent = (receivedAt ?? at) > instant(-waitingHours * hourSeconds);
  if (!isRecent || !organizationRow || !isPaused(organizationRow)) return;
  throw new MailPostponed("The organization shows no updates now.", { seconds: Invite.suspendedSeconds });
}

async function deliverInvitation(job: Invite.Job, bookings: Budgets.Bookings): Promise<string> {
  const keys = Invite.keysOf(job);
  const [row, organizationRow, block] = await table.getMany([keys.row, keys.organizationRow, keys.block]);
  const judged = await Invite.judge(job, { row, organizationRow, block });
  if (typeof judged === "string") return judged;
  await bookings.takeOf(`${job.kind}s`, job.organization);
  const mailing = MailingResend.mailingOf(judged.row);
  // threat: an invitation that was resent by itself never counts in its import
  return Slots.within("others", (slot) => Invite.send(judged, slot, mailing && Mailing.tagsOf(mailing)));
}

/** Those of a mailing are noted together. */
function rejected(
  { kind }: Record<string, string>,
  { key }: MailRow,
  mailing: Mailing.Named | undefined,
): BacklogNote.Noted {
  if (mailing) return { kind: "import", mail: mailKeys.mailing(mailing.import, mailing.seq) };
  return { kind: BacklogNote.kinds.find((one) => one === kind) ?? "notification", mail: key };
}

/** Returns the sender of the invitation that the tags identify. */
function senderOf({ kind, organization, by }: Record<string, string>): Reputation.Sender | undefined {
  if ((kind !== "invitation" && kind !== "reminder") || !ID.is("organization", organization)) return undefined;
  return { organization, account: ID.is("account", by) ? by : undefined };
}

const notificationMailRow = (account: ID.ID<"account">, notification: ID.ID<"notification">): MailRow => ({
  key: notificationKeys.notification(account, notification),
  state: "mail",
  delivery: "delivery",
});

/** Returns the row that the tags of a mail identify; nothing for a code, or for foreign tags. */
function mailRowOf({ kind, account, notification, day, ...tags }: Record<string, string>): MailRow | undefined {
  const { organization, address } = tags;
  if (kind === "notification" && ID.is("account", account) && ID.is("notification", notification)) {
    return notificationMailRow(account, notification);
  }
  const ofOrganization = ID.is("organization", organization);
  if (kind === "billing" && ofOrganization && ID.is("notification", notification)) {
    return BillingMail.mailRowOf({ organization, notification });
  }
  if (kind === "digest" && ID.is("account", account) && day) return Digest.mailRowOf(account, day);
  const isInvitation = kind === "invitation" || kind === "reminder";
  if (isInvitation && ID.is("organization", organization) && ID.is("address", address)) {
    return Invite.mailRowOf({ kind, organization, address });
  }
  return undefined;
}
