import * as v from "valibot";
import type * as ID from "../base/id.ts";
import { ImportMailsResent, ImportMailsResumed } from "../import/events.ts";
import { InvitationCreated, InvitationMailsResumed, InvitationResent } from "../invitation/events.ts";
import { addressOf, isPending } from "../invitation/invitation.ts";
import { invitationKeys } from "../invitation/keys.ts";
import { fn } from "../kernel/fn.ts";
import { queues, table } from "../kernel/ports.ts";
import { Announcement, on, type Recorded, respond } from "../kernel/reaction.ts";
import { OrganizationMailsResumed } from "../organization/events.ts";
import * as Enqueue from "./enqueue.ts";
import * as Mailing from "./mailing.ts";
import * as MailingResend from "./mailing-resend.ts";

/** Sends the mails of new invitations, those of an import in bulk. Can be repeated. */
export const reactions = [
  ...on(InvitationCreated, (data, event) => mail(data.invitations, data.import, event)),
  ...on(InvitationResent, (data, event) => mail([data.invitation], data.import, event)),
  // threat: an email that is queued again in the log never reaches the queue
  ...on(InvitationMailsResumed, (data, event) => mail(data.invitations, undefined, event)),
  ...on(OrganizationMailsResumed, (_, { owner }) => Enqueue.afterMailsResumed(owner)),
  ...on(ImportMailsResent, (data, { owner }) =>
    MailingResend.resend({ organization: owner, import: data.import, seq: data.mailing }),
  ),
  // threat: mails that a pause dropped are lost
  ...on(ImportMailsResumed, (data, { owner }) => Enqueue.afterResumed(owner, data)),
];

export const react = fn("mail.react", { input: Announcement, output: v.void() }, (announcement) =>
  respond(announcement, reactions),
);

async function mail(
  invitations: readonly ID.ID<"invitation">[],
  imported: ID.ID<"import"> | undefined,
  { owner, seq }: Recorded<ID.ID<"organization">>,
): Promise<void> {
  if (imported) return Mailing.begin({ organization: owner, import: imported, seq }, invitations.length);
  const rows = await table.getMany(invitations.map((one) => invitationKeys.addressIn(owner, addressOf(one))));
  const mails = rows.flatMap((row) =>
    // threat: a revoked invitation is mailed
    // threat: a mail that was sent is requested again
    // threat: an import's emails that are requested again are also sent one by one, beside its pause
    isPending(row) && row.mail === "queued" && !MailingResend.isBulk(row)
      ? [{ kind: "invitation", organization: owner, address: row.pk, attempt: row.attempt }]
      : [],
  );
  if (mails.length > 0) await queues.send("mail", mails);
}
