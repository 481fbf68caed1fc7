import { derive, type ID } from "@muster/core/kernel/id.ts";
import { type Role, roles } from "@muster/core/kernel/permission.ts";
import { Keys } from "@muster/core/table/keys.ts";
import type { Item, Table } from "@muster/core/table/table.ts";
import * as fc from "fast-check";
import { openBooks } from "./books.ts";
import { deedsOn, type Row } from "./deeds.ts";
import { type FaultPlan, injectFaults } from "./faults.ts";
import { openFollower } from "./follower.ts";
import { openRoad } from "./overtake.ts";
import { openStage } from "./stage.ts";
import { ghosts, misfound } from "./team-books.ts";
import { told } from "./told.ts";
import type { Person } from "./world.ts";

/** What somebody does. Numbers choose among those who fit, or among all when nobody does. */
type Deed =
  | { do: "send"; by: number; rows: { who: number; role: Role; teams?: number[] }[] }
  | { do: "offerRole" | "changeRole"; by: number; who: number; role: Role }
  | { do: "resend" | "revoke" | "reinstate" | "remove" | "transfer"; by: number; who: number }
  | { do: "accept" | "decline"; who: number; back: number }
  | { do: "leave"; who: number }
  | { do: "formTeam"; by: number; name: string }
  | { do: "renameTeam"; by: number; team: number; name: string }
  | { do: "deleteTeam"; by: number; team: number }
  | { do: "putIn" | "takeOut"; by: number; team: number; whom: number[] }
  | { do: "leaveTeam"; who: number; team: number }
  | { do: "view" }
  | { do: "work" };
/** Deeds of a history: alone, two at once, or one that overtakes another; and time that passes. */
export type Step = { pass: number } | Taken;
type Taken = { first: Deed; second?: Deed; overtakes?: boolean };
type Choose = {
  person: (n: number, fits: (row: Item | undefined) => boolean) => Person;
  /** Among those that there are, or were. */
  team: (n: number) => ID<"team">;
};

const people = ["ada", "bob", "carol", "dora", "emil", "fay"].map((name) => `${name}@example.com`);
const hour = 3600;

