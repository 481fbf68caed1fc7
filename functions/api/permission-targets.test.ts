import * as ID from "@muster/core/base/id.ts";
import { canGrant, permissions, type Rule } from "@muster/core/base/permission.ts";
import { type Role, roles } from "@muster/core/base/role.ts";
import { invitationKeys } from "@muster/core/invitation/keys.ts";
import { mailKeys } from "@muster/core/mail/keys.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import { type Item, update } from "@muster/core/table/table.ts";
import { type Sample, sample, type Target } from "@muster/local/testing/fixtures/samples.ts";
import { type Answer, openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { operations } from "./openapi.ts";

const rolesBelowOwner = roles.filter((role) => role !== "owner");

/** The roles that each role may manage by a rule: of members, former members and invitations. */
const reachOf: Record<string, readonly Role[]> = { any: roles, belowOwner: rolesBelowOwner };
const reached = ({ fn }: Operation, actor: Role): readonly Role[] | undefined =>
  reachOf[(permissions[fn.permission] as Rule)[actor] ?? ""];
/** Returns which roles each role may grant. */
const gifts = (actor: Role) => roles.filter((role) => canGrant(actor, role));

const all = operations();
/** But not on former members: no role protects them. */
const touching = all.filter(({ id, path }) => /{(account|invitation)}/.test(path) && id !== "update.removeByAuthor");
type Operation = (typeof all)[number];
const named = (id: string) => all.find((operation) => operation.id === id) as Operation;

const refused = (code: string) => ({ status: 403, body: { code } });
/** Reinstating grants a role, and is refused like it. */
const refusedTarget = ({ id }: Operation) => refused(id === "member.reinstate" ? "role.forbidden" : "actor.forbidden");
const missingIn = ({ id, path }: Operation) =>
  path.includes("{account}") || id === "member.reinstate" ? "member.missing" : "invitation.missing";

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});

/** An organization with enough seats for everything that a test does. */
async function roomy(): Promise<ID.ID<"organization">> {
  const organization = await api.organization(await api.stranger());
  await api.world.table.write(
    update(organizationKeys.organization(organization), { add: { capacity: 100, free: 100 } }),
  );
  return organization;
}

/** Acting members, one of each role; transferring ownership takes a new owner each time. */
const asking = new Map<string, Promise<Person>>();
function member(operation: Operation, role: Role, organization: ID.ID<"organization">): Promise<Person> {
  const name = `${organization} ${role}`;
  const known = operation.id === "member.transfer" ? undefined : asking.get(name);
  const person = known ?? api.member(organization, role);
  asking.set(name, person);
  return person;
}

/** A request by a member with this role. */
async function requestFor(
  operation: Operation,
  role: Role,
  { organization, target }: { organization: ID.ID<"organization">; target: Partial<Target> },
): Promise<Sample> {
  return sample(api, operation, { person: await member(operation, role, organization), organization, target });
}

/** The rows of the members that a path names. */
async function touchedRows(organization: ID.ID<"organization">, path: string): Promise<(Item | undefined)[]> {
  const id = path.split("/").find((part) => /^(acc|inv)_/.test(part));
  if (ID.is("account", id)) return [await api.world.table.get(memberKeys.member(organization, id))];
  const address = ID.alias("address", String(id));
  return api.world.table.getMany([invitationKeys.addressIn(organization, address), mailKeys.suppression(address)]);
}

/** An answer without its request id. */
const withoutRequestId = ({ status, body }: Answer) => ({ status, ...body, requestId: undefined });

/** The edges of what a role may target: the highest that it reaches and the one above, or any if it reaches none. */
function edges(allowed: readonly Role[] | undefined): readonly Role[] {
  if (!allowed) return ["read"];
  const [highest = "read"] = allowed;
  return highest === "owner" ? [highest] : [highest, "owner"];
}

