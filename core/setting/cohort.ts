import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { failure } from "../base/failure.ts";
import { sha256 } from "../base/hash.ts";
import * as ID from "../base/id.ts";
import { slicesOf } from "../base/slices.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { read } from "../kernel/stored.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { memberKeys } from "../member/keys.ts";
import { MemberRow } from "../member/row.ts";
import { Changes } from "../search/search.ts";
import {
  absent,
  all,
  atMost,
  type Condition,
  check,
  equal,
  has,
  type Item,
  lacks,
  present,
  put,
  remove,
  type Scalar,
  type Step,
  update,
  when,
} from "../table/table.ts";
import { teamsOf } from "../team/names.ts";
import { settingKeys } from "./keys.ts";
import type { CountedRow } from "./row.ts";

// Members with the same teams and the same choices have the same settings: they are a cohort, and are counted. A change
// is judged once per cohort, however many members an organization has.

type Organization = ID.ID<"organization">;
type Account = ID.ID<"account">;
type Change = v.InferOutput<typeof Changes>["changes"][number];

/** All that the settings of one member follow from. */
export type Cohort = {
  teams: ID.ID<"team">[];
  /** Their own choices, by setting, as the resolver takes them. */
  own: Record<string, unknown>;
};

/** Steps of a transaction. A member takes two of them, and each cohort one. */
const maxSteps = 100;
/** Members that are read at once, each with the row that says where they are counted. */
const membersAtOnce = 48;
const maxAttempts = 5;

/** The fields of a membership that decide where it is counted. */
const Combined = v.pick(MemberRow, ["pk", "sk", "teams", "own"]);

// Failures

export const failures = {
  moved: failure("conflict", "setting.cohort_moved", "This member is being counted by another process."),
};

// Functions

/**
 * Counts the members of these memberships where they belong now. What a change says of them only leads here: each is
 * read, and moved in the write that checks what was read, so repeating and reordering changes nothing.
 */
export const count = fn(
  "setting.count",
  { input: Changes, output: v.void(), failures: [failures.moved] },
  async ({ changes }) => {
    const moving = changes.filter(movesMember);
    const left = new Map<Organization, Set<string>>();
    const accounts = new Map<Organization, Set<Account>>();
    for (const { before, after } of moving) {
      const { pk, sk } = (after ?? before) as { pk: Account; sk: Organization };
      accounts.set(sk, (accounts.get(sk) ?? new Set()).add(pk));
      const cohort = cohortOf(before);
      if (cohort) left.set(sk, (left.get(sk) ?? new Set()).add(nameOf(cohort)));
    }
    for (const [organization, members] of accounts) {
      const counted = await countIn(organization, [...members]);
      await removeEmpty(organization, new Set([...counted.left, ...(left.get(organization) ?? [])]));
    }
  },
);

/** Returns whether a change of a row moves a member from one cohort to another, or changes with how many devices. */
export function movesMember({ before, after }: Change): boolean {
  const [from, to] = [nameIf(cohortOf(before)), nameIf(cohortOf(after))];
  return from !== to || (to !== undefined && devicesOf(before) !== devicesOf(after));
}

/** Returns how many devices a row says that there are. What is no number is none. */
const devicesOf = (row: Item | undefined): number => Math.max(0, Number(row?.devices) || 0);

/** Returns the cohort of a membership, and nothing for any other row. */
export function cohortOf(image: Item | undefined): Cohort | undefined {
  if (!image || !ID.is("account", image.pk) || !ID.is("organization", image.sk)) return undefined;
  const member = read(Combined, image);
  return member && { teams: teamsOf(member), own: opinionsIn(member.own ?? {}) };
}

/** A choice is its value alone: who made it and when changes nothing, and nothing is below it that it could lock. */
function opinionsIn(own: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(own).map(([key, entry]) => {
      const { value } = (typeof entry === "object" && entry !== null ? entry : {}) as { value?: unknown };
      return [key, value === undefined ? {} : { value }];
    }),
  );
}

/** The same for the same teams and choices. */
export function nameOf({ teams, own }: Cohort): string {
  const choices = Object.entries(own).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const text = JSON.stringify([teams, choices], (_, value: unknown) => inOrder(value));
  return sha256(text).slice(0, 22);
}

const nameIf = (cohort: Cohort | undefined) => cohort && nameOf(cohort);

/** The table keeps no order in what is not a list. */
const inOrder = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
    : value;

// One organization

type Move = {
  account: Account;
  member: MemberRow | undefined;
  counted: CountedRow | undefined;
  from: string | undefined;
  to: Cohort | undefined;
  /** By how much the devices differ with which the member is counted there, and was. */
  devices: { from: number; to: number };
};

/** Returns the cohorts that members left, and how many members were moved. @throws setting.cohort_moved */
export async function countIn(organization: Organization, accounts: readonly Account[]) {
  const left = new Set<string>();
  let moved = 0;
  let waiting = accounts;
  for (let attempt = 1; waiting.length > 0; attempt++) {
    if (attempt > maxAttempts) throw failures.moved();
    const overtaken: Account[] = [];
    for (const some of slicesOf(waiting, membersAtOnce)) {
      for (const moves of inWrites(await movesOf(organization, some))) {
        for (const { from } of moves) if (from !== undefined) left.add(from);
        if (await isWritten(organization, moves)) moved += moves.length;
        else overtaken.push(...moves.map(({ account }) => account));
      }
    }
    waiting = overtaken;
  }
  return { left, moved };
}

