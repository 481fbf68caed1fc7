import { type FaultPlan, injectFaults } from "@muster/local/testing/faults/faults.ts";
import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { actionsOn, type Row } from "@muster/local/testing/fixtures/actions.ts";
import { openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { openInvariants } from "@muster/local/testing/invariants/organization.ts";
import { danglingTeams, searchViolations } from "@muster/local/testing/invariants/teams.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { openFollower } from "@muster/local/testing/worlds/follower.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import * as fc from "fast-check";
import { daySeconds, hourSeconds } from "../base/duration.ts";
import { derive, type ID } from "../base/id.ts";
import { type Role, roles } from "../base/role.ts";
import type { Item, Table } from "../table/table.ts";
import { teamKeys } from "../team/keys.ts";

/** An action of a person. Numbers choose among those who qualify, or among all if nobody does. */
type Action =
  | { do: "send"; by: number; rows: { who: number; role: Role; teams?: number[] }[] }
  | { do: "changeInvitedRole" | "changeRole"; by: number; who: number; role: Role }
  | { do: "resend" | "revoke" | "reinstate" | "remove" | "transfer"; by: number; who: number }
  | { do: "accept" | "decline"; who: number; back: number }
  | { do: "leave"; who: number }
  | { do: "createTeam"; by: number; name: string }
  | { do: "renameTeam"; by: number; team: number; name: string }
  | { do: "deleteTeam"; by: number; team: number }
  | { do: "addToTeam" | "removeFromTeam"; by: number; team: number; people: number[] }
  | { do: "leaveTeam"; who: number; team: number }
  | { do: "view" }
  | { do: "work" };
/** Actions of a history: alone, two at once, or one that overtakes another; and time that passes. */
export type Step = { pass: number } | Taken;
type Taken = { first: Action; second?: Action; overtakes?: boolean };
type Choose = {
  person: (n: number, fits: (row: Item | undefined) => boolean) => Person;
  /** Among existing ones, or earlier ones. */
  team: (n: number) => ID<"team">;
};

const people = ["ada", "bob", "carol", "dora", "emil", "fay"].map((name) => `${name}@example.com`);

const index = fc.nat(11);
const role = fc.constantFrom(...roles);
const teams = fc.array(index, { maxLength: 2 });
const name = fc.constantFrom("Red", "red", "Blue", "Green");
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      by: index,
      rows: fc.array(fc.record({ who: index, role, teams }, { requiredKeys: ["who", "role"] }), {
        minLength: 1,
        maxLength: 5,
      }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("accept" as const), who: index, back: fc.constantFrom(0, 0, 0, 1) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("decline" as const), who: index, back: fc.constantFrom(0, 0, 1) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("changeInvitedRole" as const, "changeRole" as const),
      by: index,
      who: index,
      role,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "resend" as const,
        "reinstate" as const,
        "revoke" as const,
        "remove" as const,
        "transfer" as const,
      ),
      by: index,
      who: index,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leave" as const), who: index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("createTeam" as const), by: index, name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("renameTeam" as const), by: index, team: index, name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("deleteTeam" as const), by: index, team: index }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("addToTeam" as const, "addToTeam" as const, "removeFromTeam" as const),
      by: index,
      team: index,
      people: fc.array(index, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leaveTeam" as const), who: index, team: index }) },
  { weight: 1, arbitrary: fc.constant({ do: "view" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "work" as const }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ first: action }) },
  { weight: 3, arbitrary: fc.record({ first: action, second: action, overtakes: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ pass: fc.constantFrom(hourSeconds, daySeconds, 8 * daySeconds) }) },
);
export const histories = fc.array(step, { minLength: 1, maxLength: 30, size: "max" });

