import type { Organization } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import type { PageId } from "./pages.ts";
import { badgeOf, isInOrder } from "./text.ts";

/** Descriptions of the pages that the overview links to. */
export const manageText: { [P in PageId]?: (organization: Organization) => string } = {
  members,
  teams: () => "Groups that work together",
  invitations,
  imports: () => "Many at once, from a CSV file",
  billing,
  settings: () => "Name, contact, and address",
};

function members({ seats }: Organization) {
  return seats?.used === undefined ? "Members and their roles" : plural(seats.used, "member");
}

function invitations({ seats }: Organization) {
  if (seats?.held === undefined) {
    return "Pending and ended invitations";
  }
  return seats.held === 0 ? "None pending" : `${seats.held} pending`;
}

/** What is wrong with payment comes first. */
function billing(organization: Organization) {
  return isInOrder(organization) ? "Seats, plan, and invoices" : badgeOf(organization).label;
}
