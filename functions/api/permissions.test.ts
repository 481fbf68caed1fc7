import * as ID from "@muster/core/base/id.ts";
import { permissions, type Rule } from "@muster/core/base/permission.ts";
import { type Role, roles } from "@muster/core/base/role.ts";
import { Keys } from "@muster/core/table/keys.ts";
import { remove } from "@muster/core/table/table.ts";
import { type Meter, meter } from "@muster/local/testing/costs/meter.ts";
import { linkDevice } from "@muster/local/testing/fixtures/devices.ts";
import { isOfDevices, type Sample, sample, sampleOfDevice } from "@muster/local/testing/fixtures/samples.ts";
import { type Answer, openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, expect, test } from "vitest";
import { type MountedOperation, operations } from "./openapi.ts";

// core/base/permission.test.ts proves what is decided for each role; here each route asks for that decision.

type Guarded = MountedOperation & { rule: Rule };
const all: Guarded[] = operations().map((operation) => ({ ...operation, rule: permissions[operation.fn.permission] }));
const inOrganization = all.filter(({ path }) => path.includes("{organization}"));

/** The lowest role whose request succeeds, and the highest one that is refused whatever it names. */
function boundary({ rule }: Guarded): { allowed: Role | undefined; refused: Role | undefined } {
  const broad = roles.findLast((role) => rule[role] === "any" || rule[role] === "belowOwner");
  return {
    allowed: broad ?? roles.findLast((role) => rule[role] === "own"),
    refused: roles.find((role) => rule[role] === undefined || rule[role] === "led"),
  };
}

let api: TestApi;
let costs: Meter;
let acme: ID.ID<"organization">;
let deleted: ID.ID<"organization">;
let founder: Person;
let stranger: Person;
let neighbor: Person;
let removed: Person;
let ended: Person;
let deviceToken: string;
/** By role, of Acme and of the deleted organization. */
let members: Record<Role, Person>;
let former: Record<Role, Person>;

const membersOf = async (organization: ID.ID<"organization">) =>
  Object.fromEntries(
    await Promise.all(roles.map(async (role) => [role, await api.member(organization, role)] as const)),
  ) as Record<Role, Person>;

beforeAll(async () => {
  api = await openApi();
  costs = meter(api.world.rows.client);
  [founder, stranger, neighbor, ended] = [
    await api.stranger(),
    await api.stranger(),
    await api.stranger(),
    await api.stranger(),
  ];
  acme = await api.organization(founder);
  await api.organization(neighbor, "Neighbors");
  members = await membersOf(acme);
  deviceToken = (await linkDevice(api.world, { account: founder.account, organization: acme })).token;

  removed = await api.member(acme, "owner");
  await api.world.table.write(remove(Keys.member(acme, removed.account)));

  const { actor } = ended.context;
  if (actor.type !== "account") throw new Error("Nobody is signed in.");
  await api.world.table.write(remove(Keys.session(actor.account, actor.via.id as ID.ID<"session">)));

  const owner = await api.stranger();
  deleted = await api.organization(owner);
  former = await membersOf(deleted);
  await removeOrganization(deleted, owner);
});

async function removeOrganization(organization: ID.ID<"organization">, { token }: Person): Promise<void> {
  const { status } = await api.call("POST", `/organizations/${organization}/deletion`, {
    token,
    json: { name: "Acme" },
  });
  if (status !== 200) throw new Error("The organization is not deleted.");
}

/** The same request by somebody else, or in another organization. */
function asked([method, path, { token: _, ...sent }]: Sample, token: string | undefined, organization: string = acme) {
  return api.call(method, path.replace(acme, organization), { ...sent, ...(token !== undefined && { token }) });
}

/** A refusal without its request id. */
const withoutRequestId = ({ status, body }: Answer) => ({ status, ...body, requestId: undefined });
const refusal = (status: number, code: string) => ({ status, body: { code } });
const unauthenticated = refusal(401, "actor.unauthenticated");
const missing = refusal(404, "organization.missing");
const unfit = refusal(403, "actor.credential_refused");
const challenge = 'Bearer realm="Muster"';

test.each(all.filter(({ rule }) => rule.public))("$id ($method $path) needs no session", async (operation) => {
  const answer = await api.call(...(await sample(api, operation, { organization: acme })));
  expect(answer.status).toBe(operation.status);
});

