import { differs } from "@muster/local/testing/books.ts";
import { type Play, play, type Scene, testGuards } from "@muster/local/testing/scenes.ts";
import { times } from "@muster/local/testing/told.ts";
import type { Person } from "@muster/local/testing/world.ts";
import { describe, expect, test } from "vitest";
import * as ID from "../kernel/id.ts";
import { Keys } from "../table/keys.ts";
import { remove, update } from "../table/table.ts";
import { teamsOf } from "./names.ts";
import { mostTeams } from "./shape.ts";

const [bobs, carols] = ["bob@example.com", "carol@example.com"];
type Team = ID.ID<"team">;

type Setting = { before?: (scene: Scene, team: Team, bob: Person) => Promise<unknown>; answers?: [string, string] };

/** There is a team, and Bob is a member who is not in it; the first deed is overtaken by the second. */
const withTeam =
  (
    slow: (scene: Scene, team: Team, bob: Person) => Promise<unknown>,
    fast: (scene: Scene, team: Team, bob: Person) => Promise<unknown>,
    { before = async () => {}, answers }: Setting = {},
  ): Play =>
  async (scene) => {
    const { stage, deeds, books, overtake } = scene;
    const bob = await stage.join(bobs);
    await deeds.formTeam(stage.ada, "Design");
    const team = await stage.teamOf("Design");
    await before(scene, team, bob);
    await books.look();
    const found = await overtake(
      () => slow(scene, team, bob),
      () => fast(scene, team, bob),
    );
    return [...(await books.look()), ...(answers ? differs("answers", found.join(), answers.join()) : [])];
  };

const putIn = ({ deeds, stage }: Scene, team: Team, bob: Person) => deeds.putIn(stage.ada, team, bob);
const takeOut = ({ deeds, stage }: Scene, team: Team, bob: Person) => deeds.takeOut(stage.ada, team, bob);
const rename = (name: string) => (scene: Scene, team: Team) => scene.deeds.renameTeam(scene.stage.ada, team, name);
const form = (name: string) => (scene: Scene) => scene.deeds.formTeam(scene.stage.ada, name);
const end = ({ deeds, stage }: Scene, team: Team) => deeds.deleteTeam(stage.ada, team);
const teamsIn = async ({ stage }: Scene, { account }: Person) =>
  teamsOf(await stage.world.table.get(Keys.member(stage.organization, account)));

const races: Record<string, Play> = {
  "team.created: name": withTeam(form("Research"), form("RESEARCH")),
  "team.created: organization": async ({ stage, deeds, overtake }) => {
    const home = Keys.organization(stage.organization);
    await stage.world.table.write(update(home, { set: { teams: 999 } }));
    await overtake(
      () => deeds.formTeam(stage.ada, "Design"),
      () => deeds.formTeam(stage.ada, "Research"),
    );
    return Number((await stage.home()).teams) > 1000 ? ["there are more teams than may be"] : [];
  },

  "team.renamed: team": withTeam(rename("Research"), rename("Sales")),
  "team.renamed: name": withTeam(rename("Research"), form("Research")),
  "team.described: team": withTeam(({ deeds, stage }, team) => deeds.describeTeam(stage.ada, team, "Drawings"), end),

  "team.deleted: team": withTeam(end, rename("Research")),
  "team.deleted: organization": async (scene) => {
    const { stage, deeds, overtake } = scene;
    const home = Keys.organization(stage.organization);
    await deeds.formTeam(stage.ada, "Design");
    const team = await stage.teamOf("Design");
    await overtake(
      () => end(scene, team),
      () => stage.world.table.write(remove(home)),
    );
    return (await stage.world.table.get(home)) ? ["a purged organization came back"] : [];
  },

  "team.joined: team": async (scene) => {
    const { stage, deeds, overtake } = scene;
    const bob = await stage.join(bobs);
    await deeds.formTeam(stage.ada, "Design");
    const team = await stage.teamOf("Design");
    const answers = await overtake(
      () => putIn(scene, team, bob),
      () => end(scene, team),
    );
    return answers[0] === "team.missing" ? [] : ["somebody was put into a team that is gone"];
  },
  "team.joined: membership": withTeam(putIn, putIn),
  "team.left: membership": withTeam(takeOut, ({ deeds }, team, bob) => deeds.leaveTeam(bob, team), {
    before: putIn,
  }),
};

describe("each guard of teams has its race", () => {
  testGuards(races, (guard) => guard.startsWith("team."));
});

/** What guards hold to beyond the presence of a row. */
const finer: Record<string, Play> = {
  "somebody comes to be in more teams than one may be in": async (scene) => {
    const { stage, deeds, overtake } = scene;
    const bob = await stage.join(bobs);
    const others = await times(mostTeams - 1, async () => ID.create("team"));
    const membership = Keys.member(stage.organization, bob.account);
    await stage.world.table.write(update(membership, { set: { teams: new Set(others) } }));
    for (const name of ["Design", "Research"]) await deeds.formTeam(stage.ada, name);
    const [design, research] = [await stage.teamOf("Design"), await stage.teamOf("Research")];
    const answers = await overtake(
      () => putIn(scene, design, bob),
      () => putIn(scene, research, bob),
    );
    expect(answers).toEqual(["done", "done"]);
    expect(await teamsIn(scene, bob)).toEqual([...others, research].toSorted());
    return [];
  },
  "somebody is put into a team who is removed meanwhile, and comes back by it": withTeam(
    putIn,
    ({ deeds, stage }, _, bob) => deeds.remove(stage.ada, bob),
    { answers: ["done", "done"] },
  ),
  "somebody parts with a team that they have just got, and stays counted in it": withTeam(
    ({ deeds, stage }, _, bob) => deeds.remove(stage.ada, bob),
    putIn,
    { answers: ["member.changed", "done"] },
  ),
  "somebody leaves with a team that they have just lost, and is counted out twice": withTeam(
    ({ deeds }, _, bob) => deeds.leave(bob),
    takeOut,
    { before: putIn, answers: ["member.changed", "done"] },
  ),
  "one who was changed meanwhile keeps the others out of a team": async (scene) => {
    const { stage, deeds, books, overtake } = scene;
    const [bob, carol] = [await stage.join(bobs), await stage.join(carols)];
    await deeds.formTeam(stage.ada, "Design");
    const team = await stage.teamOf("Design");
    await books.look();
    await overtake(
      () => deeds.putIn(stage.ada, team, bob, carol),
      () => deeds.putIn(stage.ada, team, bob),
    );
    expect([await teamsIn(scene, bob), await teamsIn(scene, carol)]).toEqual([[team], [team]]);
    return books.look();
  },
  "somebody is taken back into teams of another time": async (scene) => {
    const { stage, deeds, books, overtake } = scene;
    const bob = await stage.join(bobs);
    await deeds.formTeam(stage.ada, "Design");
    const team = await stage.teamOf("Design");
    await putIn(scene, team, bob);
    await deeds.remove(stage.ada, bob);
    await books.look();
    const answers = await overtake(
      () => deeds.reinstate(stage.ada, bobs),
      async () => {
        await deeds.reinstate(stage.ada, bobs);
        await takeOut(scene, team, bob);
        stage.world.clock.pass(1);
        await deeds.remove(stage.ada, bob);
      },
    );
    expect(answers[0]).toBe("member.changed");
    return books.look();
  },
};

test.each(Object.entries(finer))("it never happens that %s", async (_, race) => {
  expect((await play(race)).wrong).toEqual([]);
});
