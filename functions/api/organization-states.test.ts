import type { ID } from "@muster/core/base/id.ts";
import { permissions, type Rule } from "@muster/core/base/permission.ts";
import { type Role, roles } from "@muster/core/base/role.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import * as Operator from "@muster/core/organization/operator.ts";
import { update } from "@muster/core/table/table.ts";
import { sample } from "@muster/local/testing/fixtures/samples.ts";
import { depth } from "@muster/local/testing/random.ts";
import { type Answer, openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, expect, test } from "vitest";
import { type MountedOperation, operations } from "./openapi.ts";

// What is closed where an organization is suspended, is read-only, or has turned updates off.

type Guarded = MountedOperation & { rule: Rule; looks: boolean };
const inOrganization: Guarded[] = operations()
  .filter(({ path }) => path.includes("{organization}"))
  .map((one) => ({ ...one, rule: permissions[one.fn.permission], looks: one.source === "query" }));
const restores = ({ rule }: Guarded) => rule.deleted === true;

type State = "suspended" | "readOnly" | "updatesOff";
type Place = { organization: ID<"organization"> } & Record<Role, Person>;
let api: TestApi;
let stranger: Person;
let acme: Place;
let places: Record<State, Place>;
/** Organizations that are in two states, or in all. */
let withUpdates: Place;
let withoutUpdates: Place;

async function openPlace(): Promise<Place> {
  const organization = await api.organization(await api.stranger());
  const [owner, admin, write, read] = await Promise.all(roles.map((role) => api.member(organization, role)));
  return { organization, owner, admin, write, read } as Place;
}

const setPosting = ({ organization, owner }: Place, posting: "off" | "members", revision: number) =>
  api.call("PATCH", `/organizations/${organization}/settings/general`, {
    token: owner.token,
    json: { updates: { posting }, revision },
  });
const freeze = (organization: ID<"organization">) =>
  api.world.table.write(
    update(organizationKeys.organization(organization), { set: { billingStatus: "read_only", growth: false } }),
  );

beforeAll(async () => {
  api = await openApi();
  stranger = await api.stranger();
  acme = await openPlace();
  places = { suspended: await openPlace(), readOnly: await openPlace(), updatesOff: await openPlace() };
  await asSystem("operator", () => Operator.suspend({ organization: places.suspended.organization }));
  await freeze(places.readOnly.organization);
  const { status } = await setPosting(places.updatesOff, "off", 0);
  if (status !== 200) throw new Error("Updates are not off.");
  [withUpdates, withoutUpdates] = [await openPlace(), await openPlace()];
  await setPosting(withoutUpdates, "off", 0);
  for (const { organization } of [withUpdates, withoutUpdates]) {
    await asSystem("operator", () => Operator.suspend({ organization }));
    await freeze(organization);
  }
});

/** The first operation of each combination of what states look at. Every role is tried on these, in a deep run on all. */
const combinationOf = ({ looks, rule: { unpaid, suspended, deleted, feature } }: Guarded) =>
  JSON.stringify([looks, unpaid, suspended, deleted, feature]);
const first = new Set(new Map(inOrganization.toReversed().map((one) => [combinationOf(one), one])).values());

/** The codes with which states refuse, by who asks; whatever else an answer says. */
const codes: Record<State, [status: number, code: string]> = {
  suspended: [403, "organization.suspended"],
  readOnly: [402, "organization.read_only"],
  updatesOff: [403, "organization.updates_off"],
};

/** Returns true if a state closes an operation to a role that would otherwise have the permission. */
const isClosed: Record<State, (operation: Guarded, role: Role) => boolean> = {
  suspended: ({ looks, rule }, role) => role !== "owner" || !(looks || rule.suspended),
  readOnly: ({ looks, rule }) => !looks && !rule.unpaid,
  updatesOff: ({ rule }) => rule.feature === "updates",
};