/** Runs a history and returns what was wrong after which step, or nothing. */
export async function runHistory(
  history: readonly Step[],
  { plan = {}, table = (good) => good }: { plan?: FaultPlan; table?: (good: Table) => Table } = {},
): Promise<string[]> {
  const fixture = await openOrganization({ seats: 3 });
  const { world, organization, ada } = fixture;
  const faults = injectFaults(world.rows.client, history.length);
  const actions = actionsOn(fixture);
  const all = [ada, ...(await Promise.all(people.slice(1).map(world.person)))];
  const invariants = await openInvariants(fixture);
  const interleaving = openInterleaving(table(world.table));
  world.rebind({ table: interleaving.table });
  const links = new Map<string, string[]>();
  const follower = await openFollower(fixture);

  /** Chooses among people by the current state of their address, and keeps the links that they received. */
  const chooser = async (): Promise<Choose> => {
    const rows = await Promise.all(all.map(({ email }) => fixture.rowOf(email)));
    for (const row of rows.filter(isPending)) {
      const email = String(row?.email);
      links.set(email, [...new Set([...(links.get(email) ?? []), await actions.linkTo(email)])]);
    }
    const claims = await world.table.query(teamKeys.teamNames(organization));
    const living = claims.items.map(({ team }) => team);
    const known = [...new Set([...formed, ...living])];
    formed.splice(0, formed.length, ...known);
    return {
      person: (n, fits) => {
        const fitting = all.filter((_, i) => fits(rows[i]));
        const among = fitting.length > 0 ? fitting : all;
        return among[n % among.length] as Person;
      },
      team: (n) => {
        const among = living.length > 0 ? living : known;
        return among[n % among.length] ?? derive("team", "none");
      },
    };
  };
  const formed: ID<"team">[] = [];
  const isMember = (row: Item | undefined) => row?.state === "member";
  const isPending = (row: Item | undefined) => row?.state === "pending";
  const isFormer = (row: Item | undefined) => row?.state === "former";
  const isOutside = (row: Item | undefined) => row !== undefined && !isMember(row);

  type Run<Do> = (action: Action & { do: Do }, choose: Choose, by: Person) => Promise<string>;
  const runs: { [Do in Action["do"]]: Run<Do> } = {
    send: ({ rows }, choose, by) => {
      const sent = rows.map(
        ({ who, role, teams = [] }): Row => ({
          email: choose.person(who, () => true).email,
          role,
          teams: teams.map(choose.team),
        }),
      );
      return actions.send(by, ...sent);
    },
    resend: ({ who }, choose, by) => actions.resend(by, choose.person(who, isOutside).email),
    reinstate: ({ who }, choose, by) => actions.reinstate(by, choose.person(who, isFormer).email),
    revoke: ({ who }, choose, by) => actions.revoke(by, choose.person(who, isPending).email),
    changeInvitedRole: ({ who, role }, choose, by) =>
      actions.changeInvitedRole(by, choose.person(who, isPending).email, role),
    accept: answer,
    decline: answer,
    changeRole: ({ who, role }, choose, by) => actions.changeRole(by, choose.person(who, isMember), role),
    remove: ({ who }, choose, by) => actions.remove(by, choose.person(who, isMember)),
    transfer: ({ who }, choose, by) => actions.transfer(by, choose.person(who, isMember)),
    leave: ({ who }, choose) => actions.leave(choose.person(who, isMember)),
    createTeam: ({ name }, _, by) => actions.createTeam(by, name),
    renameTeam: ({ team, name }, choose, by) => actions.renameTeam(by, choose.team(team), name),
    deleteTeam: ({ team }, choose, by) => actions.deleteTeam(by, choose.team(team)),
    addToTeam: ({ team, people }, choose, by) =>
      actions.addToTeam(by, choose.team(team), ...people.map((who) => choose.person(who, isMember))),
    removeFromTeam: ({ team, people }, choose, by) =>
      actions.removeFromTeam(by, choose.team(team), ...people.map((who) => choose.person(who, isMember))),
    leaveTeam: ({ who, team }, choose) => actions.leaveTeam(choose.person(who, isMember), choose.team(team)),
    view: () => resultOf(follower.view()),
    work: () => resultOf(follower.work()),
  };

  async function answer({ do: what, who, back }: Extract<Action, { back: number }>, choose: Choose): Promise<string> {
    const person = choose.person(who, isPending);
    const link = links.get(person.email)?.at(-1 - back);
    return link ? actions[what](person, link) : "nothing to answer";
  }

  async function carryOut(action: Action, choose: Choose): Promise<string> {
    const run = runs[action.do] as Run<Action["do"]>;
    return run(action, choose, choose.person("by" in action ? action.by : 0, isMember));
  }

  async function take({ first, second, overtakes = false }: Taken, choose: Choose): Promise<[Action, string][]> {
    if (!second) return [[first, await carryOut(first, choose)]];
    const answers = overtakes
      ? await interleaving.overtake(
          () => carryOut(first, choose),
          () => carryOut(second, choose),
        )
      : await Promise.all([carryOut(first, choose), carryOut(second, choose)]);
    return [
      [first, answers[0]],
      [second, answers[1]],
    ];
  }

  for (const [n, one] of history.entries()) {
    world.clock.pass("pass" in one ? one.pass : 301);
    if ("pass" in one) continue;
    const choose = await chooser();
    faults.plan(plan);
    const answers = await take(one, choose);
    faults.clear();
    const wrong = [...answers.flatMap(unexpected), ...(await invariants.check())];
    if (wrong.length > 0) return wrong.map((text) => `After step ${n}, ${JSON.stringify(answers)}: ${text}`);
  }
  await follower.work();
  await follower.view();
  const rows = await world.rows.scan();
  return [...(await invariants.check()), ...danglingTeams(fixture, rows), ...searchViolations(fixture, rows)].map(
    (text) => `In the end ${text}`,
  );
}

/** Each failure is a declared one, and an invited person always has a seat. */
function unexpected([action, answer]: [Action, string]): string[] {
  const isCode = /^[a-z]+\.[a-z_]+$/.test(answer) || ["done", "nothing to answer"].includes(answer);
  const lacksSeat = action.do === "accept" && answer.startsWith("seat.");
  return isCode && !lacksSeat ? [] : [`${action.do} was answered ${answer}`];
}
