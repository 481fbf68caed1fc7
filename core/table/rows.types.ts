import * as v from "valibot";
import type { FailureType } from "../base/failure.ts";
import type * as ID from "../base/id.ts";
import { ImportRow } from "../import/row.ts";
import type { State } from "../import/shape.ts";
import { fn } from "../kernel/fn.ts";
import { type Read, readAll } from "../kernel/stored.ts";
import { mailKeys } from "../mail/keys.ts";
import { memberKeys } from "../member/keys.ts";
import { MemberRow } from "../member/row.ts";
import { rateKeys } from "../rate/keys.ts";
import type { terms } from "../search/search.ts";
import { sessionKeys } from "../session/keys.ts";
import { teamKeys } from "../team/keys.ts";
import type { TeamRow } from "../team/row.ts";
import { above, all, equal, has, type Key, oneOf, present, put, type Table, update, when } from "./table.ts";

// Mistakes about rows that must not compile. Nothing runs this file; the type check fails where a mistake compiles.

declare const table: Table;
declare const organization: ID.ID<"organization">;
declare const account: ID.ID<"account">;
declare const team: ID.ID<"team">;
declare const imported: ID.ID<"import">;
declare const member: MemberRow;
declare const teamRow: TeamRow;
declare const key: Key<MemberRow>;
declare const moved: FailureType;

const reading = { input: v.strictObject({}), output: v.string(), reads: () => [key] as const };
const ofTeam = (found: TeamRow | undefined) => moved({ message: found?.name ?? "" });
const ofMember = (found: MemberRow | undefined) => moved({ message: found?.name ?? "" });

export const mistakes = [
  // @ts-expect-error 1: a row that was read has no such attribute
  async () => (await table.get(key))?.rolle,
  // @ts-expect-error 2: a row may be missing
  async () => (await table.get(key)).role,
  // @ts-expect-error 3: rows of several keys arrive in the order of the keys
  async () => (await table.getMany([key, teamKeys.team(organization, team)]))[1]?.role,
  // @ts-expect-error 4: rows of a partition have the type that its range says
  async () => (await table.query(sessionKeys.sessions(account))).items.map(({ joinedAt }) => joinedAt),
  // @ts-expect-error 5: rows of a list have the type that the list says
  async () => (await table.query({ list: memberKeys.members(organization) })).items.map(({ title }) => title),
  // @ts-expect-error 6: nobody sets an attribute that the row does not have
  () => update(key, { set: { nmae: "Ada" } }),
  // @ts-expect-error 7: an attribute is set to a value of its own type
  () => update(key, { set: { devices: "3" } }),
  // @ts-expect-error 8: a role is one of the roles
  () => update(key, { set: { role: "boss" } }),
  // @ts-expect-error 9: what is added to is an attribute of the row
  () => update(mailKeys.importMails(imported), { add: { quueued: 1 } }),
  // @ts-expect-error 10: what is removed is an attribute of the row
  () => update(key, { unset: ["team"] }),
  // @ts-expect-error 11: a condition tests an attribute of the row
  () => update(key, {}, when(equal("rolle", "owner"), moved)),
  // @ts-expect-error 12: a condition compares with a value that the attribute can have
  () => update(key, {}, when(equal("role", "boss"), moved)),
  // @ts-expect-error 13: so does one of several values
  () => update(key, {}, when(oneOf("role", ["owner", "boss"]), moved)),
  // @ts-expect-error 14: so does one within another
  () => update(key, {}, when(all(has("name"), above("devices", "3")), moved)),
  // @ts-expect-error 15: a failure sees the row that refused
  () => update(key, {}, when(present, ofTeam)),
  // @ts-expect-error 16: a row is put under a key of its own kind
  () => put(teamKeys.team(organization, team), member),
  // @ts-expect-error 17: a row is put with all that it needs
  () => put(teamKeys.team(organization, team), { name: "Design", createdAt: "2026-11-24T09:00:00.000Z" }),
  // @ts-expect-error 18: the ids of a key have their order
  () => memberKeys.member(account, organization),
  // @ts-expect-error 19: a counter of a limit names its window
  async () => (await table.get(rateKeys.limit("codes", "ada", 0)))?.count,
  // @ts-expect-error 20: rows that a function reads arrive with their types
  () => fn("team.list", reading, async (_, __, [row]) => row?.nmae ?? ""),
  // @ts-expect-error 21: members are added to sets alone, and numbers to numbers
  () => update(key, { add: { name: 1 } }),
  // @ts-expect-error 22: a row that is derived from another has all that it needs
  (): ReturnType<typeof terms> => [{ ...key, text: " ada", role: "read" }],
  // @ts-expect-error 23: what a newer release may have written is unknown
  ({ state }: Read<typeof ImportRow>): State => state,
  // @ts-expect-error 24: a row that was read tolerantly has no other attributes
  () => readAll(MemberRow, [member]).map(({ nmae }) => nmae),
];

export const right = [
  async () => (await table.get(key))?.role,
  async () => (await table.getMany([key, teamKeys.team(organization, team)]))[1]?.name,
  async () => (await table.query(sessionKeys.sessions(account))).items.map(({ expiresAt }) => expiresAt),
  async () => (await table.query({ list: memberKeys.members(organization) })).items.map(({ joinedAt }) => joinedAt),
  () => update(key, { set: { name: "Ada", devices: 3, role: "admin" }, unset: ["teams"] }),
  () => update(mailKeys.importMails(imported), { add: { queued: 1 } }),
  () => update(key, {}, when(all(equal("role", "owner"), has("name"), above("devices", 3)), moved)),
  () => update(key, {}, when(present, ofMember)),
  () => put(teamKeys.team(organization, team), teamRow),
  async () => (await table.get(rateKeys.limit("codes", "ada", 0)))?.w60_28,
  () => fn("team.list", reading, async (_, __, [row]) => row?.name ?? ""),
  (): ReturnType<typeof terms> => [{ ...key, text: " ada", email: "ada@example.com", role: "read" }],
  ({ state }: Read<typeof ImportRow>): State | "unknown" => state,
  () => readAll(MemberRow, [member]).map(({ name }) => name),
];