async function movesOf(organization: Organization, accounts: readonly Account[]): Promise<Move[]> {
  const rows = await table.getMany([
    ...accounts.map((account) => memberKeys.member(organization, account)),
    ...accounts.map((account) => settingKeys.counted(organization, account)),
  ]);
  const moves = accounts.map((account, i): Move => {
    const member = rows[i] as MemberRow | undefined;
    const counted = rows[accounts.length + i] as CountedRow | undefined;
    const from = typeof counted?.cohort === "string" ? counted.cohort : undefined;
    const to = cohortOf(member);
    const devices = { from: devicesOf(counted), to: to ? devicesOf(member) : 0 };
    return { account, member, counted, from, to, devices };
  });
  const isDamaged = ({ counted, from }: Move) => counted !== undefined && from === undefined;
  const differs = ({ from, to, devices }: Move) => from !== nameIf(to) || devices.from !== devices.to;
  return moves.filter((move) => differs(move) || isDamaged(move));
}

/** Splits moves into as many as one transaction takes. */
function inWrites(moves: readonly Move[]): Move[][] {
  const writes: Move[][] = [];
  let cohorts = new Set<string>();
  for (const move of moves) {
    const last = writes.at(-1);
    const touched = new Set([...cohorts, ...cohortsOf(move)]);
    // threat: members of many cohorts are counted in a write that the table refuses
    const isFull = !last || 2 * (last.length + 1) + touched.size > maxSteps;
    if (isFull) writes.push([move]);
    else last.push(move);
    cohorts = isFull ? new Set(cohortsOf(move)) : touched;
  }
  return writes;
}

const cohortsOf = ({ from, to }: Move) => [from, nameIf(to)].filter((name) => name !== undefined);

/** Returns whether nothing has changed since it was read. */
async function isWritten(organization: Organization, moves: readonly Move[]): Promise<boolean> {
  const steps = [...moves.flatMap((move) => memberSteps(organization, move)), ...cohortSteps(organization, moves)];
  return writeUnless(failures.moved, ...steps);
}

/** The membership is as it was read, and so is where the member was counted. */
function memberSteps(organization: Organization, { account, member, counted, to, devices }: Move): Step[] {
  const [membership, place] = [memberKeys.member(organization, account), settingKeys.counted(organization, account)];
  const isSame = counted && all(same("cohort", counted.cohort), same("devices", counted.devices));
  // threat: two processes with one record count a member twice
  const asCounted = when(isSame ?? absent, failures.moved);
  return [
    // threat: a member is counted by what their membership was when it was read
    check(membership, when(member ? asRead(member) : absent, failures.moved)),
    to
      ? put(place, { cohort: nameOf(to), ...(devices.to > 0 && { devices: devices.to }) }, asCounted)
      : remove(place, asCounted),
  ];
}

/** `own` is the same while its revision is, and the membership did not end in between. */
const asRead = ({ teams, ownRevision, joinedAt, devices }: MemberRow) =>
  all(
    present,
    same("teams", teams),
    // threat: a member is counted by choices that were replaced after they were read
    same("ownRevision", ownRevision),
    same("joinedAt", joinedAt),
    // threat: devices are counted that a member had when it was read
    same("devices", devices),
  );

/** An attribute is as it was read. What cannot be compared is damage, and only has to be there. */
export function same(attribute: string, value: unknown): Condition<never> {
  if (value === undefined) return lacks(attribute) as Condition<never>;
  const isComparable = value instanceof Set || typeof value === "string" || typeof value === "number";
  return (isComparable ? equal(attribute, value as Scalar | Set<string>) : has(attribute)) as Condition<never>;
}

function cohortSteps(organization: Organization, moves: readonly Move[]): Step[] {
  const sums = new Map<string, { by: number; devices: number; cohort?: Cohort }>();
  const sumOf = (name: string) => sums.get(name) ?? { by: 0, devices: 0 };
  for (const { from, to, devices } of moves) {
    if (from !== undefined) {
      const { by, devices: own, ...rest } = sumOf(from);
      sums.set(from, { ...rest, by: by - 1, devices: own - devices.from });
    }
    if (to) {
      const { by, devices: own } = sumOf(nameOf(to));
      sums.set(nameOf(to), { cohort: to, by: by + 1, devices: own + devices.to });
    }
  }
  return [...sums].map(([name, { by, devices, cohort }]) => {
    const add = { members: by, ...(devices !== 0 && { devices }) };
    return update(settingKeys.cohort(organization, name), { set: { ...cohort, move: moveId() }, add });
  });
}

/** Shows a recount that somebody came to a cohort or left it, also if as many did both. */
export const moveId = (): string => randomUUID();

/** A cohort that nobody is in anymore keeps what its last member chose, so it is removed. */
export async function removeEmpty(organization: Organization, names: ReadonlySet<string>): Promise<void> {
  const keys = [...names].map((name) => settingKeys.cohort(organization, name));
  const rows = await table.getMany(keys);
  // threat: the choice of the last member of a cohort is kept after they left
  const empty = keys.filter((_, i) => (rows[i]?.members ?? 1) <= 0);
  for (const key of empty) {
    // somebody may just have come to it
    await writeUnless(failures.moved, remove(key, when(atMost("members", 0), failures.moved)));
  }
}
