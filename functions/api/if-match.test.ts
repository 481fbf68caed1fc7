import { isDeepStrictEqual } from "node:util";
import { accountKeys } from "@muster/core/account/keys.ts";
import type * as ID from "@muster/core/base/id.ts";
import { permissions, type Rule } from "@muster/core/base/permission.ts";
import { deviceKeys } from "@muster/core/device/keys.ts";
import { domainKeys } from "@muster/core/domain/keys.ts";
import { importKeys } from "@muster/core/import/keys.ts";
import { mailKeys } from "@muster/core/mail/keys.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import { secretKeys } from "@muster/core/secret/keys.ts";
import { settingKeys } from "@muster/core/setting/keys.ts";
import { put, type Step, update } from "@muster/core/table/table.ts";
import { teamKeys } from "@muster/core/team/keys.ts";
import { updateKeys } from "@muster/core/update/keys.ts";
import { meter } from "@muster/local/testing/costs/meter.ts";
import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { type Sample, sample } from "@muster/local/testing/fixtures/samples.ts";
import { depth } from "@muster/local/testing/random.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { type MountedOperation, operations } from "./openapi.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});
afterEach(() => api.world.rebind());

const mounted = operations();
const shownAt = (path: string) => mounted.find((one) => one.path === path && one.source === "query");
const changes = mounted.filter(({ method }) => ["patch", "put", "delete"].includes(method));
const conditional = changes.filter(({ etagOf }) => etagOf);
const settings = conditional.find(({ id }) => id === "setting.saveGeneral") as MountedOperation;

test("a change of the thing that a GET of its path shows compares with that", () => {
  expect(conditional.length).toBeGreaterThan(9);
  expect(changes.map(({ id, etagOf }) => [id, etagOf?.permission])).toEqual(
    changes.map(({ id, path }) => [id, shownAt(path)?.fn.permission]),
  );
});

test("everybody who may change such a thing may see it", () => {
  const hidden = conditional.filter(({ fn, etagOf }) => {
    const [changing, seeing]: (Rule | undefined)[] = [
      permissions[fn.permission],
      etagOf && permissions[etagOf.permission],
    ];
    const grantees = ["owner", "admin", "write", "read", "account"] as const;
    return grantees.some((grantee) => changing?.[grantee] && !seeing?.[grantee]);
  });
  expect(hidden.map(({ id }) => id)).toEqual([]);
});

type Place = { person: Person; organization: ID.ID<"organization">; request: Sample; etag: string };

/** A request that would succeed, in an organization of its own, and the ETag of what it is about. */
async function place(operation: MountedOperation): Promise<Place> {
  const person = await api.stranger();
  const organization = await api.organization(person);
  await api.world.table.write(update(organizationKeys.organization(organization), { add: { capacity: 50, free: 50 } }));
  const request = await sample(api, operation, { person, organization });
  const { headers } = await api.call("GET", request[1], { token: person.token });
  return { person, organization, request, etag: String(headers.get("etag")) };
}

const send = ([method, path, sent]: Sample, ifMatch?: string) =>
  api.call(method, path, { ...sent, ...(ifMatch !== undefined && { headers: { "if-match": ifMatch } }) });
const rows = () => api.world.rows.scan();
const failed = [412, "request.precondition_failed", "application/problem+json"];
const answerOf = ({ status, body, headers }: Awaited<ReturnType<typeof send>>) => [
  status,
  body.code,
  headers.get("content-type"),
];

