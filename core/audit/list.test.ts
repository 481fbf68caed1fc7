import { resultOf } from "@muster/local/testing/result.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import { organizationEvents } from "../catalog/events.ts";
import { subjectOf, subjects } from "../catalog/subjects.ts";
import { InvitationEnded } from "../invitation/events.ts";
import type { System } from "../kernel/actor.ts";
import { asSystem } from "../kernel/context.ts";
import { SettingSaved } from "../setting/events.ts";
import type { Put } from "../table/table.ts";
import { TeamCreated, TeamJoined } from "../team/events.ts";
import { UpdateCreated } from "../update/events.ts";
import * as Audit from "./audit.ts";
import { maxExamined, pageSize } from "./limits.ts";
import { list } from "./list.ts";

const owner = ID.derive("organization", "acme");
const system: System = { type: "system", job: "test" };
const design = ID.derive("team", "design");
const sales = ID.derive("team", "sales");
const update = ID.derive("update", "one");

let world: World;
let ada: Person;
let grace: ID.ID<"account">;
beforeEach(async () => {
  world = await openWorld();
  ada = await world.person("ada@example.com");
  grace = ID.derive("account", "grace");
});

type Filter = NonNullable<Parameters<typeof list>[0]>;
const look = (filter: Filter = {}) => world.as(ada, () => list(filter), { id: owner, role: "owner" });
const typesOf = async (filter: Filter) => (await look(filter)).items.map(({ type }) => type);

async function log(...events: Put[]) {
  for (let from = 0; from < events.length; from += 80) await world.table.write(...events.slice(from, from + 80));
  await asSystem("follow", () => Audit.follow({ owner }));
}

const saved = (n: number, team?: ID.ID<"team">) =>
  SettingSaved.record(owner, { section: "features", revision: n, fields: [], ...(team && { team }) }, system);
const inTeam = { team: design, name: "Design" };

describe("activity with a filter", () => {
  beforeEach(async () => {
    await log(
      TeamCreated.record(owner, inTeam, system),
      TeamJoined.record(owner, { ...inTeam, accounts: [grace] }, system),
      saved(1, design),
      saved(2),
      UpdateCreated.record(owner, { update, team: design }, system),
      UpdateCreated.record(owner, { update, team: sales, teams: [design] }, system),
      InvitationEnded.record(owner, { invitations: [], state: "expired" }, system),
    );
  });

  test("is about one subject", async () => {
    expect(await typesOf({ subject: "teams" })).toEqual(["team.joined", "team.created"]);
    expect(await typesOf({ subject: "people" })).toEqual(["invitation.ended"]);
    expect(await typesOf({ subject: "billing" })).toEqual([]);
  });

  test("is that of one team: an update elsewhere that mentions it is not", async () => {
    expect(await typesOf({ team: design })).toEqual(["update.created", "setting.saved", "team.joined", "team.created"]);
    expect(await typesOf({ team: design, subject: "settings" })).toEqual(["setting.saved"]);
  });

  test("is what one account did, not what happened to it", async () => {
    await log(TeamJoined.record(owner, { ...inTeam, accounts: [ada.account] }, ada.context.actor));
    expect(await typesOf({ actor: ada.account })).toEqual(["team.joined"]);
    expect(await typesOf({ actor: grace })).toEqual([]);
  });
});

test("each page examines a limited number of events, and all pages together have every match once", async () => {
  const wanted = 3;
  await log(...Array.from({ length: wanted }, (_, n) => saved(n)));
  const others = Array.from({ length: maxExamined + 10 }, () => TeamCreated.record(owner, inTeam, system));
  await log(...others, ...Array.from({ length: pageSize + 5 }, (_, n) => saved(10 + n)));
  const pages: number[] = [];
  const found: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await look({ subject: "settings", cursor });
    pages.push(page.items.length);
    found.push(...page.items.map(({ seq }) => seq));
    cursor = page.next;
  } while (cursor !== undefined);
  expect(pages).toEqual([pageSize, 5, wanted]);
  expect(found).toEqual([...new Set(found)].toSorted((one, other) => other - one));
});

test("a cursor of one filter is refused with another", async () => {
  await log(...Array.from({ length: pageSize + 5 }, (_, n) => saved(n)));
  const { next: cursor } = await look({ subject: "settings" });
  expect(await resultOf(look({ subject: "settings", cursor }))).toBe("done");
  for (const filter of [{}, { subject: "people" }, { subject: "settings", team: design }, { actor: ada.account }]) {
    expect(await resultOf(look({ ...filter, cursor } as Filter))).toBe("cursor.invalid");
  }
});

test("every event has a subject, and every subject an event", () => {
  const without = organizationEvents.filter(({ type }) => subjectOf(type) === undefined).map(({ type }) => type);
  expect(without, "Add the noun of these events to byNoun in core/catalog/subjects.ts.").toEqual([]);
  const about = organizationEvents.map(({ type }) => subjectOf(type));
  const unused = subjects.filter((subject) => !about.includes(subject));
  expect(unused, "No event is about these: remove them from subjects in core/catalog/subjects.ts.").toEqual([]);
  expect(subjectOf("organization.granted")).toBe("billing");
  expect(subjectOf("moon.landed")).toBeUndefined();
  expect(subjectOf("constructor.called")).toBeUndefined();
  expect(subjectOf(undefined)).toBeUndefined();
});
