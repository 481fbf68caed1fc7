type Data = Record<string, unknown>;
type Numbers = Readonly<Record<string, number>>;

/** What an event does to the numbers that are shown, never to those that decide. */
export function effects(type: string, data: Data): Numbers {
  return table[type]?.(data) ?? {};
}

/** What an event does to the numbers of members of teams, by team; a team that is gone has none. */
export function teamEffects(type: string, data: Data): Numbers {
  const teams = [data.team ?? data.teams ?? []].flat().map(String);
  const by = placements[type]?.(data) ?? 0;
  return Object.fromEntries(type in placements ? teams.map((team) => [team, by]) : []);
}

const placements: Record<string, (data: Data) => number> = {
  "invitation.accepted": () => 1,
  "member.reinstated": () => 1,
  "member.removed": () => -1,
  "member.left": () => -1,
  "team.joined": ({ accounts }) => count(accounts),
  "team.left": ({ accounts }) => -count(accounts),
  "team.deleted": () => 0,
};

const table: Record<string, (data: Data) => Numbers> = {
  "organization.created": () => arrives("owner"),
  "invitation.created": ({ invitations }) => ({ pending: count(invitations) }),
  "invitation.ended": ({ invitations }) => ({ pending: -count(invitations) }),
  "invitation.accepted": ({ role }) => ({ pending: -1, ...arrives(String(role)) }),
  "member.role_changed": ({ from, to }) => ({ [String(from)]: -1, [String(to)]: 1 }),
  "member.reinstated": ({ role }) => arrives(String(role)),
  "member.removed": ({ role }) => leaves(String(role)),
  "member.left": ({ role }) => leaves(String(role)),
  // the number of owners stays, unless the new one was an owner already
  "member.transferred": ({ role }) => (role === "admin" ? {} : { [String(role)]: -1, admin: 1 }),
};

const arrives = (role: string): Numbers => ({ active: 1, [role]: 1 });
const leaves = (role: string): Numbers => ({ active: -1, [role]: -1 });
const count = (list: unknown) => (Array.isArray(list) ? list.length : 0);
