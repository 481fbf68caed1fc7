import * as v from "valibot";
import * as Audit from "../audit/audit.ts";
import { ImportMailsResumed } from "../import/events.ts";
import { fn } from "../kernel/fn.ts";
import * as ID from "../kernel/id.ts";
import { queues, table } from "../kernel/ports.ts";
import * as Enqueue from "../mail/enqueue.ts";
import * as Mailing from "../mail/mailing.ts";
import { Keys } from "../table/keys.ts";
import { InvitationCreated, InvitationResent } from "./events.ts";
import { addressOf, isPending } from "./invitation.ts";
import type { Job } from "./schedule.ts";

const offers = [InvitationCreated.type, InvitationResent.type] as const;
/** Whoever leaves may have a request under way that still sends; by then it has ended. */
const underWaySeconds = 60;
const departures = ["member.removed", "member.left"];

/** Whether anything follows for invitations from an event of this type. */
export const follows = (type: string): boolean => [...offers, ...departures, ImportMailsResumed.type].includes(type);

/**
 * Has the mails of new invitations sent, those of an import in bulk, and the invitations of those who are gone withdrawn.
 * Twice does no harm.
 */
export const react = fn("invitation.react", { input: Audit.Announcement, output: v.void() }, async (announcement) => {
  const { owner, type } = announcement;
  const event = await Audit.find(announcement);
  if (!event) throw new Error(`The log of ${owner} has no event ${announcement.event} at ${announcement.seq}.`);
  if (!ID.is("organization", owner)) return;
  if (type === ImportMailsResumed.type) return Enqueue.afterResumed(owner, event.data as { import: ID.ID<"import"> });
  if (departures.includes(type)) {
    const by = event.data.account as ID.ID<"account">;
    const job: Job = { job: "withdraw", organization: owner, by };
    await queues.send("work", [job]);
    return queues.send("work", [job], underWaySeconds);
  }
  const imported = event.data.import as ID.ID<"import"> | undefined;
  const invitations = (event.data.invitations ?? [event.data.invitation]) as ID.ID<"invitation">[];
  if (imported) return Mailing.begin({ organization: owner, import: imported, seq: event.seq }, invitations.length);
  const rows = await table.getMany(invitations.map((one) => Keys.addressIn(owner, addressOf(one))));
  const mails = rows.flatMap((row) =>
    isPending(row) && row.mail === "queued"
      ? [{ kind: "invitation", organization: owner, address: row.pk, attempt: row.attempt }]
      : [],
  );
  if (mails.length > 0) await queues.send("mail", mails);
});
