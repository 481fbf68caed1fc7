import * as ID from "@muster/core/base/id.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import { notifyTeam } from "@muster/core/notification/team-mention.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import { terms } from "@muster/core/search/search.ts";
import { settingKeys } from "@muster/core/setting/keys.ts";
import { keyOf, type Put, put, update } from "@muster/core/table/table.ts";
import { cleanUp } from "@muster/core/team/cleanup.ts";
import { teamKeys } from "@muster/core/team/keys.ts";
import * as Team from "@muster/core/team/team.ts";
import { type Meter, meter } from "@muster/local/testing/costs/meter.ts";
import { memberPut, putAll } from "@muster/local/testing/fixtures/rows.ts";
import { depth } from "@muster/local/testing/random.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, describe, expect, test } from "vitest";

// What is shown costs the same however many teams an organization has, and however many members a team.

type Place = { organization: ID.ID<"organization">; team: ID.ID<"team">; bob: Person };
type Action = (place: Place) => () => Promise<unknown>;

const at = "2026-11-24T09:00:00.000Z";
let api: TestApi;
let ada: Person;
let costs: Meter;
beforeAll(async () => {
  api = await openApi();
  ada = await api.stranger();
  costs = meter(api.world.rows.client);
});

const send =
  (method: string, path: (place: Place) => string, json?: (place: Place) => object): Action =>
  (place) =>
  async () => {
    const { token } = ada;
    const sent = { token, ...(json && { json: json(place) }) };
    const { status, text } = await api.call(method, `/organizations/${place.organization}${path(place)}`, sent);
    if (status >= 300) throw new Error(`${method} ${path(place)} was answered ${status}: ${text}`);
  };

async function open(): Promise<Place> {
  const organization = await api.organization(ada);
  const bob = await api.member(organization, "write");
  const team = ID.create("team");
  await api.world.table.write(
    ...teamRows(organization, team, "Design System"),
    put(settingKeys.section(organization, team), { value: { entries: {} }, revision: 0, at, by: ada.account }),
  );
  await api.world.table.write(
    update(memberKeys.member(organization, bob.account), { add: { teams: new Set([team]) } }),
  );
  return { organization, team, bob };
}

const teamRows = (organization: ID.ID<"organization">, team: ID.ID<"team">, name: string): Put[] =>
  Team.adding(organization, team, { name, revision: 0, createdAt: at }).filter((step) => step.do === "put");

async function write(rows: readonly Put[]): Promise<void> {
  const lists = Array.from({ length: 8 }, (_, list) => rows.filter((__, i) => i % 8 === list));
  await Promise.all(lists.map((list) => putAll(api.world, list)));
}

async function measured(actions: Record<string, Action>, place: Place) {
  const all: Record<string, object> = {};
  for (const [name, action] of Object.entries(actions)) {
    const { trips, calls, items, readUnits, writeUnits, indexUnits } = await costs.measure(action(place));
    all[name] = { trips, calls, items, readUnits, writeUnits, indexUnits };
  }
  return all;
}

describe("with thousands of teams", () => {
  const actions: Record<string, Action> = {
    "the members": send("GET", () => "/members"),
    "a member": send("GET", ({ bob }) => `/members/${bob.account}`),
    "members as a file": send("GET", () => "/members/export"),
    invitations: send("GET", () => "/invitations"),
    "a page of teams": send("GET", () => "/teams"),
    "a page of teams with descriptions": send("GET", () => "/teams?include=description"),
    "one's own teams": send("GET", () => "/teams?of=own"),
    "a search of teams": send("GET", () => "/teams?search=sys%20des"),
    "some teams by their ids": send("GET", ({ team }) => `/teams?teams=${team}`),
    "members and teams to mention": send("GET", () => "/feed/mentionable?search=system"),
    "a feed": send("GET", () => "/updates"),
    "the settings of a member": send("GET", () => "/settings/effective"),
    "a preview of settings": send(
      "POST",
      () => "/settings/preview",
      () => ({ fields: { "features.telemetry": { value: true } } }),
    ),
    "a preview of a team's settings": send(
      "POST",
      ({ team }) => `/settings/teams/${team}/preview`,
      () => ({
        fields: { "features.telemetry": { value: true } },
      }),
    ),
    "settings as a file": send("GET", () => "/settings/document"),
    "a summary of devices": send("GET", () => "/devices/summary"),
    "a new team": send(
      "POST",
      () => "/teams",
      () => ({ name: "Brand" }),
    ),
    "another name": send(
      "PATCH",
      ({ team }) => `/teams/${team}`,
      () => ({ name: "Design Systems" }),
    ),
  };
  // more than a page, so that pages are equal
  const [few, many] = [120, depth(1_200, 5_000 - 2)];

  test("each costs what it costs with few", async () => {
    const results = [];
    for (const count of [few, many]) {
      const place = await open();
      const rows = Array.from({ length: count }, (_, i) =>
        teamRows(place.organization, ID.create("team"), `Team-${String(i).padStart(4, "0")}`),
      );
      await write(rows.flat());
      await api.world.table.write(
        update(organizationKeys.organization(place.organization), { set: { teams: count + 1 } }),
      );
      results.push(await measured(actions, place));
    }
    expect(results[1]).toEqual(results[0]);
  });
});

