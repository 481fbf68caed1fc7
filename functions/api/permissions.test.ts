import * as ID from "@muster/core/base/id.ts";
import type { Role } from "@muster/core/base/role.ts";
import { Keys } from "@muster/core/table/keys.ts";
import { remove } from "@muster/core/table/table.ts";
import { type Meter, meter } from "@muster/local/testing/costs/meter.ts";
import { linkDevice } from "@muster/local/testing/fixtures/devices.ts";
import { sample } from "@muster/local/testing/fixtures/samples.ts";
import { type Answer, openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { operations } from "./openapi.ts";

/** Who may do what, a second time: the permission table says the same, and changing only one of them fails here. */
const rights: Record<string, readonly (Role | "anybody" | "signed in" | "device")[]> = {
  "account.delete": ["signed in"],
  "account.edit": ["signed in"],
  "account.get": ["signed in"],
  "account.previewDeletion": ["signed in"],
  "audit.list": ["owner", "admin"],
  "billing.approveSeatRequest": ["owner", "admin"],
  "billing.cancel": ["owner", "admin"],
  "billing.checkout": ["owner", "admin"],
  "billing.confirm": ["owner", "admin"],
  "billing.declineSeatRequest": ["owner", "admin"],
  "billing.discount": ["owner", "admin"],
  "billing.export": ["owner", "admin"],
  "billing.get": ["owner", "admin"],
  "billing.getSeatRequest": ["owner", "admin", "write", "read"],
  "billing.listSeatRequests": ["owner", "admin"],
  "billing.requestSeats": ["owner", "admin", "write", "read"],
  "billing.revokeSeatRequest": ["owner", "admin", "write", "read"],
  "billing.changeAutomaticSeats": ["owner"],
  "billing.invoices": ["owner", "admin"],
  "billing.ledger": ["owner", "admin"],
  "billing.portal": ["owner", "admin"],
  "billing.preview": ["owner", "admin"],
  "billing.resize": ["owner", "admin"],
  "billing.resume": ["owner", "admin"],
  "billing.upcoming": ["owner", "admin"],
  "figure.list": ["owner", "admin"],
  "reclaim.cancel": ["owner", "admin"],
  "reclaim.get": ["owner", "admin"],
  "reclaim.listUnused": ["owner", "admin"],
  "reclaim.start": ["owner", "admin"],
  "import.cancel": ["owner", "admin"],
  "import.create": ["owner", "admin"],
  "import.edit": ["owner", "admin"],
  "import.get": ["owner", "admin"],
  "import.list": ["owner", "admin"],
  "import.pauseMails": ["owner", "admin"],
  "import.report": ["owner", "admin"],
  "import.resendMails": ["owner", "admin"],
  "import.resumeMails": ["owner", "admin"],
  "import.retry": ["owner", "admin"],
  "import.rows": ["owner", "admin"],
  "import.setting": ["owner", "admin"],
  "invitation.accept": ["signed in"],
  "invitation.changeRole": ["owner", "admin"],
  "invitation.decline": ["signed in"],
  "invitation.export": ["owner", "admin"],
  "invitation.get": ["owner", "admin"],
  "invitation.link": ["owner", "admin"],
  "invitation.list": ["owner", "admin"],
  "invitation.mine": ["signed in"],
  "invitation.preview": ["anybody"],
  "invitation.removeSuppression": ["owner", "admin"],
  "invitation.request": ["anybody"],
  "invitation.resend": ["owner", "admin"],
  "invitation.resendMany": ["owner", "admin"],
  "invitation.previewRevocation": ["owner", "admin"],
  "invitation.review": ["owner", "admin"],
  "invitation.revoke": ["owner", "admin"],
  "invitation.send": ["owner", "admin"],
  "mail.getStalled": ["owner", "admin"],
  "mail.resumeStalled": ["owner", "admin"],
  "member.changeRole": ["owner", "admin"],
  "member.export": ["owner", "admin"],
  "member.get": ["owner", "admin", "write", "read"],
  "member.leave": ["owner", "admin", "write", "read"],
  "member.list": ["owner", "admin", "write", "read"],
  "member.reinstate": ["owner", "admin"],
  "member.remove": ["owner", "admin"],
  "member.transfer": ["owner"],
  "notification.changePreferences": ["owner", "admin", "write", "read"],
  "notification.getPreferences": ["owner", "admin", "write", "read"],
  "notification.list": ["signed in"],
  "notification.markAllRead": ["signed in"],
  "notification.resubscribe": ["anybody"],
  "notification.unsubscribe": ["anybody"],
  "notification.markRead": ["signed in"],
  "organization.create": ["signed in"],
  "organization.delete": ["owner"],
  "organization.get": ["owner", "admin", "write", "read"],
  "organization.list": ["signed in"],
  "organization.rename": ["owner", "admin"],
  "organization.restore": ["owner"],
  "plan.list": ["signed in"],
  "resource.list": ["signed in"],
  "sync.certify": ["owner", "admin"],
  "departure.get": ["owner", "admin"],
  "departure.list": ["owner", "admin"],
  "departure.preview": ["owner", "admin"],
  "device.approve": ["signed in"],
  "device.authorize": ["anybody"],
  "device.deny": ["signed in"],
  "device.exchange": ["anybody"],
  "device.export": ["owner", "admin"],
  "device.get": ["owner", "admin"],
  "device.list": ["owner", "admin"],
  "device.mine": ["signed in"],
  "device.rename": ["signed in"],
  "device.review": ["signed in"],
  "device.revoke": ["owner", "admin"],
  "device.revokeOwn": ["signed in"],
  "device.summarize": ["owner", "admin"],
  "sync.listReceipts": ["owner", "admin"],
  "sync.readList": ["device"],
  "sync.report": ["device"],
  "sync.signingKeys": ["anybody"],
  "sync.get": ["device"],
  "domain.add": ["owner", "admin"],
  "domain.changeJoin": ["owner"],
  "domain.check": ["owner", "admin"],
  "domain.get": ["owner", "admin"],
  "domain.join": ["signed in"],
  "domain.joinable": ["signed in"],
  "domain.list": ["owner", "admin"],
  "domain.remove": ["owner", "admin"],
  "secret.check": ["owner", "admin"],
  "rollout.resume": ["owner", "admin"],
  "rollout.finish": ["owner", "admin"],
  "rollout.get": ["owner", "admin"],
  "rollout.pause": ["owner", "admin"],
  "rollout.preview": ["owner", "admin"],
  "rollout.rollBack": ["owner", "admin"],
  "secret.create": ["owner", "admin"],
  "secret.edit": ["owner", "admin"],
  "secret.get": ["owner", "admin"],
  "secret.list": ["owner", "admin"],
  "secret.remove": ["owner", "admin"],
  "secret.replace": ["owner", "admin"],
  "session.end.session": ["signed in"],
  "session.end.sign-out": ["signed in"],
  "session.endAll": ["signed in"],
  "session.list": ["signed in"],
  "session.reauthenticate": ["signed in"],
  "session.requestCode": ["anybody"],
  "session.requestReauthentication": ["signed in"],
  "session.signIn.code": ["anybody"],
  "session.signIn.token": ["anybody"],
  "setting.change": ["owner", "admin"],
  "setting.changeTeam": ["owner", "admin"],
  "setting.choose": ["owner", "admin", "write", "read"],
  "setting.effective": ["owner", "admin", "write", "read"],
  "setting.exportDocument": ["owner", "admin"],
  "setting.get": ["owner", "admin"],
  "setting.getCatalog": ["owner", "admin", "write", "read"],
  "setting.getGeneral": ["owner", "admin"],
  "setting.getOwn": ["owner", "admin", "write", "read"],
  "setting.getTeam": ["owner", "admin"],
  "setting.getWebsites": ["owner", "admin"],
  "setting.history": ["owner", "admin"],
  "setting.importDocument": ["owner", "admin"],
  "setting.preview": ["owner", "admin"],
  "setting.previewTeam": ["owner", "admin"],
  "setting.restore": ["owner", "admin"],
  "setting.saveGeneral": ["owner", "admin"],
  "team.addLead": ["owner", "admin"],
  "team.addMembers": ["owner", "admin"],
  "team.create": ["owner", "admin"],
  "team.edit": ["owner", "admin"],
  "team.get": ["owner", "admin", "write", "read"],
  "team.leave": ["owner", "admin", "write", "read"],
  "team.list": ["owner", "admin", "write", "read"],
  "team.remove": ["owner", "admin"],
  "team.removeLead": ["owner", "admin"],
  "team.removeMembers": ["owner", "admin"],
  "comment.create": ["owner", "admin", "write"],
  "comment.edit": ["owner", "admin", "write"],
  "comment.list": ["owner", "admin", "write", "read"],
  "comment.report": ["owner", "admin", "write", "read"],
  "comment.setReaction": ["owner", "admin", "write", "read"],
  "comment.remove": ["owner", "admin", "write"],
  "comment.restore": ["owner", "admin", "write"],
  "update.create": ["owner", "admin", "write"],
  "update.dismissReports": ["owner", "admin"],
  "update.edit": ["owner", "admin", "write"],
  "update.export": ["owner", "admin"],
  "update.removeByAuthor": ["owner", "admin"],
  "update.exportTable": ["owner", "admin"],
  "update.get": ["owner", "admin", "write", "read"],
  "update.history": ["owner", "admin"],
  "update.list": ["owner", "admin", "write", "read"],
  "update.listReactions": ["owner", "admin", "write", "read"],
  "update.listReports": ["owner", "admin"],
  "update.listSeen": ["owner", "admin"],
  "update.listTags": ["owner", "admin", "write", "read"],
  "update.markSeen": ["owner", "admin", "write", "read"],
  "update.mentionable": ["owner", "admin", "write"],
  "update.news": ["owner", "admin", "write", "read"],
  "update.mute": ["owner", "admin", "write", "read"],
  "update.pin": ["owner", "admin"],
  "update.report": ["owner", "admin", "write", "read"],
  "update.setReaction": ["owner", "admin", "write", "read"],
  "update.remove": ["owner", "admin", "write"],
  "update.restore": ["owner", "admin", "write"],
  "update.unpin": ["owner", "admin"],
  "update.visit": ["owner", "admin", "write", "read"],
};

const roles = ["owner", "admin", "write", "read"] as const;
const everyOperation = operations().map((operation) => ({ ...operation, who: rights[operation.id] ?? [] }));
const inOrganization = everyOperation.filter(({ path }) => path.includes("{organization}"));
const outside = everyOperation.filter(({ path, who }) => !path.includes("{organization}") && !who.includes("device"));
type Operation = (typeof everyOperation)[number];

let api: TestApi;
let founder: Person;
let acme: ID.ID<"organization">;
let costs: Meter;
beforeAll(async () => {
  api = await openApi();
  costs = meter(api.world.rows.client);
  founder = await api.stranger();
  acme = await api.organization(founder);
});

async function call(operation: Operation, person?: Person, organization: string = acme): Promise<Answer> {
  return api.call(...(await sample(api, operation, { person, organization })));
}

/** A refusal without its request id. */
const withoutRequestId = ({ status, body }: Answer) => ({ status, ...body, requestId: undefined });

test("every operation of the document is in the table of rights, and no other", () => {
  const untold = everyOperation.map(({ id }) => id).filter((id) => !(id in rights));
  expect(untold, "Say who may call it in functions/api/permissions.test.ts.").toEqual([]);
  expect(everyOperation.map(({ id }) => id).sort()).toEqual(Object.keys(rights).sort());
});

describe.each(everyOperation)("$id ($method $path)", (operation) => {
  test("answers an anonymous request as the table of rights says", async () => {
    const closed = { status: 401, body: { code: "actor.unauthenticated" } };
    const expected = operation.who.includes("anybody") ? { status: operation.status } : closed;
    expect(await call(operation)).toMatchObject(expected);
  });
});

const ofSessions = everyOperation.filter(({ who }) => !who.includes("anybody") && !who.includes("device"));
describe.each(ofSessions)("$id", (operation) => {
  test("is closed to an ended and to an invented session", async () => {
    const person = await api.stranger();
    const actor = person.context.actor as Extract<Person["context"]["actor"], { type: "account" }>;
    const request = await sample(api, operation, { person, organization: acme });
    await api.world.table.write(remove(Keys.session(actor.account, actor.via.id as ID.ID<"session">)));
    expect(await api.call(...request)).toMatchObject({ status: 401, body: { code: "actor.unauthenticated" } });
    const [method, path, sent] = request;
    const mistyped = await api.call(method, path, { ...sent, token: `${person.token.slice(0, -1)}_` });
    expect(mistyped).toMatchObject({ status: 401, body: { code: "actor.unauthenticated" } });
  });
});

describe.each(everyOperation.filter(({ who }) => !who.includes("anybody")))("$id", (operation) => {
  test("is open to the token of a device only if it says so", async () => {
    const person = await api.member(acme, "owner");
    const device = await linkDevice(api.world, { account: person.account, organization: acme });
    const [method, path, sent] = await sample(api, operation, { person, organization: acme });
    const answer = await api.call(method, path, { ...sent, token: device.token });
    const refused = { status: 403, body: { code: "actor.credential_refused" } };
    expect(answer).toMatchObject(operation.who.includes("device") ? { status: operation.status } : refused);
  });
});

describe.each(everyOperation.filter(({ who }) => who.includes("device")))("$id", (operation) => {
  test("is closed to a session, before anything is read", async () => {
    const [method, path, sent] = await sample(api, operation, { person: founder, organization: acme });
    const { result, calls } = await costs.measure(() => api.call(method, path, { ...sent, token: founder.token }));
    expect(result).toMatchObject({ status: 403, body: { code: "actor.credential_refused" } });
    expect(calls).toBe(0);
  });
});

describe.each(outside)("$id", (operation) => {
  test("answers an account without any membership", async () => {
    expect((await call(operation, await api.stranger())).status).toBe(operation.status);
  });
});

describe.each(inOrganization)("$id", (operation) => {
  test("gives a stranger and a member of another organization the same answer as for something that does not exist", async () => {
    const stranger = await api.stranger();
    const neighbor = await api.stranger();
    await api.organization(neighbor, "Neighbors");
    const [method, path, sent] = await sample(api, operation, { person: founder, organization: acme });
    const ask = ({ token }: Person, place: string = acme) =>
      api.call(method, path.replace(acme, place), { ...sent, token });
    const nothing = await ask(stranger, ID.create("organization"));
    expect(nothing).toMatchObject({ status: 404, body: { code: "organization.missing" } });
    for (const answer of [
      await ask(stranger),
      await ask(neighbor),
      await ask(founder, ID.create("organization")),
      await ask(founder, "org_of-nobody"),
      await ask(founder, founder.account),
    ]) {
      expect(withoutRequestId(answer)).toEqual(withoutRequestId(nothing));
    }
  });

  test.each(roles)("answers the role %s as the table of rights says", async (role) => {
    const isOpen = operation.who.includes(role);
    const organization = isOpen ? await api.organization(await api.stranger()) : acme;
    const forbidden = { status: 403, body: { code: "actor.forbidden", permission: operation.fn.permission } };
    const expected = isOpen ? { status: operation.status } : forbidden;
    expect(await call(operation, await api.member(organization, role), organization)).toMatchObject(expected);
  });

  test("is missing for a removed member on the very next request", async () => {
    const organization = await api.organization(await api.stranger());
    const [member, removed] = [await api.member(organization, "owner"), await api.member(organization, "owner")];
    const looks = () => api.call("GET", `/organizations/${organization}`, { token: removed.token });
    expect((await looks()).status).toBe(200);
    await api.world.table.write(remove(Keys.member(organization, removed.account)));
    const [method, path, sent] = await sample(api, operation, { person: member, organization });
    const missing = { status: 404, body: { code: "organization.missing" } };
    expect(await api.call(method, path, { ...sent, token: removed.token })).toMatchObject(missing);
    expect((await api.call(method, path, sent)).status).not.toBe(404);
  });

  test("in a deleted organization is missing for everybody, except for restoring by an owner", async () => {
    const owner = await api.stranger();
    const organization = await api.organization(owner);
    const members = await Promise.all(roles.map((role) => api.member(organization, role)));
    const [method, path, sent] = await sample(api, operation, { person: members[0], organization });
    const deletion = { token: owner.token, json: { name: "Acme" } };
    expect((await api.call("POST", `/organizations/${organization}/deletion`, deletion)).status).toBe(200);
    const stranger = await api.stranger();
    const nothing = withoutRequestId(await call(operation, stranger, ID.create("organization")));
    for (const { token } of [stranger, ...members.slice(1)]) {
      expect(withoutRequestId(await api.call(method, path, { ...sent, token }))).toEqual(nothing);
    }
    const restores = operation.id === "organization.restore";
    expect((await api.call(method, path, sent)).status).toBe(restores ? 200 : 404);
    const organizationRow = await api.world.table.get(Keys.organization(organization));
    expect(organizationRow).toMatchObject({ state: restores ? "active" : "deleted" });
  });
});

test("seats are shown to owners and admins only", async () => {
  const shown = async (role: Role) => {
    const member = await api.member(acme, role);
    return "seats" in (await api.call("GET", `/organizations/${acme}`, { token: member.token })).body;
  };
  expect(await Promise.all(roles.map(shown))).toEqual([true, true, false, false]);
});

test("nobody ends a session of somebody else", async () => {
  const [mine, theirs] = [await api.stranger(), await api.stranger()];
  const { body } = await api.call("GET", "/sessions", { token: theirs.token });
  const [{ id }] = body.items as [{ id: string }];
  const answer = await api.call("DELETE", `/sessions/${id}`, { token: mine.token });
  expect(answer).toMatchObject({ status: 404, body: { code: "session.missing" } });
  expect((await api.call("GET", "/account", { token: theirs.token })).status).toBe(200);
});
