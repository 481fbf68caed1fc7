import * as ID from "@muster/core/base/id.ts";
import { permissions, type Rule } from "@muster/core/base/permission.ts";
import { type Role, roles } from "@muster/core/base/role.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import { sessionKeys } from "@muster/core/session/keys.ts";
import { remove } from "@muster/core/table/table.ts";
import { type Meter, meter } from "@muster/local/testing/costs/meter.ts";
import { linkDevice } from "@muster/local/testing/fixtures/devices.ts";
import { isOfDevices, type Sample, sample, sampleOfDevice } from "@muster/local/testing/fixtures/samples.ts";
import { depth } from "@muster/local/testing/random.ts";
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

/**
 * The first operation of each part of the API, and of each exception that authentication makes. Everybody is tried on
 * these, and in a deep run on all: one function tells strangers apart for every operation.
 */
const first = new Set<Guarded>();
const met = new Set<string>();
for (const one of all) {
  const { deleted, unpaid, suspended, feature, sessions } = one.rule;
  const part = one.path.split("/")[inOrganization.includes(one) ? 5 : 3];
  const kinds = [`/${part}`, JSON.stringify([one.source, deleted, unpaid, suspended, feature, sessions])];
  if (kinds.some((kind) => !met.has(kind))) first.add(one);
  for (const kind of kinds) met.add(kind);
}
const isTriedByEverybody = (one: Guarded) => depth(first.has(one), true);

type Place = { organization: ID.ID<"organization">; members: Record<Role, Person> };
let api: TestApi;
let costs: Meter;
/** For what only reads. */
let acme: Place;
let deleted: Place;
let founder: Person;
let stranger: Person;
let neighbor: Person;
let removed: Person;
let ended: Person;
let deviceToken: string;
/** The answer to a stranger about an organization that does not exist. */
let nothing: object;

/** An organization with a member of each role beside its founder, or of these. */
async function openPlace(of: readonly Role[] = roles): Promise<Place> {
  const organization = await api.organization(founder);
  const members = await Promise.all(of.map(async (role) => [role, await api.member(organization, role)] as const));
  return { organization, members: Object.fromEntries(members) as Place["members"] };
}

beforeAll(async () => {
  api = await openApi();
  costs = meter(api.world.rows.client);
  [founder, stranger, neighbor, ended] = [
    await api.stranger(),
    await api.stranger(),
    await api.stranger(),
    await api.stranger(),
  ];
  await api.organization(neighbor, "Neighbors");
  acme = await openPlace();
  deviceToken = (await linkDevice(api.world, { account: founder.account, organization: acme.organization })).token;

  removed = await api.member(acme.organization, "owner");
  await api.world.table.write(remove(memberKeys.member(acme.organization, removed.account)));

  const { actor } = ended.context;
  if (actor.type !== "account") throw new Error("Nobody is signed in.");
  await api.world.table.write(remove(sessionKeys.session(actor.account, actor.via.id as ID.ID<"session">)));

  deleted = await openPlace();
  await removeOrganization(deleted.organization, founder);
  const answer = await api.call("GET", `/organizations/${ID.create("organization")}`, { token: stranger.token });
  nothing = withoutRequestId(answer);
});

async function removeOrganization(organization: ID.ID<"organization">, { token }: Person): Promise<void> {
  const { status } = await api.call("POST", `/organizations/${organization}/deletion`, {
    token,
    json: { name: "Acme" },
  });
  if (status !== 200) throw new Error("The organization is not deleted.");
}

/** The same request by somebody else. */
const asked = ([method, path, { token: _, ...sent }]: Sample, token: string | undefined) =>
  api.call(method, path, { ...sent, ...(token !== undefined && { token }) });

/** A refusal without its request id. */
const withoutRequestId = ({ status, body }: Answer) => ({ status, ...body, requestId: undefined });
const refusal = (status: number, code: string) => ({ status, body: { code } });
const unauthenticated = refusal(401, "actor.unauthenticated");
const missing = refusal(404, "organization.missing");
const unfit = refusal(403, "actor.credential_refused");
const challenge = 'Bearer realm="Muster"';

/** Expects a request to be refused without a session; and with one that has ended, a forged one, or that of a device. */
async function expectClosed(operation: Guarded, request: Sample): Promise<void> {
  const refused = (token?: string) => ({ token, expected: unauthenticated, challenge });
  const forged = [refused("nonsense"), refused(`${founder.token.slice(0, -1)}_`)];
  const ofSessions = [refused(ended.token), { token: deviceToken, expected: unfit, challenge: null }];
  const others = isTriedByEverybody(operation) ? [...forged, ...(isOfDevices(operation) ? [] : ofSessions)] : [];
  for (const { token, expected, challenge } of [refused(), ...others]) {
    const answer = await asked(request, token);
    expect.soft(answer, `with ${token}`).toMatchObject(expected);
    expect.soft(answer.headers.get("www-authenticate"), `with ${token}`).toBe(challenge);
  }
}

