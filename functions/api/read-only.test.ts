import type { ID } from "@muster/core/base/id.ts";
import { Keys } from "@muster/core/table/keys.ts";
import { update } from "@muster/core/table/table.ts";
import { sample } from "@muster/local/testing/fixtures/samples.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, expect, test } from "vitest";
import { operations } from "./openapi.ts";

/** What is open in a read-only organization, a second time: paying, leaving, and getting smaller. */
const open = [
  "billing.cancel",
  "billing.changeAutomaticSeats",
  "billing.checkout",
  "billing.confirm",
  "billing.discount",
  "billing.portal",
  "billing.preview",
  "billing.resize",
  "billing.resume",
  "comment.remove",
  "comment.restore",
  "device.revoke",
  "domain.remove",
  "import.cancel",
  "import.pauseMails",
  "invitation.revoke",
  "member.leave",
  "member.remove",
  "notification.changePreferences",
  "organization.delete",
  "reclaim.cancel",
  "reclaim.start",
  "rollout.pause",
  "secret.remove",
  "team.leave",
  "team.remove",
  "team.removeLead",
  "team.removeMembers",
  "update.remove",
  "update.removeByAuthor",
  "update.restore",
];

const inOrganization = operations().filter(({ path }) => path.includes("{organization}"));
const commands = inOrganization.filter(({ source, id }) => source === "json" && id !== "organization.restore");
const closed = commands.filter(({ id }) => !open.includes(id));
const looks = inOrganization.filter(({ source }) => source === "query");

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});

/** Requests as an owner of an organization that has just become read-only. */
async function call(operation: (typeof inOrganization)[number]) {
  const person = await api.stranger();
  const organization = await api.organization(person);
  await api.member(organization, "owner");
  const request = await sample(api, operation, { person, organization });
  await freeze(organization);
  return { ...(await api.call(...request)), organization, person };
}

const freeze = (organization: ID<"organization">) =>
  api.world.table.write(
    update(Keys.organization(organization), { set: { billingStatus: "read_only", growth: false } }),
  );

test("every operation in the list exists", () => {
  expect(commands.map(({ id }) => id)).toEqual(expect.arrayContaining(open));
  expect(closed.length).toBeGreaterThan(15);
});

test.each(looks)("$id shows the data", async (operation) => {
  expect((await call(operation)).status).toBe(operation.status);
});

test.each(commands.filter(({ id }) => open.includes(id)))("$id is done", async (operation) => {
  const { status, body } = await call(operation);
  // these require an active subscription, and then the organization is not read-only
  const needsActive = ["billing.resize", "billing.changeAutomaticSeats"].includes(operation.id);
  const expected = needsActive ? [409, "billing.moved"] : [operation.status, body.code];
  expect([status, body.code]).toEqual(expected);
});

test.each(closed)("$id is refused, and says why", async (operation) => {
  expect(await call(operation)).toMatchObject({ status: 402, body: { code: "organization.read_only" } });
});

test("a stranger sees nothing of it", async () => {
  const organization = await api.organization(await api.stranger());
  await freeze(organization);
  const { token }: Person = await api.stranger();
  const answer = await api.call("PATCH", `/organizations/${organization}`, { token, json: { name: "Mine" } });
  expect(answer).toMatchObject({ status: 404, body: { code: "organization.missing" } });
});
