import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { memberPut } from "@muster/local/testing/fixtures/rows.ts";
import type { World } from "@muster/local/testing/worlds/world.ts";
import * as ID from "../base/id.ts";
import { asSystem } from "../kernel/context.ts";
import { memberKeys } from "../member/keys.ts";
import { type Item, keyOf, put, remove } from "../table/table.ts";
import { cohortOf, count, nameOf } from "./cohort.ts";
import { settingKeys } from "./keys.ts";

export type Change = { before?: Item; after?: Item };
export type State = { teams?: readonly string[]; own?: Item; devices?: number } | undefined;
export type Cohorts = ReturnType<typeof openCohorts>;

export const account = (name: string) => ID.derive("account", name);
export const team = (name: string) => ID.derive("team", name);
export const say = (value: unknown, more: Item = {}) => ({ value, at: "2026-11-24T09:00:00.000Z", ...more });
export const nobody = { teams: [], own: {} };

let revisions = 0;

/** An organization of memberships alone, the records that the stream has of them, and what they are counted as. */
export function openCohorts(world: World, organization = ID.create("organization")) {
  /** Everybody who ever was a member. */
  const people = new Set<string>();

  const membership = (who: string, { teams = [], own, devices }: NonNullable<State> = {}): Item => {
    const { key, item } = memberPut(organization, account(who), {
      name: who,
      ...(teams.length > 0 && { teams: new Set(teams.map(team)) }),
      ...(devices !== undefined && { devices }),
      ...(own && { own, ownRevision: ++revisions }),
    });
    return { ...item, ...key };
  };

  /** Writes a membership, or removes it, and returns what the stream says of that. */
  async function become(who: string, state: State): Promise<Change> {
    people.add(who);
    const key = memberKeys.member(organization, account(who));
    const before = await world.table.get(raw(key));
    const after = state && membership(who, state);
    await world.table.write(after ? put(keyOf(after), after) : remove(key));
    return { ...(before && { before }), ...(after && { after }) };
  }

  const deliver = (changes: Change[]) => asSystem("view", () => count({ changes }));
  const rows = async (): Promise<Item[]> =>
    (await world.table.query({ pk: settingKeys.cohorts(organization).pk, consistent: true })).items;

  /** Returns how many members each cohort has, by its teams and choices. */
  async function counted(): Promise<Record<string, number>> {
    const cohorts = (await rows()).filter(({ sk }) => String(sk).startsWith("coh#"));
    return Object.fromEntries(cohorts.map(({ sk, members }) => [String(sk).slice("coh#".length), Number(members)]));
  }

  /** The same by the memberships that there are. */
  async function expected(): Promise<Record<string, number>> {
    const members = await world.table.getMany([...people].map((who) => memberKeys.member(organization, account(who))));
    const sums: Record<string, number> = {};
    for (const name of members.flatMap((row) => (row ? nameOf(cohortOf(row) ?? nobody) : []))) {
      sums[name] = (sums[name] ?? 0) + 1;
    }
    return sums;
  }

  /** Returns how many devices the members of each cohort have, if any, and the same by the memberships. */
  async function devices(): Promise<[Record<string, number>, Record<string, number>]> {
    const counted = (await rows()).flatMap(({ sk, devices: own = 0 }) =>
      String(sk).startsWith("coh#") && own !== 0 ? [[String(sk).slice("coh#".length), Number(own)] as const] : [],
    );
    const members = await world.table.getMany([...people].map((who) => memberKeys.member(organization, account(who))));
    const sums = new Map<string, number>();
    for (const row of members) {
      const name = nameOf(cohortOf(row) ?? nobody);
      if (row?.devices) sums.set(name, (sums.get(name) ?? 0) + row.devices);
    }
    return [Object.fromEntries(counted), Object.fromEntries(sums)];
  }

  return { organization, people, membership, become, deliver, rows, counted, expected, devices };
}
