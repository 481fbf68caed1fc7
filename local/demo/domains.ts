import { hourMs } from "@muster/core/base/duration.ts";
import { type Calendar, type Cast, invitersOf, owner } from "./cast.ts";
import type { Action, DemoOrganization } from "./scenarios.ts";

type Parts = { organization: DemoOrganization; cast: Cast; calendar: Calendar };

/** One verified domain, by which people join, one that waits for its record, and one that was removed. */
export function domainActions({ organization, cast, calendar }: Parts): Action[] {
  const [, admin = owner] = invitersOf(cast);
  const start = calendar.at(0.4);
  const last = calendar.at(1);
  return [
    { at: start, run: () => organization.addDomain(owner, "example.org") },
    { at: start + hourMs, run: () => organization.publishDomain(owner, "example.org") },
    { at: start + 2 * hourMs, run: () => organization.checkDomain(owner, "example.org") },
    { at: start + 3 * hourMs, run: () => organization.changeJoin(owner, "example.org", "suggest") },
    { at: start + 3 * hourMs, run: () => organization.addDomain(admin, "labs.example.org") },
    { at: start + 4 * hourMs, run: () => organization.removeDomain(admin, "labs.example.org") },
    { at: last, run: () => organization.checkDomain(owner, "example.org") },
    { at: last, run: () => organization.addDomain(admin, "example.net") },
    { at: last, run: () => organization.checkDomain(admin, "example.net") },
  ];
}
