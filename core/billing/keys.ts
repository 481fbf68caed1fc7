import * as ID from "../base/id.ts";
import { inPart } from "../table/key-text.ts";
import type { Key, List, Range } from "../table/table.ts";
import type { DueRow } from "./automatic/row.ts";
import type { ChangeRow } from "./ledger/row.ts";
import type { SeatRequestRow } from "./requests/row.ts";
import type { BillingRow, BreakerRow, DifferencesRow, DirtyRow, ReportRow } from "./row.ts";
import type { TrialRow } from "./trials/row.ts";

type Account = ID.ID<"account">;
type Organization = ID.ID<"organization">;

export const billingKeys = {
  /** The trial that an address used, or that a checkout holds. Expires after 400 days. */
  trial: (address: ID.ID<"address">): Key<TrialRow> => ({ pk: address, sk: "#trial" }),
  /** Its Stripe customer, what is paid there, and the seat operation under way. */
  billing: (organization: Organization): Key<BillingRow> => ({ pk: organization, sk: "#billing" }),
  /** A change of seats, by when it began. */
  change: (organization: Organization, at: string, operation: ID.ID<"operation">): Key<ChangeRow> =>
    inPart(organization, "bil", `${at}#${operation}`),
  changes: (organization: Organization): Range<ChangeRow> => ({ pk: `${organization}#bil` }),
  /** Seats that a member last requested. Expires after 44 days. */
  seatRequest: (organization: Organization, account: Account): Key<SeatRequestRow> =>
    inPart(organization, "seat_requests", account),
  seatRequests: (organization: Organization): Range<SeatRequestRow> => ({ pk: `${organization}#seat_requests` }),
  /** That seats are added automatically. */
  automatic: (organization: Organization): Key<DueRow> => ({ pk: organization, sk: "#automatic" }),
  /** Marked dirty: compare it with Stripe. Removed when done. */
  dirty: (organization: Organization): Key<DirtyRow> => ({
    pk: `dirty#${ID.lastDigit(organization) % dirtyShards}`,
    sk: organization,
  }),
  dirtyIn: (part: number): Range<DirtyRow> => ({ pk: `dirty#${part}` }),
  /** Findings of a billing sweep, or who let sweeps continue. Expires after 400 days. */
  report: (report: ID.ID<"report">): Key<ReportRow> => ({ pk: `rep#${ID.madeAt(report).slice(0, 7)}`, sk: report }),
  reports: (month: string): Range<ReportRow> => ({ pk: `rep#${month}` }),
  /** A hundred of its differences. Expires after 400 days. */
  differences: (report: ID.ID<"report">, part: number): Key<DifferencesRow> => ({
    pk: report,
    sk: `dif#${String(part).padStart(6, "0")}`,
  }),
  differencesOf: (report: ID.ID<"report">): Range<DifferencesRow> => ({ pk: report, prefix: "dif#" }),
  /** The circuit breaker of billing sweeps. Removed when reset. */
  breaker: (): Key<BreakerRow> => ({ pk: "#clock", sk: "#breaker" }),
  /** Subscriptions by the day on which they began at Stripe. */
  subscriptions: (createdAt: string): List<BillingRow> => `subs#${createdAt.slice(0, 10)}`,
  /** Automatic seats, by when to look at them: `at#org`. */
  dueSeats: "seats#due" as List<DueRow>,
};

/** Number of partitions of the dirty markers. */
export const dirtyShards = 16;
