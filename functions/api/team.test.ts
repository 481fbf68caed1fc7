import * as ID from "@muster/core/base/id.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import { update } from "@muster/core/table/table.ts";
import { teamsOf } from "@muster/core/team/names.ts";
import { sample } from "@muster/local/testing/fixtures/samples.ts";
import { type Answer, openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { operations } from "./openapi.ts";

const roles = ["owner", "admin", "write", "read"] as const;
type Role = (typeof roles)[number];
/** The roles that may change a team, a second time. */
const touching: Record<string, readonly Role[]> = {
  "setting.changeTeam": ["owner", "admin"],
  "setting.getTeam": ["owner", "admin"],
  "setting.previewTeam": ["owner", "admin"],
  "team.addLead": ["owner", "admin"],
  "team.addMembers": ["owner", "admin"],
  "team.edit": ["owner", "admin"],
  "team.get": roles,
  "team.leave": roles,
  "team.remove": ["owner", "admin"],
  "team.removeLead": ["owner", "admin"],
  "team.removeMembers": ["owner", "admin"],
};
/** The permissions of the leads of a team, a second time. */
const ledToo = ["team.addMembers", "team.edit", "team.removeMembers"];
const onTeams = operations().filter(({ path }) => path.includes("{team}"));

let api: TestApi;
let ours: ID.ID<"organization">;
let theirs: ID.ID<"organization">;
const members = new Map<Role, Person>();
beforeAll(async () => {
  api = await openApi();
  ours = await api.organization(await api.stranger());
  theirs = await api.organization(await api.stranger());
  for (const role of roles) members.set(role, await api.member(ours, role));
});

const rowsOfTeams = async () =>
  (await api.world.rows.scan()).filter(({ pk, sk }) => /#teams .|#set now#team_/.test([pk, sk].join(" ")));
const teamsIn = async (organization: ID.ID<"organization">, { account }: Pick<Person, "account">) =>
  teamsOf(await api.world.table.get(memberKeys.member(organization, account)));
async function leadIn(person: Person, name: string): Promise<ID.ID<"team">> {
  const team = await api.team(ours, name, [person]);
  await api.world.table.write(update(memberKeys.member(ours, person.account), { add: { leads: new Set([team]) } }));
  return team;
}
const refused = (code: string, status = 403) => ({ status, body: { code } });
/** An answer without its request id. */
const withoutRequestId = ({ status, body }: Answer) => ({ status, ...body, requestId: undefined });

test("every operation whose path names a team is in the table, and no other", () => {
  expect(onTeams.map(({ id }) => id).sort()).toEqual(Object.keys(touching));
});

describe.each(onTeams)("$id", (operation) => {
  test.each(roles)(
    "by the role %s changes a team as the table says, and reaches none of another organization",
    async (role) => {
      const isAllowed = touching[operation.id]?.includes(role) === true;
      const person = members.get(role) as Person;
      const request = await sample(api, operation, { person, organization: ours });
      const [method, path, sent] = request;
      const call = (team: string) => api.call(method, path.replace(/team_\w+/, team), sent);
      const team = await api.team(theirs, `Theirs ${operation.id} ${role}`);
      const before = await rowsOfTeams();

      const [theirAnswer, nothing] = [await call(team), await call(ID.create("team"))];
      expect(theirAnswer).toMatchObject(isAllowed ? refused("team.missing", 404) : refused("actor.forbidden"));
      expect(withoutRequestId(theirAnswer)).toEqual(withoutRequestId(nothing));
      expect(await call("team_of-nobody")).toMatchObject(refused("input.invalid", 400));
      expect(await teamsIn(ours, person)).not.toContain(team);

      const refusal = isAllowed ? undefined : await api.call(...request);
      expect(await rowsOfTeams()).toEqual(before);
      const answer = refusal ?? (await api.call(...request));
      expect(answer).toMatchObject(isAllowed ? { status: operation.status } : refused("actor.forbidden"));
    },
  );
});

describe.each([
  { path: "members", kept: "added" },
  { path: "members/remove", kept: "removed" },
])("POST $path of a team", ({ path, kept }) => {
  const cases = (["owner", "admin"] as const).flatMap((role) => roles.map((target) => ({ role, target })));
  test.each(cases)(
    "by the role $role moves the role $target, and nobody from another organization",
    async ({ role, target }) => {
      const [here, elsewhere] = [await api.member(ours, target), await api.member(theirs, target)];
      const stranger = await api.stranger();
      const team = await api.team(ours, `${path} ${role} ${target}`, kept === "removed" ? [here] : []);
      await api.team(theirs, `${path} ${role} ${target}`, [elsewhere]);
      const before = await teamsIn(theirs, elsewhere);
      const accounts = [here, elsewhere, stranger].map(({ account }) => account);
      const { token } = members.get(role) as Person;
      const { body } = await api.call("POST", `/organizations/${ours}/teams/${team}/${path}`, {
        token,
        json: { accounts },
      });
      expect((body.items as { outcome: string }[]).map(({ outcome }) => outcome)).toEqual([kept, "missing", "missing"]);
      expect(await teamsIn(ours, here)).toEqual(kept === "added" ? [team] : []);
      expect([await teamsIn(theirs, elsewhere), await teamsIn(ours, elsewhere)]).toEqual([before, []]);
    },
  );
});

describe("the members of a team", () => {
  const look = (role: Role, team: string) =>
    api.call("GET", `/organizations/${ours}/members?team=${team}`, { token: (members.get(role) as Person).token });

  test.each(roles)("are a filter for the role %s, who reaches no team of another organization by it", async (role) => {
    expect(await look(role, await api.team(ours, `Filter ${role}`))).toMatchObject({
      status: 200,
      body: { items: [] },
    });
    const team = await api.team(theirs, `Filter ${role}`);
    expect(await look(role, team)).toMatchObject(refused("team.missing", 404));
    expect(await look(role, "team_of-nobody")).toMatchObject({ status: 400, body: { errors: [{ path: "team" }] } });
  });
});

describe.each(onTeams.filter(({ id }) => ledToo.includes(id)))("$id by a lead", (operation) => {
  test.each(["write", "read"] as const)("with the role %s reaches the own team, and no other", async (role) => {
    const person = await api.member(ours, role);
    const [method, path, sent] = await sample(api, operation, { person, organization: ours });
    const led = await leadIn(person, `Led ${operation.id} ${role}`);
    const other = await api.team(ours, `Other ${operation.id} ${role}`, [person]);
    const call = (team: string, at = ours) => api.call(method, path.replace(/team_\w+/, team).replace(ours, at), sent);
    const before = await rowsOfTeams();
    expect(await call(other)).toMatchObject(refused("actor.forbidden"));
    const nothing = await call(ID.create("team"));
    const elsewhere = await call(await api.team(theirs, `Theirs too ${operation.id} ${role}`));
    expect(withoutRequestId(nothing)).toEqual(withoutRequestId(elsewhere));
    expect(nothing).toMatchObject(refused("actor.forbidden"));
    expect((await rowsOfTeams()).filter(({ sk }) => before.some((row) => row.sk === sk))).toEqual(before);
    expect(await call(led)).toMatchObject({ status: operation.status });
    expect(await call(led, theirs)).toMatchObject(refused("organization.missing", 404));
  });
});

test("a team that was created twice by one request is one team", async () => {
  const { token } = members.get("admin") as Person;
  const form = () =>
    api.call("POST", `/organizations/${ours}/teams`, {
      token,
      json: { name: "Once" },
      headers: { "idempotency-key": "form-once" },
    });
  const [first, second] = [await form(), await form()];
  expect([first.status, second.status, second.text]).toEqual([201, 201, first.text]);
});
