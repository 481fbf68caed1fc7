import type { Figure } from "./people.ts";
import type { Invited } from "./scenarios.ts";

// Who is in the story, and when it happens.

export const owner: Figure = { name: "Ada Lindqvist", email: "ada@example.com" };

/** Everything that depends on the size, which is the number of members at the end. */
export type Cast = {
  founders: Invited[];
  /** Members who stay, beside the creator and the owner. */
  staff: Invited[];
  removed: Invited[];
  left: Invited[];
  /** Removed members who are reinstated; they count as members. */
  back: Invited[];
  declined: Invited[];
  revoked: Invited[];
  expired: Invited[];
  pending: Invited[];
  /** Members who are invited by a file. */
  imported: Invited[];
};

export type Span = {
  from: number;
  to: number;
};

export type Calendar = {
  /** Returns an instant at a fraction of the time span, on that day in working hours. */
  at: (part: number) => number;
  /** Returns an instant so many ms later, but not later than now. */
  after: (at: number, ms: number) => number;
};

/** Inviters never leave, and keep their role. */
export const invitersOf = ({ founders }: Cast): Figure[] => [
  owner,
  ...founders.filter(({ role }) => role === "admin").slice(0, 2),
];

/** Those who joined by the time of the last updates. */
export const earlyOf = ({ staff }: Cast): Invited[] => staff.slice(0, Math.ceil(staff.length * 0.3));

/** Members who post updates. They keep their role, as inviters do. */
export const writersOf = (cast: Cast): Invited[] =>
  earlyOf(cast)
    .filter(({ role }) => role === "write")
    .slice(0, 2);

export function slices<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}

/** So many of them, evenly distributed. */
export function spread<T>(all: readonly T[], count: number): T[] {
  const wanted = Math.min(count, all.length);
  return Array.from({ length: wanted }, (_, n) => all[Math.floor((n * all.length) / wanted)] as T);
}
