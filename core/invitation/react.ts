import * as v from "valibot";
import type * as ID from "../base/id.ts";
import { ImportMailsResumed } from "../import/events.ts";
import { fn } from "../kernel/fn.ts";
import { queues, table } from "../kernel/ports.ts";
import { Announcement, on, type Recorded, respond } from "../kernel/reaction.ts";
import * as Enqueue from "../mail/enqueue.ts";
import * as Mailing from "../mail/mailing.ts";
import { MemberLeft, MemberRemoved } from "../member/events.ts";
import { Keys } from "../table/keys.ts";
import { InvitationCreated, InvitationResent } from "./events.ts";
import { addressOf, isPending } from "./invitation.ts";
import type { Job } from "./schedule.ts";

/** Whoever leaves may have a request under way that still sends; by then it has ended. */
const underWaySeconds = 60;

/**
 * Has the mails of new invitations sent, those of an import in bulk, and the invitations of those who are gone withdrawn.
 * Twice does no harm.
 */
export const reactions = [
  ...on(InvitationCreated, (data, event) => mail(data.invitations, data.import, event)),
  ...on(InvitationResent, (data, event) => mail([data.invitation], data.import, event)),
  ...on([MemberRemoved, MemberLeft], async ({ account }, { owner }) => {
    const job: Job = { job: "withdraw", organization: owner, by: account };
    await queues.send("work", [job]);
    await queues.send("work", [job], underWaySeconds);
  }),
  ...on(ImportMailsResumed, (data, { owner }) => Enqueue.afterResumed(owner, data)),
];

export const react = fn("invitation.react", { input: Announcement, output: v.void() }, (announcement) =>
  respond(announcement, reactions),
);

async function mail(
  invitations: readonly ID.ID<"invitation">[],
  imported: ID.ID<"import"> | undefined,
  { owner, seq }: Recorded<ID.ID<"organization">>,
): Promise<void> {
  if (imported) return Mailing.begin({ organization: owner, import: imported, seq }, invitations.length);
  const rows = await table.getMany(invitations.map((one) => Keys.addressIn(owner, addressOf(one))));
  const mails = rows.flatMap((row) =>
    isPending(row) && row.mail === "queued"
      ? [{ kind: "invitation", organization: owner, address: row.pk, attempt: row.attempt }]
      : [],
  );
  if (mails.length > 0) await queues.send("mail", mails);
}