describe("a team of thousands", () => {
  const work =
    (run: (place: Place) => Promise<unknown>): Action =>
    (place) =>
    () =>
      asSystem("work", () => run(place));
  const post = ID.create("update");
  const actions: Record<string, Action> = {
    "its page": send("GET", ({ team }) => `/teams/${team}`),
    "its members": send("GET", ({ team }) => `/members?team=${team}`),
    "a search of its members": send("GET", ({ team }) => `/members?team=${team}&search=member%200001`),
    "its leads": send("GET", ({ team }) => `/members?leadOf=${team}`),
    "its feed": send("GET", ({ team }) => `/updates?team=${team}`),
    "an update": send(
      "POST",
      () => "/updates",
      ({ team }) => ({ team, title: "Hello", content: `To @${team}.` }),
    ),
    "a member more": send(
      "POST",
      ({ team }) => `/teams/${team}/members`,
      () => ({ accounts: [ada.account] }),
    ),
    "a member less": send(
      "POST",
      ({ team }) => `/teams/${team}/members/remove`,
      () => ({ accounts: [ada.account] }),
    ),
    "its settings": send("GET", ({ team }) => `/settings/teams/${team}`),
    "a change of its settings": send(
      "PATCH",
      ({ team }) => `/settings/teams/${team}`,
      () => ({
        revision: 0,
        fields: { "features.telemetry": { value: true } },
      }),
    ),
    "one message of a mention": work(({ organization, team }) =>
      notifyTeam({
        job: "notifyTeam",
        organization,
        team,
        notification: ID.create("notification"),
        kind: "update.mentioned",
        update: post,
        in: team,
        author: ada.account,
        at,
      }),
    ),
    "its deletion": send("DELETE", ({ team }) => `/teams/${team}`),
    "one message of its cleanup": work(({ organization, team }) => cleanUp({ job: "cleanUp", organization, team })),
  };
  // more than one message handles, and than one search examines
  const [few, many] = [1_200, depth(3_000, 20_000)];

  test("each costs what it costs in a small one, and the rest goes on in the queue", async () => {
    const results = [];
    for (const count of [few, many]) {
      const place = await open();
      const { organization, team } = place;
      const rows = Array.from({ length: count }, (_, i) => {
        const name = `Member ${String(i).padStart(5, "0")}`;
        const account = ID.derive("account", `${organization} ${i}`);
        const joined = { name, email: `member.${i}@example.com`, teams: new Set([team]) };
        const row = memberPut(organization, account, joined);
        // what is read of the others are the rows that place them in the team
        const pointers = terms({ ...row.item, ...row.key }).filter(({ pk }) => i < 600 || pk.endsWith("#+"));
        return [...(i < 600 ? [row] : []), ...pointers.map((one) => put(keyOf(one), one))];
      });
      await write([...rows.flat(), put(teamKeys.teamCount(organization, team), { members: count })]);
      api.world.queued.work.length = 0;
      results.push(await measured(actions, place));
      expect(api.world.queued.work).toMatchObject([{ job: "notifyTeam" }, { job: "cleanUp" }]);
    }
    expect(results[1]).toEqual(results[0]);
  });
});