test.each(all.filter(({ rule }) => !rule.public))(
  "$id ($method $path) is closed without a session, to the next role, and to strangers",
  async (operation) => {
    const request = await sample(api, operation, { person: founder, organization: acme });
    const refused = (token?: string) => ({ token, expected: unauthenticated, challenge });
    const mistyped = `${founder.token.slice(0, -1)}_`;
    const ofSessions = [refused(ended.token), { token: deviceToken, expected: unfit, challenge: null }];
    const cases = [refused(), refused("nonsense"), refused(mistyped), ...(isOfDevices(operation) ? [] : ofSessions)];
    for (const { token, expected, challenge } of cases) {
      const answer = await asked(request, token);
      expect.soft(answer, `with ${token}`).toMatchObject(expected);
      expect.soft(answer.headers.get("www-authenticate"), `with ${token}`).toBe(challenge);
    }
    if (!inOrganization.includes(operation)) return;

    const { refused: role } = boundary(operation);
    const forbidden = { status: 403, body: { code: "actor.forbidden", permission: operation.fn.permission } };
    for (const one of role ? [role] : []) {
      expect.soft(await asked(request, members[one].token), one).toMatchObject(forbidden);
    }
    const nothing = await asked(request, stranger.token, ID.create("organization"));
    expect(nothing).toMatchObject(missing);
    for (const [who, { token }, organization] of strangersTo(operation)) {
      const answer = await asked(request, token, organization);
      expect.soft(withoutRequestId(answer), who).toEqual(withoutRequestId(nothing));
    }
    expect(await api.world.table.get(Keys.organization(deleted))).toMatchObject({ state: "deleted" });
  },
);

/** Who is answered as if the organization did not exist. */
function strangersTo({ rule }: Guarded): (readonly [who: string, Person, organization?: string])[] {
  return [
    ["a stranger", stranger],
    ["a member of another organization", neighbor],
    ["a removed member", removed],
    ["a member, of an organization that does not exist", founder, ID.create("organization")],
    ["a member, of an id that is none", founder, "org_of-nobody"],
    ["a member, of another noun", founder, founder.account],
    ["a stranger, of a deleted organization", stranger, deleted],
    ...roles
      .filter((role) => role !== "owner" || !rule.deleted)
      .map((role) => [`the role ${role} of a deleted organization`, former[role], deleted] as const),
  ];
}

test.each(all.filter(isOfDevices))(
  "$id is open to devices, and closed to a session before anything is read",
  async (one) => {
    const person = await api.stranger();
    const organization = await api.organization(person);
    const request = await sampleOfDevice(api, one, { person, organization });
    expect((await api.call(...request)).status).toBe(one.status);
    const { result, calls } = await costs.measure(() => asked(request, person.token));
    expect(result).toMatchObject(unfit);
    expect(calls).toBe(0);
  },
);

test.each(all.filter((one) => !inOrganization.includes(one) && !isOfDevices(one)))(
  "$id answers an account without any membership",
  async (operation) => {
    const request = await sample(api, operation, { person: await api.stranger(), organization: acme });
    expect((await api.call(...request)).status).toBe(operation.status);
  },
);

test.each(inOrganization)("$id is open to the lowest role that has the permission", async (operation) => {
  const { allowed } = boundary(operation);
  if (!allowed) throw new Error(`No role may ${operation.id}.`);
  const organization = await api.organization(await api.stranger());
  const request = await sample(api, operation, { person: await api.member(organization, allowed), organization });
  expect(await api.call(...request)).toMatchObject({ status: operation.status });
});

test("a member who is removed is a stranger on the very next request", async () => {
  const person = await api.member(acme, "owner");
  const looks = () => api.call("GET", `/organizations/${acme}`, { token: person.token });
  expect((await looks()).status).toBe(200);
  await api.world.table.write(remove(Keys.member(acme, person.account)));
  expect(await looks()).toMatchObject(missing);
});

test("a deleted organization can be restored by an owner, and nothing else", async () => {
  const [restore, ...others] = all.filter(({ rule }) => rule.deleted);
  if (!restore || others.length > 0) throw new Error("Not one operation is open to a deleted organization.");
  const owner = await api.stranger();
  const organization = await api.organization(owner);
  await removeOrganization(organization, owner);
  const answer = await api.call(...(await sample(api, restore, { person: owner, organization })));
  expect(answer.status).toBe(200);
  expect(await api.world.table.get(Keys.organization(organization))).toMatchObject({ state: "active" });
});

test("seats are shown to owners and admins only", async () => {
  const shown = async (role: Role) =>
    "seats" in (await api.call("GET", `/organizations/${acme}`, { token: members[role].token })).body;
  expect(await Promise.all(roles.map(shown))).toEqual([true, true, false, false]);
});

test("nobody ends a session of somebody else", async () => {
  const [mine, theirs] = [await api.stranger(), await api.stranger()];
  const { body } = await api.call("GET", "/sessions", { token: theirs.token });
  const [{ id }] = body.items as [{ id: string }];
  const answer = await api.call("DELETE", `/sessions/${id}`, { token: mine.token });
  expect(answer).toMatchObject(refusal(404, "session.missing"));
  expect((await api.call("GET", "/account", { token: theirs.token })).status).toBe(200);
});
