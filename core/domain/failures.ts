import { failure } from "../base/failure.ts";
import { maxDomainsPerOrganization } from "./limits.ts";

export const failures = {
  missing: failure("missing", "domain.missing", "Domain not found."),
  exists: failure("conflict", "domain.exists", "This domain is already in the list."),
  changed: failure("conflict", "domain.changed", "This domain was just changed or checked. Reload and try again."),
  unverified: failure("conflict", "domain.unverified", "This domain is not verified. Verify it first."),
  unclaimed: failure(
    "conflict",
    "domain.unclaimed",
    "This domain has lost its verification. Check it now, then try again.",
  ),
  taken: failure("conflict", "domain.taken", "Another organization has already verified this domain."),
  tooMany: failure(
    "limit",
    "domain.limit_reached",
    `An organization has at most ${maxDomainsPerOrganization} domains. Remove one first.`,
  ),
  notJoinable: failure(
    "missing",
    "domain.not_joinable",
    "You can't join this organization with your email address. Ask one of its admins for an invitation.",
  ),
  joinConflict: failure(
    "conflict",
    "domain.join_conflict",
    "Something about your membership was just changed. Reload and try again.",
  ),
  noSeat: failure(
    "limit",
    "domain.no_seat",
    "This organization has no seat for you right now. Ask one of its admins, or try again later.",
  ),
};
