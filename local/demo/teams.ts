import { hourMs, minuteMs } from "@muster/core/base/duration.ts";
import { type Calendar, type Cast, invitersOf, owner, slices, spread } from "./cast.ts";
import type { Figure } from "./people.ts";
import type { Action, DemoOrganization } from "./scenarios.ts";

/** One request adds at most so many people to a team. */
const peoplePerRequest = 50;

/** Each with its share of the staff. */
const teams = [
  { name: "Design", description: "How it looks and feels.", share: 0.1 },
  { name: "Engineering", description: "Builds it and keeps it running.", share: 0.3 },
  { name: "Support", description: "Helps customers.", share: 0.15 },
  { name: "Leadership", share: 0 },
] as const;

type Parts = { organization: DemoOrganization; cast: Cast; calendar: Calendar };

/** Teams that are created early and filled as people join; one is renamed, and one existed only for a while. */
export function teamActions({ organization, cast, calendar }: Parts): Action[] {
  const [, admin = owner] = invitersOf(cast);
  const early = cast.staff.slice(0, Math.ceil(cast.staff.length * 0.6));
  const start = calendar.at(0.2);
  const whole = calendar.at(0.9);
  const addToTeam = (at: number, name: string, people: readonly Figure[]): Action[] =>
    slices(people, peoplePerRequest).map((some) => ({ at, run: () => organization.addToTeam(admin, name, some) }));
  const some = (share: number) => spread(early, Math.max(2, Math.ceil(early.length * share)));
  const [host = owner] = some(0.2);
  return [
    ...teams.map(({ name, ...more }, n) => ({
      at: start + n * minuteMs,
      run: () => organization.createTeam(owner, name, "description" in more ? more.description : ""),
    })),
    ...teams.flatMap(({ name, share }) => (share > 0 ? addToTeam(whole, name, some(share)) : [])),
    ...addToTeam(whole, "Leadership", [owner, ...cast.founders.slice(0, 3)]),
    { at: whole + hourMs / 2, run: () => organization.addLead(owner, "Leadership", owner) },
    {
      at: whole + hourMs / 2,
      run: () => organization.editTeam(owner, "Leadership", { posting: "leads", visibility: "private" }),
    },
    { at: whole + hourMs / 2, run: () => organization.addLead(owner, "Summer party", host) },
    { at: whole + 2 * hourMs, run: () => organization.removeLead(admin, "Summer party", host) },
    { at: whole + hourMs, run: () => organization.renameTeam(owner, "Support", "Customer care") },
    { at: whole + hourMs, run: () => organization.removeFromTeam(admin, "Engineering", some(0.3).slice(0, 1)) },
    { at: start + hourMs, run: () => organization.createTeam(admin, "Summer party", "Until August.") },
    ...addToTeam(whole, "Summer party", some(0.2)),
    {
      at: whole + 26 * hourMs,
      afterReactions: true as const,
      run: () => organization.deleteTeam(owner, "Summer party"),
    },
  ];
}