const index = fc.nat(11);
const role = fc.constantFrom(...roles);
const teams = fc.array(index, { maxLength: 2 });
const name = fc.constantFrom("Red", "red", "Blue", "Green");
const deed: fc.Arbitrary<Deed> = fc.oneof(
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
      do: fc.constantFrom("offerRole" as const, "changeRole" as const),
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
  { weight: 2, arbitrary: fc.record({ do: fc.constant("formTeam" as const), by: index, name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("renameTeam" as const), by: index, team: index, name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("deleteTeam" as const), by: index, team: index }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("putIn" as const, "putIn" as const, "takeOut" as const),
      by: index,
      team: index,
      whom: fc.array(index, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leaveTeam" as const), who: index, team: index }) },
  { weight: 1, arbitrary: fc.constant({ do: "view" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "work" as const }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ first: deed }) },
  { weight: 3, arbitrary: fc.record({ first: deed, second: deed, overtakes: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ pass: fc.constantFrom(hour, 24 * hour, 8 * 24 * hour) }) },
);
export const histories = fc.array(step, { minLength: 1, maxLength: 30, size: "max" });

/** Lives through a history and answers what was wrong after which step; nothing, when all was well. */
export async function live(
  history: readonly Step[],
  { plan = {}, table = (good) => good }: { plan?: FaultPlan; table?: (good: Table) => Table } = {},
): Promise<string[]> {
  const stage = await openStage({ seats: 3 });
  const { world, organization, ada } = stage;
  const faults = injectFaults(world.rows.client, history.length);
  const deeds = deedsOn(stage);
  const all = [ada, ...(await Promise.all(people.slice(1).map(world.person)))];
  const books = await openBooks(stage);
  const road = openRoad(table(world.table));
  world.rebind({ table: road.table });
  const links = new Map<string, string[]>();
  const follower = await openFollower(stage);

  /** Chooses among people by how their address stands now, and keeps the links that they have got. */
  const chooser = async (): Promise<Choose> => {
    const rows = await Promise.all(all.map(({ email }) => stage.rowOf(email)));
    for (const row of rows.filter(isPending)) {
      const email = String(row?.email);
      links.set(email, [...new Set([...(links.get(email) ?? []), await deeds.linkTo(email)])]);
    }
    const claims = await world.table.query(Keys.teamNames(organization));
    const living = claims.items.map(({ team }) => team as ID<"team">);
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

  async function carryOut(deed: Deed, choose: Choose): Promise<string> {
    switch (deed.do) {
      case "send": {
        const rows = deed.rows.map(
          ({ who, role, teams = [] }): Row => ({
            email: choose.person(who, () => true).email,
            role,
            teams: teams.map(choose.team),
          }),
        );
        return deeds.send(choose.person(deed.by, isMember), ...rows);
      }
      case "resend":
        return deeds.resend(choose.person(deed.by, isMember), choose.person(deed.who, isOutside).email);
      case "reinstate":
        return deeds.reinstate(choose.person(deed.by, isMember), choose.person(deed.who, isFormer).email);
      case "revoke":
        return deeds.revoke(choose.person(deed.by, isMember), choose.person(deed.who, isPending).email);
      case "offerRole":
        return deeds.offerRole(choose.person(deed.by, isMember), choose.person(deed.who, isPending).email, deed.role);
      case "accept":
      case "decline": {
        const person = choose.person(deed.who, isPending);
        const link = links.get(person.email)?.at(-1 - deed.back);
        return link ? deeds[deed.do](person, link) : "nothing to answer";
      }
      case "changeRole":
        return deeds.changeRole(choose.person(deed.by, isMember), choose.person(deed.who, isMember), deed.role);
      case "remove":
      case "transfer":
        return deeds[deed.do](choose.person(deed.by, isMember), choose.person(deed.who, isMember));
      case "leave":
        return deeds.leave(choose.person(deed.who, isMember));
      case "formTeam":
        return deeds.formTeam(choose.person(deed.by, isMember), deed.name);
      case "renameTeam":
        return deeds.renameTeam(choose.person(deed.by, isMember), choose.team(deed.team), deed.name);
      case "deleteTeam":
        return deeds.deleteTeam(choose.person(deed.by, isMember), choose.team(deed.team));
      case "putIn":
      case "takeOut": {
        const whom = deed.whom.map((who) => choose.person(who, isMember));
        return deeds[deed.do](choose.person(deed.by, isMember), choose.team(deed.team), ...whom);
      }
      case "leaveTeam":
        return deeds.leaveTeam(choose.person(deed.who, isMember), choose.team(deed.team));
      case "view":
        return told(follower.view());
      case "work":
        return told(follower.work());
    }
  }

  async function take({ first, second, overtakes = false }: Taken, choose: Choose): Promise<[Deed, string][]> {
    if (!second) return [[first, await carryOut(first, choose)]];
    const answers = overtakes
      ? await road.overtake(
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
    const wrong = [...answers.flatMap(unexpected), ...(await books.look())];
    if (wrong.length > 0) return wrong.map((text) => `After step ${n}, ${JSON.stringify(answers)}: ${text}`);
  }
  await follower.work();
  await follower.view();
  const rows = await world.rows.scan();
  return [...(await books.look()), ...ghosts(stage, rows), ...misfound(stage, rows)].map(
    (text) => `In the end ${text}`,
  );
}

/** Each refusal is a declared one, and whoever holds an invitation never lacks a seat. */
function unexpected([deed, answer]: [Deed, string]): string[] {
  const isCode = /^[a-z]+\.[a-z_]+$/.test(answer) || ["done", "nothing to answer"].includes(answer);
  const lacksSeat = deed.do === "accept" && answer.startsWith("seat.");
  return isCode && !lacksSeat ? [] : [`${deed.do} was answered ${answer}`];
}