test.each(inOrganization)("$id is refused by the states that close it, to every role, and says why", async (one) => {
  const [method, path, sent] = await sample(api, one, { person: acme.owner, organization: acme.organization });
  const isWhole = depth(first.has(one), true);
  for (const state of ["suspended", "readOnly", "updatesOff"] as const) {
    const place = places[state];
    const ask = ({ token }: Person): Promise<Answer> =>
      api.call(method, path.replace(acme.organization, place.organization), { ...sent, token });
    const [status, code] = codes[state];
    const closedTo = roles.filter((role) => isClosed[state](one, role) && !(restores(one) && state !== "suspended"));
    for (const role of isWhole ? closedTo : closedTo.slice(0, 1)) {
      expect.soft(await ask(place[role]), `${role}, ${state}`).toMatchObject({ status, body: { code } });
    }
    const missing = { status: 404, body: { code: "organization.missing" } };
    for (const nobody of isWhole ? [stranger] : []) {
      expect.soft(await ask(nobody), `a stranger, ${state}`).toMatchObject(missing);
    }
  }
});

test("every role is tried on some operation of each state", () => {
  expect(first.size).toBeGreaterThan(7);
  const closed = Object.keys(codes).flatMap((state) =>
    roles.filter((role) => [...first].some((one) => isClosed[state as State](one, role))),
  );
  expect(closed).toEqual([...roles, ...roles, ...roles]);
});

test.each(inOrganization.filter((one) => one.looks))(
  "$id shows the owner the data of an organization that is read-only and suspended, without updates unless it is about them",
  async (one) => {
    const { owner, organization } = one.rule.feature === "updates" ? withUpdates : withoutUpdates;
    const answer = await api.call(...(await sample(api, one, { person: owner, organization })));
    expect(answer.status).toBe(one.status);
  },
);

test.each(inOrganization.filter((one) => !one.looks && one.rule.suspended))(
  "$id is open to the owner of a suspended organization",
  async (one) => {
    const { owner, organization } = places.suspended;
    const { body } = await api.call(...(await sample(api, one, { person: owner, organization })));
    expect(body.code).not.toBe("organization.suspended");
  },
);

test.each(inOrganization.filter((one) => !one.looks && one.rule.unpaid))(
  "$id is done in an organization that has just become read-only",
  async (one) => {
    const person = await api.stranger();
    const organization = await api.organization(person);
    await api.member(organization, "owner");
    const request = await sample(api, one, { person, organization });
    await freeze(organization);
    const { status, body } = await api.call(...request);
    // these require an active subscription, and then the organization is not read-only
    const needsActive = ["billing.resize", "billing.changeAutomaticSeats"].includes(one.id);
    expect([status, body.code]).toEqual(needsActive ? [409, "billing.moved"] : [one.status, body.code]);
  },
);

test("all operations of updates and comments can be turned off, but for exports and the deletion of all", () => {
  const named = inOrganization.filter(({ id }) => /^(update|comment)\.(?!export|removeByAuthor)/.test(id));
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter(({ rule }) => rule.feature !== "updates")).toEqual([]);
});

test("updates are as they were once they are turned on again", async () => {
  const place = await openPlace();
  const path = `/organizations/${place.organization}`;
  const { token } = place.owner;
  const { body } = await api.call("POST", `${path}/updates`, { token, json: { title: "Hello", content: "All." } });
  const one = `${path}/updates/${String(body.id)}`;
  await setPosting(place, "off", 0);
  const [status, code] = codes.updatesOff;
  expect(await api.call("GET", one, { token })).toMatchObject({ status, body: { code } });
  expect((await api.call("GET", path, { token })).body).toMatchObject({ posting: "off" });
  await setPosting(place, "members", 1);
  expect((await api.call("GET", one, { token })).body).toMatchObject({ title: "Hello" });
});

test("a suspended organization stays in the list of mine, and can be renamed once it is reactivated", async () => {
  const { organization, owner } = await openPlace();
  await asSystem("operator", () => Operator.suspend({ organization }));
  const { body } = await api.call("GET", "/organizations", { token: owner.token });
  expect(body.items).toMatchObject([{ id: organization, state: "suspended" }]);
  const rename = () =>
    api.call("PATCH", `/organizations/${organization}`, { token: owner.token, json: { name: "New" } });
  const [status, code] = codes.suspended;
  expect(await rename()).toMatchObject({ status, body: { code } });
  await asSystem("operator", () => Operator.reactivate({ organization }));
  expect((await rename()).status).toBe(200);
});
