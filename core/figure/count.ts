import * as v from "valibot";
import { daySeconds } from "../base/duration.ts";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { slicesOf } from "../base/slices.ts";
import { fn } from "../kernel/fn.ts";
import { epoch, table } from "../kernel/ports.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { Changes } from "../search/search.ts";
import { absent, put, update, when } from "../table/table.ts";
import { figureKeys } from "./keys.ts";
import { keptDays, repeatedDays } from "./limits.ts";

// Counts members who were active on a day, from the stream. Who is counted has a row for that day, written with the
// number: a record that comes again, or late, counts once.

/** Of a transaction of 100 steps, one is the number. */
const membersAtOnce = 99;
const maxAttempts = 5;
const Day = v.pipe(v.string(), v.isoDate());

type Change = v.InferOutput<typeof Changes>["changes"][number];
type Activity = { organization: ID.ID<"organization">; account: ID.ID<"account">; day: string };

// Failures

export const failures = {
  counted: failure("conflict", "figure.counted", "This member is being counted by another process."),
};

// Functions

/** Counts the members whose memberships say that they were active on another day than before. */
export const count = fn(
  "figure.count",
  { input: Changes, output: v.void(), failures: [failures.counted] },
  async ({ changes }) => {
    const days = new Map<string, Activity[]>();
    for (const activity of changes.flatMap((change) => activityOf(change) ?? [])) {
      const name = `${activity.organization} ${activity.day}`;
      days.set(name, [...(days.get(name) ?? []), activity]);
    }
    for (const [first, ...others] of days.values()) if (first) await countDay(first, [first, ...others]);
  },
);

/** Returns whether a change of a row says that a member was active. */
export const concerns = (change: Change): boolean => activityOf(change) !== undefined;

function activityOf({ before, after }: Change): Activity | undefined {
  const { pk: account, sk: organization, activeOn: day } = after ?? {};
  if (!ID.is("account", account) || !ID.is("organization", organization)) return;
  return v.is(Day, day) && day !== before?.activeOn ? { organization, account, day } : undefined;
}

async function countDay({ organization, day }: Activity, activities: readonly Activity[]): Promise<void> {
  const accounts = [...new Set(activities.map(({ account }) => account))];
  for (const some of slicesOf(accounts, membersAtOnce)) await countMembers(organization, day, some);
}

async function countMembers(organization: Activity["organization"], day: string, accounts: Activity["account"][]) {
  const keys = accounts.map((account) => figureKeys.activeMember(organization, day, account));
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const rows = await table.getMany(keys);
    const others = keys.filter((_, i) => rows[i] === undefined);
    if (others.length === 0) return;
    const number = update(figureKeys.activeFigures(organization, day), {
      set: { ttl: epoch(keptDays * daySeconds) },
      add: { members: others.length },
    });
    const ttl = epoch(repeatedDays * daySeconds);
    // threat: two processes that count one member at once count twice in the daily figures
    const uncounted = others.map((key) => put(key, { ttl }, when(absent, failures.counted)));
    // somebody else may just have counted one of them
    if (await writeUnless(failures.counted, ...uncounted, number)) return;
  }
  throw failures.counted();
}
