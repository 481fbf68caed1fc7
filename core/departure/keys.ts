import type * as ID from "../base/id.ts";
import { inPart } from "../table/key-text.ts";
import type { Key, Range } from "../table/table.ts";
import type { DepartureRow } from "./row.ts";

type Organization = ID.ID<"organization">;

export const departureKeys = {
  /** A member who left, or a revoked device. */
  departure: (organization: Organization, departure: ID.ID<"departure">): Key<DepartureRow> =>
    inPart(organization, "dep", departure),
  departures: (organization: Organization): Range<DepartureRow> => ({ pk: `${organization}#dep` }),
};
