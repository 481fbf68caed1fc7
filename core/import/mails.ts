import * as v from "valibot";
import { failure, isFailure } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember, retract } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import type { ImportMailsRow } from "../mail/row.ts";
import { Keys } from "../table/keys.ts";
import { has, lacks, type Step, update, when } from "../table/table.ts";
import { describeNow } from "./describe.ts";
import { ImportMailsPaused, ImportMailsResumed } from "./events.ts";
import { failures as common, Id, Info, ttl } from "./import.ts";

// Shapes

const One = v.strictObject({ import: Id });
const reads = ({ import: id }: { import: ID<"import"> }, { organization }: Actor) =>
  [Keys.import(organization, id), Keys.importMails(id), Keys.organization(organization)] as const;

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
    const isFirst = when(lacks("pausedAt"), failures.unchanged);
    const info = await describeNow(actor.organization, row, { mails: { ...mails, pausedAt }, organizationRow });
    await change(
      update(Keys.importMails(id), { set: { pausedAt, ttl: ttl() } }, isFirst),
      ...remember(info),
      ImportMailsPaused.record(actor.organization, { import: id }, actor),
    );
    return info;
  },
);

/**
 * Sends them again, except for invitations that have ended in between. While the emails of the organization are paused
 * (`mailsPaused`), they wait until the operator resumes those.
 */
export const resumeMails = fn(
  "import.resumeMails",
  { input: One, output: Info, failures: [common.missing, Event.failures.repeated], reads },
  async ({ import: id }, actor, [row, mails = noMails(id), organizationRow]) => {
    if (!row) throw common.missing();
    const isPaused = when(has("pausedAt"), failures.unchanged);
    const { pausedAt: _, ...after } = mails;
    const info = await describeNow(actor.organization, row, { mails: after, organizationRow });
    await change(
      update(Keys.importMails(id), { unset: ["pausedAt"] }, isPaused),
      ...remember(info),
      ImportMailsResumed.record(actor.organization, { import: id }, actor),
    );
    return info;
  },
);

/** A repeated request has the result of the first one. */
async function change(...steps: Step[]): Promise<void> {
  await table.write(...steps).catch((error: unknown) => {
    if (!isFailure(error, failures.unchanged)) throw error;
    retract();
  });
}
