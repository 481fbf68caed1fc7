import { instant } from "@muster/core/kernel/ports.ts";
import * as BacklogNote from "@muster/core/mail/backlog-note.ts";
import type * as Bulk from "@muster/core/mail/bulk.ts";
import { mailKeys } from "@muster/core/mail/keys.ts";
import * as Mail from "@muster/core/mail/mail.ts";
import { log } from "../log.ts";

// What the operator's command counts. A note that cannot be written holds up no email: the next attempt makes it again.

/** Notes that an email waits for the provider. */
export const noteWaiting = (job: Mail.Job, since: string) => unlessFailed(() => noteMail(job, { since }));

/** Notes what delivering an email ended with, if it did not leave. */
export async function noteOutcome(job: Mail.Job, outcome: string): Promise<void> {
  if (outcome === "failed" || outcome === "refused") await unlessFailed(() => noteMail(job, { failedAt: instant() }));
  // its result stays unknown
  if (outcome === "unconfirmed already") await noteWaiting(job, job.since ?? instant());
}

/** Notes those of the emails of an import's event that did not leave. */
export async function notePortion(job: Bulk.Job, { waitingSeconds, failed }: Bulk.Outcome): Promise<void> {
  if (job.job !== "send") return;
  const noted = { kind: "import", mail: mailKeys.mailing(job.import, job.seq) } as const;
  if (waitingSeconds !== undefined) {
    await unlessFailed(() => BacklogNote.note(noted, { since: job.since ?? instant(-waitingSeconds) }));
  }
  if (failed > 0) await unlessFailed(() => BacklogNote.note(noted, { failedAt: instant() }));
}

async function noteMail(job: Mail.Job, when: Parameters<typeof BacklogNote.note>[1]): Promise<void> {
  const noted = await Mail.notedOf(job);
  if (noted) await BacklogNote.note(noted, when);
}

async function unlessFailed(noting: () => Promise<void>): Promise<void> {
  // threat: a note about an email that cannot be written makes its message a dead letter
  await noting().catch((error: unknown) => log.warn("An email is missing in the backlog.", { error }));
}
