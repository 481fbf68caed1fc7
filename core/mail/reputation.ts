import * as v from "valibot";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import type { Actor } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { instant, table } from "../kernel/ports.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { OrganizationMailsPaused, OrganizationMailsResumed } from "../organization/events.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { PauseReason } from "../organization/shape.ts";
import { outcomePeriods, pausesFrom } from "../rate/limits.ts";
import * as Outcomes from "../rate/outcomes.ts";
import { isUntrusted } from "../seat/trust.ts";
import type { Owner } from "../table/key-text.ts";
import { all, equal, keyOf, lacks, not, present, remove, type Step, update, when } from "../table/table.ts";

/**
 * A provider stops a sender of whose emails too many bounce or are reported as spam. So the outcomes of invitation emails
 * are counted for each organization and for who invited. Beyond a share the organization's are paused, until the operator
 * has looked at it; because of an account only where nobody pays, so that nobody stops the emails of a customer.
 */

// Shapes

/** `sentAt`: complaints come days after the email, and count with those that were sent when it was. */
export type Outcome = { mailStatus: "delivered" | PauseReason; sentAt: string };
/** The sender of an email: the organization, and the account that had invited. */
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
  const { mailStatus: why } = outcome;
  // threat: an account avoids a pause with many organizations
  const [own, ofAccount] = await Promise.all([add(organization, outcome), account && add(account, outcome)]);
  if (why === "delivered") return false;
  const isOwn = Outcomes.isTooMany([own], why, pausesFrom[why]);
  if (!isOwn && !(ofAccount && Outcomes.isTooMany([ofAccount], why, pausesFrom[why]))) return false;
  const whose = account && { account };
  const mailPaused = { at: instant(), why, ...whose };
  // threat: an account stops the emails of an organization that pays
  const isConcerned = isOwn ? all(present) : isUntrusted;
  // threat: emails are paused twice
  const once = when(all(isConcerned, not(equal("state", "deleted")), lacks("mailPaused")), failures.paused);
  const { delivered = 0, bounced = 0, complained = 0 } = own;
  // how often an account failed elsewhere is not for this organization
  const said = isOwn ? { delivered, bounced, complained } : whose;
  return writeUnless(
    failures.paused,
    update(organizationKeys.organization(organization), { set: { mailPaused } }, once),
    OrganizationMailsPaused.record(organization, { why, ...said }, actor),
  );
}

/**
 * Lets the emails of an organization leave again, and forgets what was counted for it and for whose email paused them.
 * Can be repeated.
 */
export const resume = fn(
  "mail.resume",
  {
    input: v.strictObject({ organization: ID.schema("organization") }),
    output: v.object({ changed: v.boolean() }),
    failures: [failures.missing, failures.resumed, Event.failures.repeated],
    reads: ({ organization }) => [organizationKeys.organization(organization)],
  },
  async ({ organization }, actor, [row]) => {
    if (!row) throw failures.missing();
    if (!row.mailPaused) return { changed: false };
    const { account } = row.mailPaused;
    await table.write(
      update(keyOf(row), { unset: ["mailPaused"] }, when(not(lacks("mailPaused")), failures.resumed)),
      // threat: resumed emails are paused by what was counted before
      ...[organization, ...(account ? [account] : [])].flatMap(forget),
      OrganizationMailsResumed.record(organization, {}, actor),
    );
    return { changed: true };
  },
);

const add = (who: Owner, { mailStatus, sentAt }: Outcome) =>
  // threat: complaints that come late pause who sent little since
  Outcomes.count(who, mailStatus, outcomePeriods.invitations, Date.parse(sentAt));

/** Emails of two periods still have outcomes. */
const forget = (who: Owner): Step[] => Outcomes.keysOf(who, outcomePeriods.invitations).map((key) => remove(key));
