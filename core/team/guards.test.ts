import { differs } from "@muster/local/testing/invariants/differs.ts";
import {
  runScenario,
  type Scenario,
  type ScenarioContext,
  testGuards,
} from "@muster/local/testing/invariants/scenario.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { describe, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import { memberKeys } from "../member/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import { remove, update } from "../table/table.ts";
import * as Update from "../update/update.ts";
import { maxTeams, maxTeamsPerOrganization } from "./limits.ts";
import { teamsOf } from "./names.ts";
import { edit } from "./team.ts";

const [bobs, carols, doras] = ["bob@example.com", "carol@example.com", "dora@example.com"];
type Team = ID.ID<"team">;

type Setting = {
  before?: (context: ScenarioContext, team: Team, bob: Person) => Promise<unknown>;
  answers?: [string, string];
};

/** There is a team, and Bob is a member outside it. The second action happens while the first one runs. */
const withTeam =
  (
    slow: (context: ScenarioContext, team: Team, bob: Person) => Promise<unknown>,
    fast: (context: ScenarioContext, team: Team, bob: Person) => Promise<unknown>,
    { before = async () => {}, answers }: Setting = {},
  ): Scenario =>
  async (context) => {
    const { fixture, actions, invariants, overtake } = context;
    const bob = await fixture.join(bobs);
    await actions.createTeam(fixture.ada, "Design");
    const team = await fixture.teamOf("Design");
    await before(context, team, bob);
    await invariants.check();
    const found = await overtake(
      () => slow(context, team, bob),
      () => fast(context, team, bob),
    );
    return [...(await invariants.check()), ...(answers ? differs("answers", found.join(), answers.join()) : [])];
  };

const addToTeam = ({ actions, fixture }: ScenarioContext, team: Team, bob: Person) =>
  actions.addToTeam(fixture.ada, team, bob);
const removeFromTeam = ({ actions, fixture }: ScenarioContext, team: Team, bob: Person) =>
  actions.removeFromTeam(fixture.ada, team, bob);
const rename = (name: string) => (context: ScenarioContext, team: Team) =>
  context.actions.renameTeam(context.fixture.ada, team, name);
const form = (name: string) => (context: ScenarioContext) => context.actions.createTeam(context.fixture.ada, name);
const end = ({ actions, fixture }: ScenarioContext, team: Team) => actions.deleteTeam(fixture.ada, team);
const teamsIn = async ({ fixture }: ScenarioContext, { account }: Person) =>
  teamsOf(await fixture.world.table.get(memberKeys.member(fixture.organization, account)));

const races: Record<string, Scenario> = {
  "team.created: name": withTeam(form("Research"), form("RESEARCH")),
  "team.created: organization": async ({ fixture, actions, overtake }) => {
    const organizationRow = organizationKeys.organization(fixture.organization);
    await fixture.world.table.write(update(organizationRow, { set: { teams: maxTeamsPerOrganization - 1 } }));
    await overtake(
      () => actions.createTeam(fixture.ada, "Design"),
      () => actions.createTeam(fixture.ada, "Research"),
    );
    const { teams } = await fixture.organizationRow();
    return Number(teams) > maxTeamsPerOrganization ? ["there are more teams than the limit"] : [];
  },

  "team.renamed: team": withTeam(rename("Research"), rename("Sales")),
  "team.renamed: name": withTeam(rename("Research"), form("Research")),
  "team.described: team": withTeam(
    ({ actions, fixture }, team) => actions.describeTeam(fixture.ada, team, "Drawings"),
    end,
  ),

  "team.deleted: team": withTeam(end, rename("Research")),
  "team.renamed: organization": async (context) => {
    const { fixture, actions, overtake } = context;
    const organizationRow = organizationKeys.organization(fixture.organization);
    await actions.createTeam(fixture.ada, "Design");
    const team = await fixture.teamOf("Design");
    await overtake(
      () => rename("Research")(context, team),
      () => fixture.world.table.write(remove(organizationRow)),
    );
    return (await fixture.world.table.get(organizationRow)) ? ["a purged organization came back"] : [];
  },
  "team.deleted: organization": async (context) => {
    const { fixture, actions, overtake } = context;
    const organizationRow = organizationKeys.organization(fixture.organization);
    await actions.createTeam(fixture.ada, "Design");
    const team = await fixture.teamOf("Design");
    await overtake(
      () => end(context, team),
      () => fixture.world.table.write(remove(organizationRow)),
    );
    return (await fixture.world.table.get(organizationRow)) ? ["a purged organization came back"] : [];
  },

  "team.joined: team": async (context) => {
    const { fixture, actions, overtake } = context;
    const bob = await fixture.join(bobs);
    await actions.createTeam(fixture.ada, "Design");
    const team = await fixture.teamOf("Design");
    const answers = await overtake(
      () => addToTeam(context, team, bob),
      () => end(context, team),
    );
    return answers[0] === "team.missing" ? [] : ["somebody was put into a team that is gone"];
  },
  "team.joined: membership": withTeam(addToTeam, addToTeam),
  "team.left: membership": withTeam(removeFromTeam, ({ actions }, team, bob) => actions.leaveTeam(bob, team), {
    before: addToTeam,
  }),
};

