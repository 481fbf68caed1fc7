import type { ID } from "../../base/id.ts";
import { queues } from "../../kernel/ports.ts";
import type { OrganizationRow } from "../../organization/row.ts";
import type { Item } from "../../table/table.ts";
import type { Job } from "./job.ts";

// What makes automatic seats follow: each change of an organization's row that leaves too few seats free is in the stream,
// whatever took them, and only rows of organizations with automatic seats are.

/** Rows of organizations with automatic seats, for the consumer of the stream. */
export const streamed = "seats";
/** Seats that are taken at the same moment are followed at once. */
const gatherSeconds = 5;

// Functions

/** Returns the organization if a row of the stream says that fewer of its seats are free than are kept. */
export function lackingIn(after: Item | undefined): ID<"organization"> | undefined {
  if (after?.stream !== streamed) return;
  const { pk, automatic, free, state } = after as OrganizationRow;
  // threat: taken seats are not followed until the clock looks
  // threat: each change of an organization with automatic seats queues a job
  return automatic && state === "active" && free < automatic.spare ? pk : undefined;
}

/** Queues a look at organizations. What has changed until then is seen by the same look. */
export const queueLooks = (organizations: readonly ID<"organization">[], seconds = gatherSeconds): Promise<void> =>
  queues.send(
    "work",
    organizations.map((organization) => ({ job: "followSeats", organization }) satisfies Job),
    seconds,
  );
