import { hourMs, minuteMs } from "@muster/core/base/duration.ts";
import { type Calendar, type Cast, invitersOf, owner, slices, spread } from "./cast.ts";
import type { Figure } from "./people.ts";
import type { DemoOrganization, Scene } from "./scenarios.ts";

/** One request adds at most so many people to a team. */
const peoplePerRequest = 50;

/** Each with its share of the staff. */
const teams = [
  { name: "Design", description: "How it looks and feels.", share: 0.1 },
  { name: "Engineering", description: "Builds it and keeps it running.", share: 0.3 },
  { name: "Support", description: "Answers whoever asks.", share: 0.15 },
  { name: "Leadership", share: 0 },
] as const;

type Parts = { house: DemoOrganization; cast: Cast; calendar: Calendar };

/** Teams that are created early and filled as people join; one is renamed, and one existed only for a while. */
export function teamScenes({ house, cast, calendar }: Parts): Scene[] {
  const [, admin = owner] = invitersOf(cast);
  const early = cast.staff.slice(0, Math.ceil(cast.staff.length * 0.6));
  const start = calendar.at(0.2);
  const whole = calendar.at(0.9);
  const addToTeam = (at: number, name: string, people: readonly Figure[]): Scene[] =>
    slices(people, peoplePerRequest).map((some) => ({ at, run: () => house.addToTeam(admin, name, some) }));
  const some = (share: number) => spread(early, Math.max(2, Math.ceil(early.length * share)));
  return [
    ...teams.map(({ name, ...more }, n) => ({
      at: start + n * minuteMs,
      run: () => house.createTeam(owner, name, "description" in more ? more.description : ""),
    })),
    ...teams.flatMap(({ name, share }) => (share > 0 ? addToTeam(whole, name, some(share)) : [])),
    ...addToTeam(whole, "Leadership", [owner, ...cast.founders.slice(0, 3)]),
    { at: whole + hourMs, run: () => house.renameTeam(owner, "Support", "Customer care") },
    { at: whole + hourMs, run: () => house.removeFromTeam(admin, "Engineering", some(0.3).slice(0, 1)) },
    { at: start + hourMs, run: () => house.createTeam(admin, "Summer party", "Until August.") },
    ...addToTeam(whole, "Summer party", some(0.2)),
    { at: whole + 26 * hourMs, settled: true as const, run: () => house.deleteTeam(owner, "Summer party") },
  ];
}
