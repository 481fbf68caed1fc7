import * as v from "valibot";
import { Email, PersonName } from "../account/shape.ts";
import * as ID from "../base/id.ts";
import { type Role, roles } from "../base/role.ts";

/** One line of a list, as it was written. */
export type Row = {
  email: string;
  role?: string | undefined;
  name?: string | undefined;
  teams?: readonly ID.ID<"team">[] | undefined;
};

/** The same, as far as it could be parsed. */
export type Candidate = {
  email: string;
  /** Whether the role and the teams were written. A pending invitation keeps what was not. */
  names?: { role: boolean; teams: boolean };
  address?: ID.ID<"address">;
  role?: Role;
  name?: string;
  teams?: ID.ID<"team">[];
};

/** The limits of a check: the actor's role, the existing teams, and the room that is left. */
export type Rules = {
  giver: Role;
  src?: string | undefined;
  teams: { has: (team: ID.ID<"team">) => boolean };
  /** Addresses whose pending invitation nobody can accept: they are invited again. */
  lapsed: ReadonlySet<ID.ID<"address">>;
  room: { seats: number; mails: number };
};

/** Parses a row in the most tolerant way that cannot grant more than was written: no role means Read. */
export function candidateOf({ email: text, role, name, teams: written }: Row): Candidate {
  const teams = written ?? [];
  const email = v.safeParse(Email, text);
  const known = roles.find((one) => one === (role?.trim().toLowerCase() || "read"));
  const person = v.safeParse(PersonName, name);
  return {
    email: email.success ? email.output : text,
    ...(email.success && { address: ID.derive("address", email.output) }),
    names: { role: role !== undefined, teams: written !== undefined },
    ...(known && { role: known }),
    ...(person.success && { name: person.output }),
    ...(teams.length > 0 && { teams: [...new Set(teams)] }),
  };
}
