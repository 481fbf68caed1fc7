import type * as ID from "../base/id.ts";
import { inPart } from "../table/key-text.ts";
import type { Key, Range } from "../table/table.ts";
import type { ActiveFiguresRow, ActiveMemberRow, SeatFiguresRow } from "./row.ts";

type Organization = ID.ID<"organization">;

export const figureKeys = {
  /** Members and seats at the end of a day. Expires after 430 days. */
  seatFigures: (organization: Organization, day: string): Key<SeatFiguresRow> =>
    inPart(organization, "fig", `seats#${day}`),
  /** From one day to another, both included. */
  seatFiguresBetween: (organization: Organization, from: string, to: string): Range<SeatFiguresRow> => ({
    pk: `${organization}#fig`,
    from: `seats#${from}`,
    to: `seats#${to}`,
  }),
  /** The number of members who were active on a day. Expires after 430 days. */
  activeFigures: (organization: Organization, day: string): Key<ActiveFiguresRow> =>
    inPart(organization, "fig", `active#${day}`),
  activeFiguresBetween: (organization: Organization, from: string, to: string): Range<ActiveFiguresRow> => ({
    pk: `${organization}#fig`,
    from: `active#${from}`,
    to: `active#${to}`,
  }),
  /** That a member is counted there. Expires after 4 days. */
  activeMember: (organization: Organization, day: string, account: ID.ID<"account">): Key<ActiveMemberRow> =>
    inPart(organization, "fig", `on#${day}#${account}`),
  figures: (organization: Organization) => ({ pk: `${organization}#fig` }),
};
