import { hourMs } from "../../base/duration.ts";
import type { ID } from "../../base/id.ts";
import { table } from "../../kernel/ports.ts";
import { rowsOf } from "../../kernel/rows.ts";
import { type Read, readAll } from "../../kernel/stored.ts";
import { writeUnless } from "../../kernel/write-unless.ts";
import { all, equal, update, when } from "../../table/table.ts";
import { automaticSeats } from "../automatic/stop.ts";
import { BillingSeatRequestApproved } from "../events.ts";
import { billingKeys } from "../keys.ts";
import { ChangeRow } from "../ledger/row.ts";
import { failures } from "../row.ts";
import { automatically } from "../shape.ts";
import { SeatRequestRow } from "./row.ts";

type Organization = ID<"organization">;
type Request = Read<typeof SeatRequestRow>;

// Functions

/**
 * Ends the requests whose change of seats has ended without them: an earlier release ends one of those that are paid
 * together. The seat ledger says whether they were paid. Can be repeated.
 */
export async function endLeft(organization: Organization): Promise<void> {
  const filter = equal("state", "paying");
  const paying = readAll(
    SeatRequestRow,
    await rowsOf({ ...billingKeys.seatRequests(organization), filter, consistent: true }),
  );
  if (paying.length === 0) return;
  // read after them: what began in between is not taken for ended
  const pending = (await table.get(billingKeys.billing(organization)))?.op?.id;
  // threat: a request is opened again while its seats are being paid, and charged twice
  const left = paying.filter(({ operation }) => operation !== pending);
  const [oldest] = left.map(({ requestedAt }) => requestedAt).toSorted();
  if (oldest === undefined) return;
  // a change counts from its quote on, which can be older than the request
  const from = new Date(Date.parse(oldest) - hourMs).toISOString();
  const since = { ...billingKeys.changes(organization), from, consistent: true };
  // threat: a request that was not paid is approved
  const made = readAll(ChangeRow, await rowsOf(since)).filter(({ dropped }) => dropped === undefined);
  const operations = new Set(made.map(({ operation }) => operation));
  for (const request of left) {
    await end(organization, request, request.operation !== undefined && operations.has(request.operation));
  }
}

/** Does nothing where the change has ended it since, or somebody has requested others. */
async function end(organization: Organization, request: Request, isMade: boolean): Promise<void> {
  const { sk: account, seats, operation, by = automatically } = request;
  if (operation === undefined) return;
  const key = billingKeys.seatRequest(organization, account);
  // threat: a request is said to be approved twice by two looks
  const asRead = when(all(equal("state", "paying"), equal("operation", operation)), failures.moved);
  const steps = isMade
    ? [
        update(key, { set: { state: "approved" } }, asRead),
        BillingSeatRequestApproved.record(organization, { account, seats, by, operation }, automaticSeats),
      ]
    : [update(key, { set: { state: "open" }, unset: ["operation", "by"] }, asRead)];
  await writeUnless(failures.moved, ...steps);
}
