import type * as ID from "../base/id.ts";
import type { DueRow } from "../billing/automatic/row.ts";
import type { ChangeRow } from "../billing/ledger/row.ts";
import type { SeatRequestRow } from "../billing/requests/row.ts";
import type { BillingRow } from "../billing/row.ts";
import type { TrialRow } from "../billing/trials/row.ts";
import type { ReclaimRow } from "../reclaim/row.ts";
import { inPart } from "./key-text.ts";
import type { Key, Range } from "./table.ts";

type Account = ID.ID<"account">;
type Organization = ID.ID<"organization">;

/** What is paid, and seats. The picture is in keys.ts. */
export const billingKeys = {
  trial: (address: ID.ID<"address">): Key<TrialRow> => ({ pk: address, sk: "#trial" }),
  billing: (organization: Organization): Key<BillingRow> => ({ pk: organization, sk: "#billing" }),
  change: (organization: Organization, at: string, operation: ID.ID<"operation">): Key<ChangeRow> =>
    inPart(organization, "bil", `${at}#${operation}`),
  changes: (organization: Organization): Range<ChangeRow> => ({ pk: `${organization}#bil` }),
  reclaim: (organization: Organization): Key<ReclaimRow> => ({ pk: organization, sk: "#reclaim" }),
  seatRequest: (organization: Organization, account: Account): Key<SeatRequestRow> =>
    inPart(organization, "seat_requests", account),
  seatRequests: (organization: Organization): Range<SeatRequestRow> => ({ pk: `${organization}#seat_requests` }),
  automatic: (organization: Organization): Key<DueRow> => ({ pk: organization, sk: "#automatic" }),
};
