import * as v from "valibot";
import { failure, implied, isFailure } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import * as Resending from "../invitation/resending.ts";
import { resendable } from "../invitation/shape.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { Cursor, failures as cursorFailures, pageOf } from "../kernel/cursor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember, retract } from "../kernel/idempotency.ts";
import { instant } from "../kernel/ports.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { mailKeys } from "../mail/keys.ts";
import * as Mailing from "../mail/mailing.ts";
import { having } from "../mail/mailing-resend.ts";
import type { ImportMailsRow } from "../mail/row.ts";
import { organizationKeys } from "../organization/keys.ts";
import { all, equal, has, lacks, type Position, type Step, update, when } from "../table/table.ts";
import { describeNow } from "./describe.ts";
import { ImportMailsPaused, ImportMailsResent, ImportMailsResumed } from "./events.ts";
import { failures as common, Id, Info, ttl } from "./import.ts";
import { importKeys } from "./keys.ts";

// Shapes

const One = v.strictObject({ import: Id });
const reads = ({ import: id }: { import: ID<"import"> }, { organization }: Actor) =>
  [importKeys.import(organization, id), mailKeys.importMails(id), organizationKeys.organization(organization)] as const;

const noMails = (id: ID<"import">): ImportMailsRow => ({ pk: id, sk: "#mails" });

// Failures

export const failures = {
  unchanged: failure("conflict", "import.mails_unchanged", "These emails are already in that state."),
};

// Functions

/** Stops the mails of an import, except for those that are being sent. Can be repeated. */
export const pauseMails = fn(
  "import.pauseMails",
  { input: One, output: Info, failures: [common.missing, Event.failures.repeated], reads },
  async ({ import: id }, actor, [row, mails = noMails(id), organizationRow]) => {
    if (!row) throw common.missing();
    const pausedAt = instant();
    // threat: the log says twice that mails were paused once
    const isFirst = when(lacks("pausedAt"), failures.unchanged);
    const info = await describeNow(actor.organization, row, { mails: { ...mails, pausedAt }, organizationRow });
    await change(
      update(mailKeys.importMails(id), { set: { pausedAt, ttl: ttl() } }, isFirst),
      ...remember(info),
      ImportMailsPaused.record(actor.organization, { import: id }, actor),
    );
    return info;
  },
);

/**
 * Sends them again, except for invitations that have ended in between; also those that are `stalled`, because the queue
 * gave up on them. While the emails of the organization are paused (`mailsPaused`), they wait until the operator resumes
 * those.
 */
export const resumeMails = fn(
  "import.resumeMails",
  { input: One, output: Info, failures: [common.missing, Event.failures.repeated], reads },
  async ({ import: id }, actor, [row, mails = noMails(id), organizationRow]) => {
    if (!row) throw common.missing();
    const { organization } = actor;
    const { pausedAt, queuedAt } = mails;
    if (pausedAt === undefined) {
      const before = await describeNow(organization, row, { mails, organizationRow });
      // threat: emails that are being sent are queued again by every click
      if (before.mails.state !== "stalled") return before;
    }
    const { pausedAt: _, ...after } = mails;
    const again = { queuedAt: instant() };
    const asQueued = queuedAt === undefined ? [lacks("queuedAt")] : [equal("queuedAt", queuedAt)];
    // threat: two clicks queue stalled emails twice
    const asRead = pausedAt === undefined ? all(lacks("pausedAt"), ...asQueued) : all(has("pausedAt"));
    const info = await describeNow(organization, row, { mails: Object.assign(after, again), organizationRow });
    await change(
      update(mailKeys.importMails(id), { set: again, unset: ["pausedAt"] }, when(asRead, failures.unchanged)),
      ...remember(info),
      ImportMailsResumed.record(organization, { import: id }, actor),
    );
    return info;
  },
);

/**
 * Sends new links, some at a time, to the invitations of an import whose email failed or is not confirmed. They leave as
 * the import's other emails do: a pause holds them too.
 */
export const resendMails = fn(
  "import.resendMails",
  {
    input: v.strictObject({
      import: Id,
      /** The status of the emails: those that were not sent, or of which it is unknown whether they were. */
      mail: v.picklist(resendable),
      cursor: v.optional(Cursor),
    }),
    output: Resending.Resent,
    failures: [common.missing, cursorFailures.invalid, ...Resending.refusals],
    reads: ({ import: id }, { organization }) => [importKeys.import(organization, id)],
  },
  async ({ import: id, mail, cursor }, actor, [row]) => {
    if (!row) throw common.missing();
    const { organization } = actor;
    const read = (start: Position | undefined) => having({ organization, import: id }, { status: mail, start });
    const { items, next } = await pageOf(`import.resendMails ${id} ${mail}`, cursor, read);
    const lots = items.map(({ mailing: { seq }, addresses }): Resending.Lot => {
      const resent = { import: id, mail, mailing: seq };
      return {
        addresses,
        mail,
        isOf: ({ src }) => src === id,
        originOf: ({ src, line = 0 }) => ({ src, line, mailing: seq }),
        with: (count) => [ImportMailsResent.record(organization, { ...resent, count }, actor)],
      };
    });
    const answer = await Resending.resendAll(actor, lots);
    // threat: resending some reads whole mailings
    // threat: a count that others hold up fails what was sent again
    await Promise.all(items.map(({ mailing, range }) => Mailing.recount(mailing, range).catch(unlessContended)));
    return { ...answer, ...(next && { next }) };
  },
);

/** The reaction to what was sent again counts it, too. */
function unlessContended(error: unknown): void {
  if (!isFailure(error, implied.contended)) throw error;
}

/** A repeated request has the result of the first one. */
async function change(...steps: Step[]): Promise<void> {
  if (!(await writeUnless(failures.unchanged, ...steps))) retract();
}