test.each(touching)(
  "$id reaches the roles that its rule names, or changes nothing, and nobody elsewhere",
  async (operation) => {
    const [organization, neighbors] = [await roomy(), await roomy()];
    for (const actor of roles) {
      const allowed = reached(operation, actor);
      for (const role of edges(allowed)) {
        const said = `${actor} on ${role}`;
        const request = await requestFor(operation, actor, { organization, target: { role } });
        const before = await touchedRows(organization, request[1]);
        const answer = await api.call(...request);
        const after = await touchedRows(organization, request[1]);
        const isReached = allowed?.includes(role) ?? false;
        const refusal = allowed ? refusedTarget(operation) : refused("actor.forbidden");
        expect.soft(answer, said).toMatchObject(isReached ? { status: operation.status } : refusal);
        expect.soft(after, said).toEqual(isReached ? after : before);
      }

      const role = actor;
      const said = `${actor} on ${role} of another organization`;
      const [method, path, body] = await sample(api, operation, {
        organization,
        target: { role, organization: neighbors },
      });
      const { token } = await member(operation, actor, organization);
      const sent = { ...body, token };
      const before = await touchedRows(neighbors, path);
      expect(before[0]).toMatchObject({ role });
      const answer = await api.call(method, path, sent);
      const nobody = await api.call(method, path.replace(/(acc|inv)_\w+/, unknown), sent);
      expect.soft(withoutRequestId(answer), said).toEqual(withoutRequestId(nobody));
      const missing = { status: 404, body: { code: missingIn(operation) } };
      expect.soft(answer, said).toMatchObject(allowed ? missing : refused("actor.forbidden"));
      expect.soft(await touchedRows(neighbors, path), said).toEqual(before);
      expect.soft(await touchedRows(organization, path), said).toEqual([undefined, ...before.slice(1)]);
    }
  },
);

/** An id of the same kind that does not exist. */
const unknown = (id: string) => (id.startsWith("acc_") ? ID.create("account") : ID.create("invitation"));

describe.each([named("member.changeRole"), named("invitation.changeRole")])("$id", (operation) => {
  let organization: ID.ID<"organization">;
  beforeAll(async () => {
    organization = await roomy();
  });

  const pairs = roles.flatMap((actor) => roles.map((from) => ({ actor, from })));
  test.each(pairs)("by $actor changes $from as the rule and the roles that somebody may grant say", async (pair) => {
    const { actor, from } = pair;
    const isReached = reached(operation, actor)?.includes(from) ?? false;
    const isGiven = (to: Role) => isReached && gifts(actor).includes(to);
    const refusal = refused(isReached ? "role.forbidden" : "actor.forbidden");
    // what is refused changes nothing, and the same target serves the next
    let request: Sample | undefined;
    for (const to of roles.toSorted((one, other) => Number(isGiven(one)) - Number(isGiven(other)))) {
      request ??= await requestFor(operation, actor, { organization, target: { role: from } });
      const [method, path, sent] = request;
      const answer = await api.call(method, path, { ...sent, json: { role: to } });
      const [row] = await touchedRows(organization, path);
      const expected = isGiven(to) ? { status: operation.status, body: { role: to } } : refusal;
      expect.soft(answer, to).toMatchObject(expected);
      expect.soft(row, to).toMatchObject({ role: isGiven(to) ? to : from });
      if (isGiven(to)) request = undefined;
    }
  });
});

describe.each([
  { operation: named("invitation.send"), word: "outcome", done: "invited" },
  { operation: named("invitation.review"), word: "label", done: "ready" },
])("$operation.id", ({ operation, word, done }) => {
  test.each(["write", "read"] as const)("is closed to the role %s, whatever role it sends", async (actor) => {
    const organization = await roomy();
    expect(await api.call(...(await requestFor(operation, actor, { organization, target: {} })))).toMatchObject(
      refused("actor.forbidden"),
    );
  });

  test.each(["owner", "admin"] as const)(
    "by the role %s offers the roles that they may grant, and labels the others",
    async (actor) => {
      const organization = await roomy();
      const [method, path, sent] = await requestFor(operation, actor, { organization, target: {} });
      const invitations = [...roles, undefined, "king"].map((role, n) => ({
        email: `${actor}-${n}@${operation.id.split(".")[1]}.example`,
        ...(role && { role }),
      }));
      const answer = await api.call(method, path, { ...sent, json: { invitations } });
      const items = answer.body.items as Item[];
      const labels = roles.map((role) => (gifts(actor).includes(role) ? done : "not_allowed"));
      expect(items.map((item) => item[word])).toEqual([...labels, done, "unknown_role"]);
      expect(items[4]?.role).toBe("read");
      const rows = await api.world.table.getMany(
        invitations.map(({ email }) => invitationKeys.addressIn(organization, ID.derive("address", email))),
      );
      expect(rows.map((row) => row !== undefined)).toEqual(items.map((item) => item.outcome === "invited"));
    },
  );
});
