import * as v from "valibot";
import { auditKeys } from "../audit/keys.ts";
import type { StatsRow } from "../audit/row.ts";
import * as ID from "../base/id.ts";
import { type Role, roles } from "../base/role.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { Cursor, failures as cursorFailures, listOf, open, page, seal } from "../kernel/cursor.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { After } from "../kernel/position.ts";
import { readAll, usable } from "../kernel/stored.ts";
import * as Windows from "../rate/windows.ts";
import * as Find from "../search/find.ts";
import { type Gone, include } from "../search/included.ts";
import { findable, isFound, typed } from "../search/words.ts";
import { teamKeys } from "../team/keys.ts";
import { leadsOf, namesFor, requireTeam, failures as teamFailures, teamsOf } from "../team/names.ts";
import { memberKeys } from "./keys.ts";
import { pageSize } from "./limits.ts";
import { describe, failures, Info, seesAddresses, show } from "./member.ts";
import { MemberRow } from "./row.ts";

const sorts = ["name", "joined", "role"] as const;
const idsAtOnce = 100;

// Shapes

const Search = v.pipe(v.string(), v.maxLength(100, "This search is too long."));

const Ids = v.pipe(
  v.string(),
  v.maxLength(idsAtOnce * 31, `At most ${idsAtOnce} members.`),
  v.check(
    (text) => text.split(",").every((one) => ID.is("account", one)),
    "Expected ids of accounts, separated by commas.",
  ),
);

const Fields = v.strictObject({
  /**
   * Only these members, in this order, on one page: up to 100 ids of accounts, separated by commas. Others, and former
   * members, are left out. It has neither `sort` nor `cursor`.
   */
  accounts: v.optional(Ids),
  /** The starts of words of the name; for owners and admins also of the email address. */
  search: v.optional(Search),
  /** Only members with this role. */
  role: v.optional(v.picklist(roles)),
  /** Only members of this team. */
  team: v.optional(ID.schema("team")),
  /** Only members who lead this team. */
  leadOf: v.optional(ID.schema("team")),
  /** The order: `name` from A to Z, `joined` newest first, `role` from owner to read. A search is ordered by the word found. */
  sort: v.optional(v.picklist(sorts)),
  cursor: v.optional(Cursor),
  after: v.optional(After),
});

/** Accounts have their own order, and are one page. */
const Filters = v.pipe(
  Fields,
  v.forward(
    // threat: members listed by their ids are said to be in another order
    v.check(({ accounts, sort }) => accounts === undefined || sort === undefined, "Not together with accounts."),
    ["sort"],
  ),
  v.forward(
    // threat: members listed by their ids begin again with each cursor, without an end
    v.check(({ accounts, cursor }) => accounts === undefined || cursor === undefined, "Not together with accounts."),
    ["cursor"],
  ),
);

/** Up to 100 members by name, otherwise up to 25. A page may be shorter, even empty, and still have a next one. */
const Page = listOf(Info, pageSize);
type Page = v.InferOutput<typeof Page>;
type Account = ID.ID<"account">;

// Functions

/** One member. */
export const get = fn(
  "member.get",
  {
    input: v.strictObject({ account: ID.schema("account") }),
    output: Info,
    failures: [failures.missing],
    reads: ({ account }, { organization }) => [memberKeys.member(organization, account)],
  },
  (_, actor, [row]) => show(row, actor),
);

/**
 * Lists members by name, 100 at once; or finds them by words or by role, or sorts newest first or by role, 25 at once; or
 * lists some by their ids. A page may be shorter, even empty, and still have a next one.
 */
