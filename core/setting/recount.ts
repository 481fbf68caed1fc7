import * as v from "valibot";
import * as ID from "../base/id.ts";
import { Integer } from "../base/shape.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { pagesOf, rowsOf } from "../kernel/rows.ts";
import { type Read, read } from "../kernel/stored.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { memberKeys } from "../member/keys.ts";
import { failures as organizationFailures } from "../organization/failures.ts";
import { organizationKeys } from "../organization/keys.ts";
import { absent, all, check, equal, not, present, put, remove, type Step, when } from "../table/table.ts";
import {
  type Cohort,
  failures as cohortFailures,
  cohortOf,
  countIn,
  moveId,
  nameOf,
  removeEmpty,
  same,
} from "./cohort.ts";
import { settingKeys } from "./keys.ts";
import { CohortRow } from "./row.ts";

// Cohorts counted anew from memberships. Nothing stops for it: what is written is guarded by what was read, and a cohort
// that somebody came to or left while it was counted is counted again.

type Organization = ID.ID<"organization">;

/** Each reads all cohorts twice, and where every member is counted. */
const maxPasses = 5;
const membersAtOnce = 1_000;

// Shapes

/** A cohort of which the number of members, or of their devices, was wrong. */
const Corrected = v.object({
  teams: Integer,
  /** Settings that its members chose for themselves. */
  choices: Integer,
  /** Its members before, unless it was missing or could not be read. */
  from: v.optional(v.number()),
  to: Integer,
});

export const Recounted = v.object({
  /** Members who are counted now. */
  members: Integer,
  /** Members who were counted in another cohort, not at all, or although they are none. */
  moved: Integer,
  corrected: v.array(Corrected),
  /** Cohorts that changed in each pass while they were counted. */
  changing: Integer,
});
export type Recounted = v.InferOutput<typeof Recounted>;

// Functions

/**
 * Counts all members of an organization from their memberships, and corrects what differs. It may be stopped and
 * repeated at any time.
 */
export const recount = fn(
  "setting.recount",
  {
    input: v.strictObject({ organization: ID.schema("organization") }),
    output: Recounted,
    failures: [cohortFailures.moved, organizationFailures.missing],
    reads: ({ organization }) => [organizationKeys.organization(organization)],
  },
  async ({ organization }, _, [row]) => {
    if (!row || row.state === "deleted") throw organizationFailures.missing();
    await removeDamaged(organization);
    const moved = await placeMembers(organization);
    const corrected: v.InferOutput<typeof Corrected>[] = [];
    for (let pass = 1; ; pass++) {
      const { members, differing, changing } = await compare(organization);
      for (const one of differing) {
        const correction = await correct(organization, one);
        if (correction) corrected.push(correction);
      }
      // the last pass finds nothing to correct: what it has compared is right
      const open = differing.length + changing;
      if (open === 0 || pass === maxPasses) return { members, moved, corrected, changing: open };
    }
  },
);

// Where members are counted

/** Returns how many were counted where they do not belong. */
async function placeMembers(organization: Organization): Promise<number> {
  const listed = new Set<string>();
  let moved = 0;
  const place = async (accounts: readonly ID.ID<"account">[]) => {
    const counted = await countIn(organization, accounts);
    await removeEmpty(organization, counted.left);
    moved += counted.moved;
  };
  for await (const items of pagesOf({ list: memberKeys.members(organization), limit: membersAtOnce })) {
    const accounts = [...new Set(items.map(({ pk }) => pk))];
    for (const account of accounts) listed.add(account);
    await place(accounts);
  }
  for await (const items of countedIn(organization)) {
    // threat: members who are counted after they left stay counted
    await place(items.flatMap(({ sk }) => (listed.has(sk) ? [] : [sk])));
  }
  return moved;
}

// How many are counted in each cohort

type Counted = { members: number; devices: number; account: ID.ID<"account"> };
type Differing = { name: string; row: CohortRow | undefined; counted: Counted | undefined };

