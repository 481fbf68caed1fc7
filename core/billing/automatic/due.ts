import * as v from "valibot";
import { hourSeconds } from "../../base/duration.ts";
import type * as ID from "../../base/id.ts";
import { isPastDeadline } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { instant, table } from "../../kernel/ports.ts";
import { writeUnless } from "../../kernel/write-unless.ts";
import { Ranks } from "../../table/ranks.ts";
import { equal, lacks, type Position, type Put, put, update, when } from "../../table/table.ts";
import { billingKeys } from "../keys.ts";
import { failures } from "../row.ts";
import type { DueRow } from "./row.ts";
import { queueLooks } from "./trigger.ts";

// The clock looks at each organization with automatic seats every hour: at what no message has said, whether a stop is
// over, and whether the period ends soon.

const atOnce = 8;
const everySeconds = hourSeconds;

type Organization = ID.ID<"organization">;

// Functions

/** Queues a look at the organizations that are due. Continues where it stopped at its deadline. */
export const followDue = fn(
  "billing.followDue",
  { input: v.strictObject({}), output: v.object({ queued: v.number() }) },
  async () => {
    let queued = 0;
    const errors: unknown[] = [];
    let start: Position | undefined;
    // threat: the clock of automatic seats runs past its deadline
    do {
      const page = await table.query({ list: billingKeys.dueSeats, to: `${instant()}~`, limit: atOnce, start });
      const due = page.items.map(({ pk }) => pk);
      if (due.length > 0) await queueLooks(due, 0);
      // threat: the clock looks at automatic seats with each tick
      const results = await Promise.allSettled(page.items.map(postpone));
      for (const result of results) if (result.status === "rejected") errors.push(result.reason);
      queued += page.items.length;
      start = page.next;
    } while (start && !isPastDeadline());
    // one that fails holds up no other
    if (errors.length > 0) throw errors[0];
    return { queued };
  },
);

/** Returns the step that lists an organization. */
export const listedStep = (organization: Organization): Put =>
  put(billingKeys.automatic(organization), listed(organization));

function listed(organization: Organization) {
  return { list: billingKeys.dueSeats, rank: Ranks.organization(instant(everySeconds), organization) };
}

/** The index may show a row that another run has postponed, or that is gone. */
async function postpone({ pk, rank }: DueRow): Promise<void> {
  const same = when(rank === undefined ? lacks("rank") : equal("rank", rank), failures.moved);
  // threat: an organization is listed again whose automatic seats were turned off
  await writeUnless(failures.moved, update(billingKeys.automatic(pk), { set: listed(pk) }, same));
}