/** Bob leads the team until an owner ends it, while he does something there; Carol is in it, Dora is not. */
const asLead =
  (
    run: (
      context: ScenarioContext,
      team: Team,
      people: { bob: Person; carol: Person; dora: Person },
    ) => Promise<string>,
  ) =>
  async (context: ScenarioContext) => {
    const { fixture, actions, overtake } = context;
    const [bob, carol, dora] = [await fixture.join(bobs), await fixture.join(carols), await fixture.join(doras)];
    await actions.createTeam(fixture.ada, "Design");
    const team = await fixture.teamOf("Design");
    await actions.addToTeam(fixture.ada, team, bob, carol);
    await actions.addLead(fixture.ada, team, bob);
    const [answer] = await overtake(
      () => run(context, team, { bob, carol, dora }),
      () => actions.removeLead(fixture.ada, team, bob),
    );
    return differs("answer", answer, "actor.forbidden");
  };
const ledIn = async ({ fixture }: ScenarioContext, { account }: Person) =>
  (await fixture.world.table.get(memberKeys.member(fixture.organization, account)))?.leads?.size ?? 0;

const racesOfLeads: Record<string, Scenario> = {
  "team.renamed: membership of the actor": asLead(({ actions }, team, { bob }) =>
    actions.renameTeam(bob, team, "Mine"),
  ),
  "team.described: membership of the actor": asLead(({ actions }, team, { bob }) =>
    actions.describeTeam(bob, team, "Mine"),
  ),
  "team.joined: membership of the actor": asLead(({ actions }, team, { bob, dora }) =>
    actions.addToTeam(bob, team, dora),
  ),
  "team.left: membership of the actor": asLead(({ actions }, team, { bob, carol }) =>
    actions.removeFromTeam(bob, team, carol),
  ),
  "team.lead_added: membership of the actor": asLead(({ actions }, team, { bob, carol }) =>
    actions.addLead(bob, team, carol),
  ),
  "team.lead_added: membership": async (context) => {
    const { fixture, actions, overtake } = context;
    const bob = await fixture.join(bobs);
    await actions.createTeam(fixture.ada, "Design");
    const team = await fixture.teamOf("Design");
    await addToTeam(context, team, bob);
    await overtake(
      () => actions.addLead(fixture.ada, team, bob),
      () => removeFromTeam(context, team, bob),
    );
    return differs("leads", await ledIn(context, bob), 0);
  },
  "team.lead_added: team": async (context) => {
    const { fixture, actions, overtake } = context;
    const bob = await fixture.join(bobs);
    await actions.createTeam(fixture.ada, "Design");
    const team = await fixture.teamOf("Design");
    await addToTeam(context, team, bob);
    const [answer] = await overtake(
      () => actions.addLead(fixture.ada, team, bob),
      () => end(context, team),
    );
    return differs("answer", answer, "team.missing");
  },
  "team.lead_removed: membership": async (context) => {
    const { fixture, actions, overtake } = context;
    const bob = await fixture.join(bobs);
    await actions.createTeam(fixture.ada, "Design");
    const team = await fixture.teamOf("Design");
    await addToTeam(context, team, bob);
    await actions.addLead(fixture.ada, team, bob);
    const [answer] = await overtake(
      () => actions.removeLead(fixture.ada, team, bob),
      () => actions.removeLead(bob, team, bob),
    );
    return differs("answer", answer, "member.changed");
  },
};

describe("each guard of teams has its race", () => {
  testGuards({ ...races, ...racesOfLeads }, (guard) => guard.startsWith("team."));
});