export const list = fn(
  "member.list",
  {
    input: Filters,
    output: Page,
    failures: [cursorFailures.invalid, teamFailures.missing, Windows.failures.limited],
    reads: ({ search, role, team, leadOf }, { organization }) => [
      team && teamKeys.team(organization, team),
      leadOf && teamKeys.team(organization, leadOf),
      search && role ? auditKeys.stats(organization) : undefined,
    ],
  },
  async (filters, actor, [named, led, stats]) => {
    const { accounts: ids, role, team, leadOf, sort = "name", cursor, after } = filters;
    if (team) requireTeam(actor, named);
    // threat: the leads of a private team are listed foreverybody
    if (leadOf) requireTeam(actor, led);
    const gone = await include(actor.organization, after);
    const words = typed(filters.search ?? "");
    const addresses = seesAddresses(actor);
    if (ids !== undefined) {
      // threat: a member who just joined is shown as a former member
      const some = await these([...new Set(ids.split(",") as Account[])], actor, { isExact: true });
      // threat: members listed by their ids are listed whatever else the filter says
      const shown = some.filter((row) => isWanted(row, { words, role, team, leadOf, addresses }));
      return { items: await describeAll(shown, actor) };
    }
    // threat: a cursor is good for another search
    const scope = JSON.stringify(["member.list", actor.organization, words, role, team, leadOf, sort, addresses]);
    if (words.length === 0 && !role && !team && !leadOf && sort === "name") {
      return byName(scope, actor, { cursor, gone });
    }
    const isRare = role !== undefined && isRareIn(stats, role);
    const from = cursor === undefined ? undefined : open(scope, cursor);
    const { accounts, next } = await Find.find(
      actor.organization,
      { typed: words, role, team, leadOf, sort, addresses, isRare },
      from,
    );
    const there = await these(accounts, actor, { isExact: false });
    const wanted = there.filter((row) => isWanted(row, { words, role, team, leadOf, addresses }));
    return { items: await describeAll(wanted, actor), ...(next && { next: seal(scope, next) }) };
  },
);

/** Those of some accounts that are members, in their order; `isExact` where absence means that they are not. */
async function these(
  accounts: readonly Account[],
  { organization }: Actor,
  { isExact }: { isExact: boolean },
): Promise<MemberRow[]> {
  const keys = accounts.map((account) => memberKeys.member(organization, account));
  const rows = await table.getMany(keys, { consistent: isExact });
  // threat: one member of a newer release hides all that a search finds
  return rows.flatMap((row) => usable(MemberRow, row) ?? []);
}

type Reading = { cursor: string | undefined; gone: Gone };

async function byName(scope: string, actor: Actor, { cursor, gone }: Reading): Promise<Page> {
  const { items, next } = await page(scope, { list: memberKeys.members(actor.organization), limit: pageSize }, cursor);
  // threat: a list shows somebody whose removal it is said to include
  const members = items.filter(({ pk }) => !gone.has(pk));
  return { items: await describeAll(members, actor), ...(next && { next }) };
}

async function describeAll(rows: readonly MemberRow[], actor: Actor): Promise<Info[]> {
  const names = await namesFor(actor.organization, rows, actor);
  return readAll(MemberRow, rows).map((member) => describe(member, actor, names));
}

/** The numbers may lag: they choose how to search, not who is found. */
function isRareIn(stats: StatsRow | undefined, role: Role): boolean {
  const [ofRole, ofAll] = [stats?.[role] ?? 0, stats?.active ?? 0];
  return ofRole < Math.min(Find.maxExamined, ofAll / 10);
}

type Wanted = {
  words: readonly string[];
  role: Role | undefined;
  team: ID.ID<"team"> | undefined;
  leadOf: ID.ID<"team"> | undefined;
  addresses: boolean;
};

/** A match may have been renamed, changed or removed since. */
function isWanted(row: MemberRow, { words, role, team, leadOf, addresses }: Wanted): boolean {
  // threat: a search shows people by a name or a role that they no longer have
  // threat: a member who left a team is shown in it
  if ((role && row.role !== role) || (team && !teamsOf(row).includes(team))) return false;
  // threat: a former lead is listed among the leads
  if (leadOf && !leadsOf(row).includes(leadOf)) return false;
  const { words: own, email } = findable(row);
  // threat: a member who sees no addresses finds people by theirs
  return isFound(addresses ? { words: own, email } : { words: own }, words);
}