/** A change of what is shown that another request makes, and what is answered without If-Match to the one that is overtaken. */
const overtaking: Record<string, [step: (place: Place) => Step, without: number]> = {
  "account.edit": [
    ({ person }) => update(accountKeys.profile(person.account), { set: { zone: "Europe/Berlin" } }),
    200,
  ],
  "organization.rename": [
    ({ organization }) => update(organizationKeys.organization(organization), { add: { capacity: 1, free: 1 } }),
    200,
  ],
  "setting.saveGeneral": [
    ({ organization, person: { account: by } }) =>
      put(settingKeys.section(organization, "general"), {
        value: { contact: { name: "Bob" }, address: {} },
        revision: 0,
        at: "2026-11-24T09:00:00.000Z",
        by,
      }),
    200,
  ],
  "setting.change": [
    ({ organization }) => update(organizationKeys.organization(organization), { add: { revision: 1 } }),
    200,
  ],
  "setting.changeTeam": [
    ({ organization }) => update(organizationKeys.organization(organization), { add: { revision: 1 } }),
    200,
  ],
  "setting.choose": [
    ({ organization, person }) =>
      update(memberKeys.member(organization, person.account), {
        set: { own: { "features.processing": { value: false } }, ownRevision: 9 },
      }),
    409,
  ],
  "member.changeRole": [
    (place) => update(memberKeys.member(place.organization, last(place)), { set: { name: "Bob" } }),
    200,
  ],
  "member.remove": [
    (place) => update(memberKeys.member(place.organization, last(place)), { set: { name: "Bob" } }),
    204,
  ],
  "team.edit": [
    (place) => update(teamKeys.team(place.organization, last(place)), { set: { description: "New." } }),
    200,
  ],
  "team.remove": [
    (place) => update(teamKeys.team(place.organization, last(place)), { set: { description: "New." } }),
    204,
  ],
  "update.edit": [(place) => update(updateKeys.updateText(last(place)), { set: { content: "New." } }), 200],
  "update.remove": [(place) => update(updateKeys.updateText(last(place)), { set: { content: "New." } }), 204],
  "invitation.changeRole": [(place) => suppression(last(place)), 200],
  "invitation.revoke": [(place) => suppression(last(place)), 204],
  "domain.changeJoin": [
    (place) => update(domainKeys.domain(place.organization, last(place)), { set: { role: "write" } }),
    200,
  ],
  "device.mark": [
    (place) => update(deviceKeys.organizationDevice(place.organization, last(place)), { set: { name: "New" } }),
    200,
  ],
  "device.revoke": [
    (place) => update(deviceKeys.organizationDevice(place.organization, last(place)), { set: { name: "New" } }),
    204,
  ],
  "domain.remove": [
    (place) => update(domainKeys.domain(place.organization, last(place)), { set: { role: "write" } }),
    204,
  ],
  "secret.edit": [(place) => update(secretKeys.secret(place.organization, last(place)), { set: { name: "New" } }), 200],
  "secret.remove": [
    (place) => update(secretKeys.secret(place.organization, last(place)), { set: { name: "New" } }),
    204,
  ],
  "notification.changePreferences": [
    ({ organization, person }) =>
      update(memberKeys.member(organization, person.account), { set: { notify: { rollouts: "off" } } }),
    409,
  ],
  "import.edit": [
    ({ organization }) => put(importKeys.importSetting(organization), { role: "read", lifetimeDays: 1, revision: 1 }),
    409,
  ],
};
const last = ({ request: [, path] }: Place) => path.slice(path.lastIndexOf("/") + 1) as never;
const suppression = (invitation: string) =>
  put(mailKeys.suppression(invitation.replace("inv_", "adr_") as ID.ID<"address">), {
    bounced: "2026-11-24T08:00:00.000Z",
  });

/** One function reads the header: the first change gets it in every form, the others in one. */
const isFirst = ({ id }: MountedOperation) => depth(id === conditional[0]?.id, true);

describe.each(conditional)("$id", (operation) => {
  beforeAll(async () => {
    api = await openApi();
  });

  test("changes nothing for somebody who has seen something else, and is done for who has seen it as it is", async () => {
    const { request, etag } = await place(operation);
    const before = await rows();
    const strange = ['"other"', `W/${etag}`, `"other", W/${etag},`, `"${etag.slice(1, -1).toLowerCase()}"`];
    for (const other of isFirst(operation) ? strange : strange.slice(2)) {
      expect([other, ...answerOf(await send(request, other))]).toEqual([other, ...failed]);
    }
    if (isOfOne(operation)) await expectMissing(request, etag);
    expect(await rows()).toEqual(before);
    expect((await send(request, etag)).status).toBe(operation.status);
    expect((await send(request, etag)).status).not.toBe(operation.status);
    for (const name of isFirst(operation) ? [(etag: string) => `"other" ,, W/"weak",${etag}`, () => "*"] : []) {
      const { request, etag } = await place(operation);
      expect((await send(request, name(etag))).status).toBe(operation.status);
    }
  });

  if (overtaking[operation.id]) {
    test("is refused when another change overtakes it, and is done without an ETag, as far as the domain allows it", async () => {
      expect(await overtaken(operation, (etag) => etag)).toEqual({ answer: failed, isUnchanged: true });
      const [, without] = overtaking[operation.id] ?? [];
      for (const tags of isFirst(operation) ? [undefined, "*"] : [undefined]) {
        const { answer, isUnchanged } = await overtaken(operation, () => tags);
        expect([tags, answer[0], isUnchanged]).toEqual([tags, without, without === 409]);
      }
    });
  }
});

const isOfOne = ({ path }: MountedOperation) => /{(account|team|invitation)}$/.test(path);
const none = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

/** Expects that what does not exist is missing with If-Match as it is without. */
async function expectMissing([method, path, sent]: Sample, etag: string): Promise<void> {
  const missing: Sample = [method, path.replace(/_\w+$/, `_${none}`), sent];
  const without = answerOf(await send(missing));
  expect(without[0]).toBe(404);
  for (const tags of ["*", etag, '"other"']) expect(answerOf(await send(missing, tags))).toEqual(without);
}