/** Races for guards that do more than check that a row exists. */
const finer: Record<string, Scenario> = {
  "somebody ends up in more teams than the limit": async (context) => {
    const { fixture, actions, overtake } = context;
    const bob = await fixture.join(bobs);
    const others = await times(maxTeams - 1, async () => ID.create("team"));
    const membership = memberKeys.member(fixture.organization, bob.account);
    await fixture.world.table.write(update(membership, { set: { teams: new Set(others) } }));
    for (const name of ["Design", "Research"]) await actions.createTeam(fixture.ada, name);
    const [design, research] = [await fixture.teamOf("Design"), await fixture.teamOf("Research")];
    const answers = await overtake(
      () => addToTeam(context, design, bob),
      () => addToTeam(context, research, bob),
    );
    expect(answers).toEqual(["done", "done"]);
    expect(await teamsIn(context, bob)).toEqual([...others, research].toSorted());
    return [];
  },
  "somebody who is removed at the same time comes back by being added to a team": withTeam(
    addToTeam,
    ({ actions, fixture }, _, bob) => actions.remove(fixture.ada, bob),
    { answers: ["done", "done"] },
  ),
  "somebody who leaves a new team at the same time stays counted in it": withTeam(
    ({ actions, fixture }, _, bob) => actions.remove(fixture.ada, bob),
    addToTeam,
    { answers: ["member.changed", "done"] },
  ),
  "somebody who leaves a team twice at the same time is subtracted twice": withTeam(
    ({ actions }, _, bob) => actions.leave(bob),
    removeFromTeam,
    { before: addToTeam, answers: ["member.changed", "done"] },
  ),
  "one concurrent change keeps the other members out of a team": async (context) => {
    const { fixture, actions, invariants, overtake } = context;
    const [bob, carol] = [await fixture.join(bobs), await fixture.join(carols)];
    await actions.createTeam(fixture.ada, "Design");
    const team = await fixture.teamOf("Design");
    await invariants.check();
    await overtake(
      () => actions.addToTeam(fixture.ada, team, bob, carol),
      () => actions.addToTeam(fixture.ada, team, bob),
    );
    expect([await teamsIn(context, bob), await teamsIn(context, carol)]).toEqual([[team], [team]]);
    return invariants.check();
  },
  "a member posts to a team whose leads alone post now": withTeam(
    ({ fixture }, team, bob) =>
      resultOf(fixture.as(bob, () => Update.create({ title: "Late", content: "Is it?", team }))),
    ({ fixture }, team) => resultOf(fixture.as(fixture.ada, () => edit({ team, posting: "leads" }))),
    {
      before: async (context, team, bob) => {
        await context.actions.changeRole(context.fixture.ada, bob, "write");
        await addToTeam(context, team, bob);
      },
      answers: ["update.leads_only", "done"],
    },
  ),
  "a lead removes somebody who has just become a lead": async ({ fixture, actions, overtake }) => {
    const [bob, carol] = [await fixture.join(bobs), await fixture.join(carols)];
    await actions.createTeam(fixture.ada, "Design");
    const team = await fixture.teamOf("Design");
    await actions.addToTeam(fixture.ada, team, bob, carol);
    await actions.addLead(fixture.ada, team, bob);
    await overtake(
      () => actions.removeFromTeam(bob, team, carol),
      () => actions.addLead(fixture.ada, team, carol),
    );
    const row = await fixture.world.table.get(memberKeys.member(fixture.organization, carol.account));
    expect([teamsOf(row), [...(row?.leads ?? [])]]).toEqual([[team], [team]]);
    return [];
  },
  "somebody is reinstated into outdated teams": async (context) => {
    const { fixture, actions, invariants, overtake } = context;
    const bob = await fixture.join(bobs);
    await actions.createTeam(fixture.ada, "Design");
    const team = await fixture.teamOf("Design");
    await addToTeam(context, team, bob);
    await actions.remove(fixture.ada, bob);
    await invariants.check();
    const answers = await overtake(
      () => actions.reinstate(fixture.ada, bobs),
      async () => {
        await actions.reinstate(fixture.ada, bobs);
        await removeFromTeam(context, team, bob);
        fixture.world.clock.pass(1);
        await actions.remove(fixture.ada, bob);
      },
    );
    expect(answers[0]).toBe("member.changed");
    return invariants.check();
  },
};

test.each(Object.entries(finer))("it never happens that %s", async (_, race) => {
  expect((await runScenario(race)).wrong).toEqual([]);
});
