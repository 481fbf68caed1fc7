import type * as ID from "../base/id.ts";
import type * as Figure from "../figure/row.ts";
import { inPart } from "./key-text.ts";
import type { Key, Range } from "./table.ts";

type Organization = ID.ID<"organization">;

/** Those of daily figures. The picture is in keys.ts. */
export const figureKeys = {
  seatFigures: (organization: Organization, day: string): Key<Figure.SeatFiguresRow> =>
    inPart(organization, "fig", `seats#${day}`),
  /** From one day to another, both included. */
  seatFiguresBetween: (organization: Organization, from: string, to: string): Range<Figure.SeatFiguresRow> => ({
    pk: `${organization}#fig`,
    from: `seats#${from}`,
    to: `seats#${to}`,
  }),
  activeFigures: (organization: Organization, day: string): Key<Figure.ActiveFiguresRow> =>
    inPart(organization, "fig", `active#${day}`),
  activeFiguresBetween: (organization: Organization, from: string, to: string): Range<Figure.ActiveFiguresRow> => ({
    pk: `${organization}#fig`,
    from: `active#${from}`,
    to: `active#${to}`,
  }),
  activeMember: (organization: Organization, day: string, account: ID.ID<"account">): Key<Figure.ActiveMemberRow> =>
    inPart(organization, "fig", `on#${day}#${account}`),
  figures: (organization: Organization) => ({ pk: `${organization}#fig` }),
};