/** Returns the answer to a request that another change overtakes, and whether anything was written but by that one. */
async function overtaken(operation: MountedOperation, name: (etag: string) => string | undefined) {
  const here = await place(operation);
  const [step] = overtaking[operation.id] ?? [];
  const { table, overtake } = openInterleaving(api.world.table);
  api.world.rebind({ table });
  let before: object[] = [];
  const [answer] = await overtake(
    () => send(here.request, name(here.etag)),
    async () => {
      if (step) await api.world.table.write(step(here));
      before = await rows();
    },
  );
  api.world.rebind();
  return { answer: answerOf(answer), isUnchanged: isDeepStrictEqual(await rows(), before) };
}

test("what is no list of ETags is refused, before anything is changed", async () => {
  const { request, etag } = await place(settings);
  const before = await rows();
  for (const wrong of ["", ",", "other", etag.slice(1), `*, ${etag}`, `${etag} "other"`, `w/${etag}`, `${etag}, x`]) {
    const { status, body } = await send(request, wrong);
    expect([wrong, status, body.code]).toEqual([wrong, 400, "request.if_match_invalid"]);
  }
  expect(await rows()).toEqual(before);
});

test("every conditional change has its race but that of sessions, which no row stands for", () => {
  expect([...Object.keys(overtaking), "session.endAll"].sort()).toEqual(conditional.map(({ id }) => id).sort());
});

describe("a change of settings", () => {
  const save = (token: string, organization: string, json: object, headers: Record<string, string> = {}) =>
    api.call("PATCH", `/organizations/${organization}/settings/general`, { token, json, headers });

  test("that names a revision and no ETag is refused by that revision", async () => {
    const { person, organization, etag } = await place(settings);
    const changed = await save(person.token, organization, { revision: 0, contact: { name: "Ada" } });
    expect(changed.status).toBe(200);
    const stale = { revision: 0, contact: { name: "Bob" } };
    expect((await save(person.token, organization, stale)).body.code).toBe("setting.changed");
    expect((await save(person.token, organization, stale, { "if-match": etag })).status).toBe(412);
    const { headers } = await api.call("GET", `/organizations/${organization}/settings/general`, person);
    const now = { "if-match": String(headers.get("etag")) };
    expect((await save(person.token, organization, stale, now)).body.code).toBe("setting.changed");
    expect((await save(person.token, organization, { ...stale, revision: 1 }, now)).status).toBe(200);
  });

  test("that changes nothing is refused all the same", async () => {
    const { person, organization } = await place(settings);
    const nothing = { revision: 0, name: "Acme" };
    expect((await save(person.token, organization, nothing)).status).toBe(200);
    expect(answerOf(await save(person.token, organization, nothing, { "if-match": '"other"' }))).toEqual(failed);
  });

  test("costs as many trips with an ETag as without, and checks in its own write", async () => {
    const costs = meter(api.world.rows.client);
    const of = async (tags?: (etag: string) => string) => {
      const { request, etag } = await place(settings);
      const { trips, calls, items, readUnits } = await costs.measure(() => send(request, tags?.(etag)));
      return { trips, calls, items, readUnits };
    };
    const without = await of();
    expect(without).toEqual({ trips: 2, calls: 2, items: 4, readUnits: 4 });
    expect(await of((etag) => etag)).toEqual(without);
  });
});

test("somebody who may not change a thing is answered that, whatever they have seen", async () => {
  const owner = await api.stranger();
  const organization = await api.organization(owner);
  const admin = await api.member(organization, "admin");
  const change = (headers: Record<string, string>) =>
    api.call("DELETE", `/organizations/${organization}/members/${owner.account}`, { token: admin.token, headers });
  expect(answerOf(await change({}))).toEqual(answerOf(await change({ "if-match": '"other"' })));
  expect((await change({ "if-match": '"other"' })).body.code).toBe("actor.forbidden");
});

test("a GET is answered 412 when its answer is another one", async () => {
  const { token } = await api.stranger();
  const get = (headers: Record<string, string> = {}) => api.call("GET", "/account", { token, headers });
  const etag = String((await get()).headers.get("etag"));
  for (const tags of [etag, "*", `"other", ${etag}`]) expect((await get({ "if-match": tags })).status).toBe(200);
  for (const tags of ['"other"', `W/${etag}`]) expect(answerOf(await get({ "if-match": tags }))).toEqual(failed);
  expect((await get({ "if-match": '"other"', "if-none-match": etag })).status).toBe(412);
  expect((await get({ "if-match": etag, "if-none-match": etag })).status).toBe(304);
  expect((await get({ "if-match": "other" })).body.code).toBe("request.if_match_invalid");
});

test("a long header is read in time that grows with its length", async () => {
  const { token } = await api.stranger();
  const calls = [",", " ", '"', "W/", '"",', ' "" '].map((part) =>
    api.call("GET", "/account", { token, headers: { "if-match": `"a"${part.repeat(4_000)}x` } }),
  );
  for (const { status } of await Promise.all(calls)) expect(status).toBe(400);
});
