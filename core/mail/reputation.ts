import * as v from "valibot";
import { daySeconds } from "../base/duration.ts";
import { failure, isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import type { Actor } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { epoch, instant, now, table } from "../kernel/ports.ts";
import { OrganizationMailsPaused, OrganizationMailsResumed } from "../organization/events.ts";
import type { MailTrouble } from "../organization/shape.ts";
import { Keys, type Owner } from "../table/keys.ts";
import { all, equal, keyOf, lacks, not, present, remove, update, when } from "../table/table.ts";
import { outcomeDays, pausesFrom } from "./limits.ts";
import type { MailOutcomesRow } from "./row.ts";

/**
 * A provider stops a sender of whose emails too many bounce or are reported as spam. So the outcomes of invitation emails
 * are counted for each organization and for who invited. Beyond a share the organization's are paused, until the operator
 * has looked at it; because of an account only where nobody pays, so that nobody stops the emails of a customer.
 */

const periodSeconds = outcomeDays * daySeconds;

// Shapes

export type Outcome = "delivered" | MailTrouble;
/** Whose email it was: of which organization, and who had invited. */
export type Sender = { organization: ID.ID<"organization">; account: ID.ID<"account"> | undefined };

// Failures

export const failures = {
  paused: failure("conflict", "mail.already_paused", "The emails of this organization are paused, or it pays."),
  missing: failure("missing", "mail.organization_missing", "There is no such organization."),
  resumed: failure("conflict", "mail.already_resumed", "Someone else just resumed the emails of this organization."),
};

// Functions

/** Counts the outcome of an invitation email. Returns whether the emails of its organization are paused now. */
export async function count({ organization, account }: Sender, outcome: Outcome, actor: Actor): Promise<boolean> {
  const [own, ofAccount] = await Promise.all([add(organization, outcome), account && add(account, outcome)]);
  if (outcome === "delivered") return false;
  const isFree = all(equal("plan", "free"), not(equal("granted", true)));
  const found = [
    { outcomes: own, when: all(present), by: undefined },
    ...(ofAccount ? [{ outcomes: ofAccount, when: isFree, by: account }] : []),
  ].find(({ outcomes }) => isTooMany(outcomes, outcome));
  if (!found) return false;
  const { delivered = 0, bounced = 0, complained = 0 } = found.outcomes;
  const whose = found.by && { account: found.by };
  const mailPaused = { at: instant(), why: outcome, ...whose };
  const once = when(all(found.when, not(equal("state", "deleted")), lacks("mailPaused")), failures.paused);
  return table
    .write(
      update(Keys.organization(organization), { set: { mailPaused } }, once),
      OrganizationMailsPaused.record(organization, { why: outcome, delivered, bounced, complained, ...whose }, actor),
    )
    .then(
      () => true,
      (error: unknown) => {
        if (isFailure(error, failures.paused)) return false;
        throw error;
      },
    );
}

/** Lets the emails of an organization leave again, and forgets what was counted. Can be repeated. */
export const resume = fn(
  "mail.resume",
  {
    input: v.strictObject({ organization: ID.schema("organization") }),
    output: v.object({ changed: v.boolean() }),
    failures: [failures.missing, failures.resumed, Event.failures.repeated],
    reads: ({ organization }) => [Keys.organization(organization)],
  },
  async ({ organization }, actor, [row]) => {
    if (!row) throw failures.missing();
    if (!row.mailPaused) return { changed: false };
    const { account } = row.mailPaused;
    await table.write(
      update(keyOf(row), { unset: ["mailPaused"] }, when(not(lacks("mailPaused")), failures.resumed)),
      remove(Keys.mailOutcomes(organization, period())),
      ...(account ? [remove(Keys.mailOutcomes(account, period()))] : []),
      OrganizationMailsResumed.record(organization, {}, actor),
    );
    return { changed: true };
  },
);

const period = () => Math.floor(now().getTime() / 1000 / periodSeconds);

const add = (who: Owner, outcome: Outcome): Promise<MailOutcomesRow> =>
  table.change(
    update(Keys.mailOutcomes(who, period()), { add: { [outcome]: 1 }, set: { ttl: epoch(2 * periodSeconds) } }),
  );

function isTooMany({ delivered = 0, bounced = 0, complained = 0 }: MailOutcomesRow, why: MailTrouble): boolean {
  const { least, share } = pausesFrom[why];
  const number = why === "bounced" ? bounced : complained;
  return number >= least && number > share * (delivered + bounced);
}
