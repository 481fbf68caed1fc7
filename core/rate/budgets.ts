import * as v from "valibot";
import { hourMs } from "../base/duration.ts";
import { failure, isFailure } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import { MailPostponed } from "../kernel/mail-error.ts";
import { epoch, limitFactor, now, settings, table } from "../kernel/ports.ts";
import { above, all, any, atMost, lacks, update, when } from "../table/table.ts";
import { rateKeys } from "./keys.ts";
import { budgetKeptSeconds, burstMs, fewPerHour } from "./limits.ts";
import type { MailBudgetRow } from "./row.ts";

/**
 * Mails leave within budgets: so many in an hour, of which those of five minutes may leave at once. This is the generic
 * cell rate algorithm. A mail that has to wait is booked once and keeps its booking, so a thousand waiting mails are a
 * thousand writes, and each wakes at its time.
 */

// Shapes

/** The time a mail leaves by a budget. */
export const Booking = v.strictObject({ budget: v.string(), at: v.pipe(v.string(), v.isoTimestamp()) });
export type Booking = v.InferOutput<typeof Booking>;

/**
 * The fields that the message of a mail that waits brings along: its booking, and the time since which the mail waits.
 */
export const waiting = { turn: v.optional(Booking), since: v.optional(v.pipe(v.string(), v.isoTimestamp())) };

/** At most `perHour` mails in any hour. A mail that would wait beyond `untilMs`, in ms since 1970, is not booked. */
export type Budget = { name: string; perHour: number; untilMs?: number };

export type Bookings = {
  /** The last booking of the mail, which may be over. */
  readonly current: Booking | undefined;
  /**
   * Books the mail in each of some budgets, one after the other, unless it has been. Returns false if one has no room
   * in time.
   * @throws MailPostponed until it may leave
   */
  take(...budgets: Budget[]): Promise<boolean>;
  /**
   * The same in the budget of a kind of mails of an organization, and then in that of all. Organizations that send few
   * have a budget of their own, so a few mails of one do not wait for the thousands of another.
   */
  takeOf(kind: string, organization: ID<"organization">): Promise<void>;
};

// Failures

export const failures = {
  ahead: failure("conflict", "mail.budget_ahead", "Others are booked ahead."),
  idle: failure("conflict", "mail.budget_idle", "Nobody is booked."),
  full: failure("conflict", "mail.budget_full", "There is no room in time."),
};

// Functions

/** Returns whether mails of a kind wait, in the budget of an organization or in that of all. */
export async function isCrowded(kind: string, organization: ID<"organization">): Promise<boolean> {
  // threat: only the budget of all is looked at, not that of the organization
  // threat: only the budget of the organization is looked at, not that of all
  const names = [ownName(kind, organization), kind];
  const rows = await table.getMany(names.map(rateKeys.mailBudget));
  const present = now().getTime();
  // threat: emails that leave at once are taken for a queue
  return rows.some((row) => (row?.at ?? 0) > present + burstMs);
}

/** The mails of the deployment in an hour. */
export const perHour = (): number => settings().mailsPerHour;

/** @param booking the one that a message brings along */
export function open(booking: Booking | undefined): Bookings {
  let current = booking;

  /** Returns false if there is no room in time. @throws MailPostponed until the mail may leave */
  async function book(budget: Budget): Promise<boolean> {
    const aheadMs = await add(budget);
    if (aheadMs === undefined) return false;
    const waitMs = Math.max(0, aheadMs - Math.max(burstMs, intervalOf(budget)));
    current = { budget: budget.name, at: new Date(now().getTime() + waitMs).toISOString() };
    // threat: a mail that the budget refuses is a dead letter
    if (waitMs > 0) throw new MailPostponed("Others come first.", { booking: current });
    return true;
  }

  /** Books the mail if it may leave now. */
  async function bookNow({ name, perHour }: Budget): Promise<boolean> {
    const present = now().getTime();
    if ((await add({ name, perHour, untilMs: present })) === undefined) return false;
    current = { budget: name, at: new Date(present).toISOString() };
    return true;
  }

  return {
    get current() {
      return current;
    },
    async take(...budgets) {
      const had = budgets.findIndex(({ name }) => name === current?.budget);
      for (const budget of budgets.slice(had + 1)) if (!(await book(budget))) return false;
      return true;
    },
    async takeOf(kind, organization) {
      const own = { name: ownName(kind, organization), perHour: perHour() };
      if (current && current.budget !== own.name) return;
      if (!current) {
        const few = { name: `few ${kind} of ${organization}`, perHour: Math.min(fewPerHour, perHour()) };
        // threat: one organization's thousands of mails keep another's single one waiting
        if ((await bookNow(few)) && (await bookNow({ name: `few ${kind}`, perHour: perHour() }))) return;
        await book(own);
      }
      await book({ name: kind, perHour: perHour() });
    },
  };
}

const ownName = (kind: string, organization: ID<"organization">) => `${kind} of ${organization}`;

// threat: a burst and what follows it exceed the budget of an hour
/** A burst and what follows it make no more than the budget in any hour. */
const intervalOf = ({ perHour }: Budget) => Math.ceil(hourMs / (perHour * limitFactor() * (1 - burstMs / hourMs)));

/**
 * Adds one mail to the row that says until when the budget is used up. Returns how many ms ahead that is, or nothing if
 * there is no room in time.
 */
async function add(budget: Budget): Promise<number | undefined> {
  const key = rateKeys.mailBudget(budget.name);
  const intervalMs = intervalOf(budget);
  const latestMs = (budget.untilMs ?? Number.POSITIVE_INFINITY) + Math.max(burstMs, intervalMs) - intervalMs;
  for (;;) {
    const present = now().getTime();
    const isIdle = any(lacks("at"), atMost("at", present));
    // threat: a waiting code uses up a budget for after it has expired
    const isAhead = all(above("at", present), ...(Number.isFinite(latestMs) ? [atMost("at", latestMs)] : []));
    const set = { ttl: epoch(budgetKeptSeconds) };
    try {
      await table.change(update(key, { set: { ...set, at: present + intervalMs } }, when(isIdle, failures.ahead)));
      return intervalMs;
    } catch (error) {
      if (!isFailure(error, failures.ahead)) throw error;
    }
    try {
      const step = update(
        key,
        { set, add: { at: intervalMs } },
        when(isAhead, (found: MailBudgetRow | undefined) =>
          (found?.at ?? 0) > present ? failures.full() : failures.idle(),
        ),
      );
      return (await table.change(step)).at - present;
    } catch (error) {
      if (isFailure(error, failures.full)) return undefined;
      if (!isFailure(error, failures.idle)) throw error;
    }
  }
}