/** Cohorts that nobody came to or left in between are compared with the members who are counted in them. */
async function compare(organization: Organization) {
  const before = await cohortsIn(organization);
  const counted = new Map<string, Counted>();
  let members = 0;
  for await (const items of countedIn(organization)) {
    members += items.length;
    for (const { sk: account, cohort, devices: own = 0 } of items) {
      const { members: known, devices } = counted.get(cohort) ?? { members: 0, devices: 0 };
      counted.set(cohort, { account, members: known + 1, devices: devices + own });
    }
  }
  const after = await cohortsIn(organization);
  const differing: Differing[] = [];
  let changing = 0;
  for (const name of new Set([...before.keys(), ...counted.keys(), ...after.keys()])) {
    const [row, now] = [before.get(name), after.get(name)];
    // threat: a recount believes numbers that changed while it counted
    if (row?.move !== now?.move || !row !== !now) changing++;
    else if (!isRight(name, row, counted.get(name))) differing.push({ name, row, counted: counted.get(name) });
  }
  return { members, differing, changing };
}

const countedIn = (organization: Organization) =>
  pagesOf({ ...settingKeys.countedIn(organization), limit: membersAtOnce, consistent: true });

async function cohortsIn(organization: Organization): Promise<Map<string, CohortRow>> {
  const rows = await rowsOf({ ...settingKeys.cohorts(organization), limit: membersAtOnce, consistent: true });
  return new Map(rows.map((row) => [row.sk.slice("coh#".length), row]));
}

/** Nobody can come to a cohort whose number is none, or leave it. It is made again by those who are counted in it. */
async function removeDamaged(organization: Organization): Promise<void> {
  for (const [name, row] of await cohortsIn(organization)) {
    if (read(CohortRow, row)) continue;
    await isWritten(remove(settingKeys.cohort(organization, name), asRead(row)));
  }
}

function isRight(name: string, row: CohortRow | undefined, counted: Counted | undefined): boolean {
  const cohort = row && read(CohortRow, row);
  if (!cohort) return !row && !counted;
  const isCounted = cohort.members === counted?.members && (cohort.devices ?? 0) === counted.devices;
  return isCounted && nameOf(cohort) === name;
}

/** Returns what was corrected: nothing if somebody came to the cohort or left it since it was counted. */
async function correct(organization: Organization, { name, row, counted }: Differing) {
  const key = settingKeys.cohort(organization, name);
  const cohort = counted && (await cohortIn(organization, counted.account));
  if (counted && (!cohort || nameOf(cohort) !== name)) return undefined;
  const guard = asRead(row);
  const isCorrected = await isWritten(
    // a purge removes all that is counted, and nothing comes after it
    check(
      organizationKeys.organization(organization),
      // threat: a recount brings back what a purge has removed
      when(all(present, not(equal("state", "deleted"))), organizationFailures.missing),
    ),
    counted && cohort
      ? put(key, { ...cohort, members: counted.members, devices: counted.devices, move: moveId() }, guard)
      : remove(key, guard),
  );
  return isCorrected ? correctionOf(row && read(CohortRow, row), cohort, counted?.members) : undefined;
}

function correctionOf(before: Read<typeof CohortRow> | undefined, cohort: Cohort | undefined, members = 0) {
  const { teams = [], own = {} } = cohort ?? before ?? {};
  const from = before?.members;
  return { teams: teams.length, choices: Object.keys(own).length, ...(from !== undefined && { from }), to: members };
}

const asRead = (row: CohortRow | undefined) =>
  // threat: a recount writes a number that is older than what happened while it counted
  when(row ? all(present, same("move", row.move), same("members", row.members)) : absent, cohortFailures.moved);

/** Returns whether nothing has changed since it was read. */
const isWritten = (...steps: Step[]): Promise<boolean> => writeUnless(cohortFailures.moved, ...steps);

async function cohortIn(organization: Organization, account: ID.ID<"account">): Promise<Cohort | undefined> {
  return cohortOf(await table.get(memberKeys.member(organization, account)));
}