test.each(all.filter(({ rule }) => rule.public))("$id ($method $path) needs no session", async (operation) => {
  const answer = await api.call(...(await sample(api, operation, { organization: acme.organization })));
  expect(answer.status).toBe(operation.status);
});

test.each(all.filter((one) => !inOrganization.includes(one) && !one.rule.public && !isOfDevices(one)))(
  "$id ($method $path) is closed without a session, and answers an account without any membership",
  async (operation) => {
    const person = await api.stranger();
    const request = await sample(api, operation, { person, organization: acme.organization });
    await expectClosed(operation, request);
    expect((await api.call(...request)).status).toBe(operation.status);
  },
);

test.each(inOrganization)(
  "$id ($method $path) is closed without a session, to strangers, and to the next role; the lowest that has the permission may",
  async (operation) => {
    const { allowed, refused } = boundary(operation);
    if (!allowed) throw new Error(`No role may ${operation.id}.`);
    const isQuery = operation.source === "query";
    const place = isQuery ? acme : await openPlace(refused ? [allowed, refused] : [allowed]);
    const { organization, members } = place;
    const request = await sample(api, operation, { person: members[allowed], organization });
    await expectClosed(operation, request);
    for (const [who, { token }, elsewhere] of strangersTo(operation)) {
      const [method, path, sent] = request;
      const answer = await asked([method, path.replace(organization, elsewhere ?? organization), sent], token);
      expect.soft(withoutRequestId(answer), who).toEqual(nothing);
    }
    const forbidden = { status: 403, body: { code: "actor.forbidden", permission: operation.fn.permission } };
    for (const role of refused ? [refused] : []) {
      expect.soft(await asked(request, members[role].token), role).toMatchObject(forbidden);
    }
    expect(await api.call(...request)).toMatchObject({ status: operation.status });
  },
);

/** Returns who is answered as if the organization did not exist. */
function strangersTo(operation: Guarded): (readonly [who: string, Person, organization?: string])[] {
  const { organization, members } = deleted;
  const former = roles
    .filter((role) => role !== "owner" || !operation.rule.deleted)
    .map((role) => [`the role ${role} of a deleted organization`, members[role], organization] as const);
  const other = ["a member of another organization", neighbor] as const;
  const gone = ["a removed member", removed, acme.organization] as const;
  if (!isTriedByEverybody(operation)) return [other, gone, ...former.slice(0, 1)];
  return [
    other,
    gone,
    ...former,
    ["a stranger", stranger],
    ["a stranger, of an organization that does not exist", stranger, ID.create("organization")],
    ["a member, of an organization that does not exist", founder, ID.create("organization")],
    ["a member, of an id that is none", founder, "org_of-nobody"],
    ["a member, of another noun", founder, founder.account],
    ["a stranger, of a deleted organization", stranger, organization],
  ];
}

test("what is tried by everybody is of each part of the API, and a deleted organization stays deleted by it", async () => {
  expect(first.size).toBeGreaterThan(30);
  expect(first.size).toBeLessThan(all.length / 3);
  expect([...first].filter(({ rule }) => rule.deleted)).toHaveLength(1);
  expect(await api.world.table.get(organizationKeys.organization(deleted.organization))).toMatchObject({
    state: "deleted",
  });
  expect(nothing).toMatchObject({ status: 404, code: "organization.missing" });
});

test.each(all.filter(isOfDevices))(
  "$id is open to devices, and closed to a session before anything is read",
  async (one) => {
    const person = await api.stranger();
    const organization = await api.organization(person);
    const request = await sampleOfDevice(api, one, { person, organization });
    await expectClosed(one, request);
    expect((await api.call(...request)).status).toBe(one.status);
    const { result, calls } = await costs.measure(() => asked(request, person.token));
    expect(result).toMatchObject(unfit);
    expect(calls).toBe(0);
  },
);

test("a member who is removed is a stranger on the very next request", async () => {
  const { organization } = acme;
  const person = await api.member(organization, "owner");
  const looks = () => api.call("GET", `/organizations/${organization}`, { token: person.token });
  expect((await looks()).status).toBe(200);
  await api.world.table.write(remove(memberKeys.member(organization, person.account)));
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
  expect(await api.world.table.get(organizationKeys.organization(organization))).toMatchObject({ state: "active" });
});

test("seats are shown to owners and admins only", async () => {
  const { organization, members } = acme;
  const shown = async (role: Role) =>
    "seats" in (await api.call("GET", `/organizations/${organization}`, { token: members[role].token })).body;
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
