import { describe, expect, test } from "vitest";
import type { Actor } from "../kernel/actor.ts";
import { admit, authorize, reaches, reauthenticatedUntil } from "../kernel/authorize.ts";
import { failure } from "./failure.ts";
import type { ID } from "./id.ts";
import { canGrant, type Grantee, grantsMore, type Permission, permissions, type Rule } from "./permission.ts";
import { type Role, roles } from "./role.ts";

const at = new Date("2026-11-24T09:00:00Z");
const origin = { ip: "203.0.113.7", agent: "" };
const person = {
  account: "acc_A" as ID<"account">,
  address: "adr_A" as ID<"address">,
  email: "ada@example.com",
  via: { kind: "session" as const, id: "ses_A" as ID<"session">, authenticatedAt: at.toISOString() },
  origin,
};
const member = (role: Role): Actor => ({ type: "member", ...person, organization: "org_X", role });
const actors = {
  public: { type: "public", origin },
  account: { type: "account", ...person },
  system: { type: "system", job: "test" },
  owner: member("owner"),
  admin: member("admin"),
  write: member("write"),
  read: member("read"),
} satisfies Record<Grantee, Actor>;

/** The table a second time, as sets of roles: changing a permission takes two edits, on purpose. */
const everybodySignedIn = ["account", "owner", "admin", "write", "read"];
const anybody = ["public", ...everybodySignedIn];
const managers = ["owner", "admin"];
const may: Record<Permission, string[]> = {
  "account.delete": everybodySignedIn,
  "account.edit": everybodySignedIn,
  "account.erase": ["system"],
  "account.get": everybodySignedIn,
  "account.previewDeletion": everybodySignedIn,
  "account.react": ["system"],
  "audit.announce": ["system"],
  "audit.follow": ["system"],
  "audit.list": managers,
  "audit.sweep": ["system"],
  "billing.approveSeatRequest": managers,
  "billing.attention": ["system"],
  "billing.cancel": managers,
  "billing.catchUp": ["system"],
  "billing.checkout": managers,
  "billing.close": ["system"],
  "billing.compare": ["system"],
  "billing.confirm": managers,
  "billing.declineSeatRequest": managers,
  "billing.discount": managers,
  "billing.get": managers,
  "billing.getSeatRequest": roles.slice(),
  "billing.listSeatRequests": managers,
  "billing.export": managers,
  "billing.invoices": managers,
  "billing.ledger": managers,
  "billing.portal": managers,
  "billing.preview": managers,
  "billing.followDue": ["system"],
  "billing.followSeats": ["system"],
  "billing.receive": ["system"],
  "billing.reconcile": ["system"],
  "billing.reconcileCustomer": ["system"],
  "billing.refund": ["system"],
  "billing.allowTrial": ["system"],
  "billing.report": ["system"],
  "billing.reports": ["system"],
  "billing.requestSeats": roles.slice(),
  "billing.resetBreaker": ["system"],
  "billing.resize": managers,
  "billing.resume": managers,
  "billing.sweep": ["system"],
  "billing.sync": ["system"],
  "billing.upcoming": managers,
  "billing.revokeSeatRequest": roles.slice(),
  "billing.changeAutomaticSeats": ["owner"],
  "import.arrive": ["system"],
  "reclaim.cancel": managers,
  "reclaim.get": managers,
  "reclaim.listUnused": managers,
  "reclaim.run": ["system"],
  "reclaim.start": managers,
  "import.cancel": managers,
  "import.check": ["system"],
  "import.compile": ["system"],
  "import.create": managers,
  "import.due": ["system"],
  "import.edit": managers,
  "import.get": managers,
  "import.list": managers,
  "import.pauseMails": managers,
  "import.report": managers,
  "import.resendMails": managers,
  "import.resumeMails": managers,
  "import.retry": managers,
  "import.rows": managers,
  "import.run": ["system"],
  "import.setting": managers,
  "invitation.accept": everybodySignedIn,
  "invitation.changeRole": managers,
  "invitation.decline": everybodySignedIn,
  "invitation.due": ["system"],
  "invitation.expire": ["system"],
  "invitation.export": managers,
  "invitation.get": managers,
  "invitation.link": managers,
  "invitation.list": managers,
  "invitation.mine": everybodySignedIn,
  "invitation.preview": anybody,
  "invitation.previewRevocation": managers,
  "invitation.react": ["system"],
  "invitation.remind": ["system"],
  "invitation.removeSuppression": managers,
  "invitation.request": anybody,
  "invitation.resend": managers,
  "invitation.resendMany": managers,
  "invitation.review": managers,
  "invitation.revoke": managers,
  "invitation.send": managers,
  "invitation.revokeSent": ["system"],
  "key.advance": ["system"],
  "key.rotate": ["system"],
  "key.rotation": ["system"],
  "mail.count": ["system"],
  "mail.deliver": ["system"],
  "mail.enqueue": ["system"],
  "mail.react": ["system"],
  "mail.record": ["system"],
  "mail.removeSuppression": ["system"],
  "mail.requeue": ["system"],
  "mail.resume": ["system"],
  "mail.send": ["system"],
  "mail.getStalled": managers,
  "mail.resumeStalled": managers,
  "member.changeRole": managers,
  "member.export": managers,
  "member.get": roles.slice(),
  "member.leave": roles.slice(),
  "member.list": roles.slice(),
  "member.reinstate": managers,
  "member.remove": managers,
  "member.transfer": ["owner"],
  "notification.changePreferences": ["owner", "admin", "write", "read"],
  "notification.getPreferences": ["owner", "admin", "write", "read"],
  "notification.list": everybodySignedIn,
  "notification.markAllRead": everybodySignedIn,
  "notification.markRead": everybodySignedIn,
  "member.repair": ["system"],
  "notification.due": ["system"],
  "notification.notifyTeam": ["system"],
  "notification.queueDigests": ["system"],
  "notification.react": ["system"],
  "notification.resubscribe": anybody,
  "notification.unsubscribe": anybody,
  "organization.create": everybodySignedIn,
  "organization.delete": ["owner"],
  "organization.get": roles.slice(),
  "organization.endGrants": ["system"],
  "organization.grant": ["system"],
  "organization.inspect": ["system"],
  "organization.list": everybodySignedIn,
  "organization.react": ["system"],
  "organization.reactivate": ["system"],
  "organization.rename": managers,
  "organization.restore": ["owner"],
  "organization.suspend": ["system"],
  "plan.list": everybodySignedIn,
  "resource.list": everybodySignedIn,
  "purge.due": ["system"],
  "purge.list": ["system"],
  "purge.run": ["system"],
  "search.project": ["system"],
  "secret.react": ["system"],
  "secret.runCheck": ["system"],
  "sync.certify": managers,
  "departure.get": managers,
  "departure.list": managers,
  "departure.preview": managers,
  "departure.react": ["system"],
  "device.approve": everybodySignedIn,
  "device.authorize": anybody,
  "device.deny": everybodySignedIn,
  "device.exchange": anybody,
  "device.export": managers,
  "device.get": managers,
  "device.list": managers,
  "device.mine": everybodySignedIn,
  "device.react": ["system"],
  "device.rename": everybodySignedIn,
  "device.review": everybodySignedIn,
  "device.revoke": managers,
  "device.revokeOwn": everybodySignedIn,
  "device.summarize": managers,
  "sync.listReceipts": managers,
  "sync.readList": [],
  "sync.report": [],
  "sync.signingKeys": anybody,
  "sync.get": [],
  "domain.add": managers,
  "domain.changeJoin": ["owner"],
  "domain.check": managers,
  "domain.due": ["system"],
  "domain.get": managers,
  "domain.join": everybodySignedIn,
  "domain.joinable": everybodySignedIn,
  "domain.list": managers,
  "domain.react": ["system"],
  "domain.remove": managers,
  "figure.count": ["system"],
  "figure.list": managers,
  "secret.check": managers,
  "rollout.check": ["system"],
  "rollout.resume": managers,
  "rollout.due": ["system"],
  "rollout.finish": managers,
  "rollout.get": managers,
  "rollout.pause": managers,
  "rollout.preview": managers,
  "rollout.react": ["system"],
  "rollout.rollBack": managers,
  "secret.create": managers,
  "secret.edit": managers,
  "secret.get": managers,
  "secret.list": managers,
  "secret.remove": managers,
  "secret.replace": managers,
  "setting.count": ["system"],
  "setting.getDefaults": ["system"],
  "setting.inspectCatalog": ["system"],
  "setting.recount": ["system"],
  "setting.setCatalog": ["system"],
  "setting.setDefault": ["system"],
  "session.end": everybodySignedIn,
  "session.endAll": everybodySignedIn,
  "session.list": everybodySignedIn,
  "session.reauthenticate": everybodySignedIn,
  "session.requestCode": anybody,
  "session.requestReauthentication": everybodySignedIn,
  "session.signIn": anybody,
  "setting.change": managers,
  "setting.changeTeam": managers,
  "setting.choose": ["owner", "admin", "write", "read"],
  "setting.effective": ["owner", "admin", "write", "read"],
  "setting.exportDocument": managers,
  "setting.get": managers,
  "setting.getCatalog": ["owner", "admin", "write", "read"],
  "setting.getGeneral": managers,
  "setting.getOwn": ["owner", "admin", "write", "read"],
  "setting.getTeam": managers,
  "setting.getWebsites": managers,
  "setting.history": managers,
  "setting.importDocument": managers,
  "setting.preview": managers,
  "setting.previewTeam": managers,
  "setting.restore": managers,
  "setting.saveGeneral": managers,
  "team.addLead": roles.slice(),
  "team.addMembers": roles.slice(),
  "team.cleanUp": ["system"],
  "team.create": managers,
  "team.edit": roles.slice(),
  "team.get": roles.slice(),
  "team.leave": roles.slice(),
  "team.list": roles.slice(),
  "team.react": ["system"],
  "team.remove": managers,
  "team.removeLead": roles.slice(),
  "team.removeMembers": roles.slice(),
  "team.repair": ["system"],
  "comment.create": ["owner", "admin", "write"],
  "comment.edit": ["owner", "admin", "write"],
  "comment.list": ["owner", "admin", "write", "read"],
  "comment.report": ["owner", "admin", "write", "read"],
  "comment.setReaction": ["owner", "admin", "write", "read"],
  "comment.remove": ["owner", "admin", "write"],
  "comment.restore": ["owner", "admin", "write"],
  "update.create": ["owner", "admin", "write"],
  "update.dismissReports": managers,
  "update.edit": ["owner", "admin", "write"],
  "update.export": managers,
  "update.exportTable": managers,
  "update.get": ["owner", "admin", "write", "read"],
  "update.history": ["owner", "admin"],
  "update.list": ["owner", "admin", "write", "read"],
  "update.listReactions": ["owner", "admin", "write", "read"],
  "update.listReports": managers,
  "update.listSeen": ["owner", "admin"],
  "update.listTags": ["owner", "admin", "write", "read"],
  "update.markSeen": ["owner", "admin", "write", "read"],
  "update.mentionable": ["owner", "admin", "write"],
  "update.news": ["owner", "admin", "write", "read"],
  "update.mute": ["owner", "admin", "write", "read"],
  "update.pin": roles.slice(),
  "update.report": ["owner", "admin", "write", "read"],
  "update.setReaction": ["owner", "admin", "write", "read"],
  "update.remove": ["owner", "admin", "write"],
  "update.restore": ["owner", "admin", "write"],
  "update.unpin": roles.slice(),
  "update.visit": ["owner", "admin", "write", "read"],
  "update.eraseComment": ["system"],
  "update.walkReports": ["system"],
  "update.count": ["system"],
  "update.erase": ["system"],
  "update.continueRemoval": ["system"],
  "update.removeByAuthor": managers,
  "update.eraseFeed": ["system"],
  "update.project": ["system"],
  "update.react": ["system"],
};

describe("the permission table", () => {
  test("is told once more here", () => {
    const untold = Object.keys(permissions).filter((permission) => !(permission in may));
    expect(untold, "Say who may do it in core/base/permission.test.ts.").toEqual([]);
  });

  for (const permission of Object.keys(may) as Permission[]) {
    test(`lets only these do ${permission}: ${may[permission].join(", ")}`, () => {
      const admitted = Object.entries(actors).filter(([, actor]) => {
        try {
          return authorize(actor, permission, at) === actor;
        } catch {
          return false;
        }
      });
      expect(admitted.map(([name]) => name)).toEqual(
        Object.keys(actors).filter((name) => may[permission].includes(name)),
      );
    });
  }

  test("names each permission noun.verb, and gives it to at least one role", () => {
    for (const [permission, rule] of Object.entries(permissions)) {
      expect(permission).toMatch(/^[a-z]+\.[a-z][A-Za-z]*$/);
      expect(Object.keys(rule).length).toBeGreaterThan(0);
    }
  });
});

describe("a missing permission", () => {
  const rule: Rule = { owner: "any" };
  test("asks the public to sign in, and tells others which permission they need", () => {
    expect(() => admit(actors.public, rule, "thing.do", at)).toThrow(
      expect.objectContaining({ code: "actor.unauthenticated" }),
    );
    expect(() => admit(actors.read, rule, "thing.do", at)).toThrow(
      expect.objectContaining({
        code: "actor.forbidden",
        permission: "thing.do",
        message: expect.stringContaining("thing.do"),
      }),
    );
    expect(() => admit(actors.system, rule, "thing.do", at)).toThrow(expect.objectContaining({ kind: "forbidden" }));
  });
});

describe("a rule that requires reauthentication", () => {
  const rule: Rule = { account: "own", system: "any", reauthenticated: true };
  const confirmed = (authenticatedAt: string): Actor => ({
    type: "account",
    ...person,
    via: { kind: "session", id: "ses_A", authenticatedAt },
  });
  const stale = expect.objectContaining({ code: "actor.reauthentication_required" });

  test("admits for ten minutes and not a moment longer", () => {
    expect(() => admit(confirmed("2026-11-24T08:50:00.001Z"), rule, "thing.do", at)).not.toThrow();
    expect(() => admit(confirmed("2026-11-24T08:50:00.000Z"), rule, "thing.do", at)).toThrow(stale);
    expect(reauthenticatedUntil("2026-11-24T08:50:00.000Z")).toBe(at.toISOString());
  });

  test("never admits an actor without a session", () => {
    expect(() => admit(actors.system, rule, "thing.do", at)).toThrow(stale);
  });
});

describe("a rule made for this test", () => {
  test("covers its target: below an owner, one's own, a team that one leads, any", () => {
    const rule: Rule = { owner: "any", admin: "belowOwner", write: "own" };
    const owner = { role: "owner" as const };
    const writer = { role: "write" as const };
    const mine = { account: person.account };
    const anothers = { account: "acc_B" as ID<"account"> };
    expect([reaches(actors.owner, rule, owner), reaches(actors.owner, rule, writer)]).toEqual([true, true]);
    expect([reaches(actors.admin, rule, owner), reaches(actors.admin, rule, writer)]).toEqual([false, true]);
    expect([reaches(actors.write, rule, mine), reaches(actors.write, rule, anothers)]).toEqual([true, false]);
    expect([reaches(actors.read, rule, mine), reaches(actors.public, rule, mine)]).toEqual([false, false]);
    const [led, other] = [{ team: "team_A" as ID<"team"> }, { team: "team_B" as ID<"team"> }];
    const lead: Actor = { ...member("read"), ledTeams: new Set([led.team]) } as Actor;
    const teams: Rule = { owner: "any", read: "led" };
    expect([led, other, {}].map((target) => reaches(lead, teams, target))).toEqual([true, false, false]);
    expect([actors.owner, actors.read].map((actor) => reaches(actor, teams, led))).toEqual([true, false]);
  });

  test("is decided by the narrowest target that it names", () => {
    const rule: Rule = { account: "any", read: "own" };
    expect(reaches(actors.read, rule, { account: "acc_B" })).toBe(false);
    expect(reaches(actors.write, rule, { account: "acc_B" })).toBe(true);
  });
});

test("nobody grants a role above their own, and only owners and admins grant any", () => {
  const granted = roles.map((giver) => roles.filter((role) => canGrant(giver, role)));
  expect(granted).toEqual([["owner", "admin", "write", "read"], ["admin", "write", "read"], [], []]);
});

test("a lower role grants less only if the higher one grants any", () => {
  const more = roles.map((giver) => roles.filter((than) => grantsMore(giver, than)));
  expect(more).toEqual([["admin", "write", "read"], ["write", "read"], [], []]);
});

test("a failure with a more specific message keeps its code", () => {
  const full = failure("limit", "test.full", "It is full.");
  const made = full({ message: "All 3 are taken.", fields: [{ path: "a", message: "b" }], retryAfterSeconds: 3 });
  expect(made).toMatchObject({ kind: "limit", code: "test.full", message: "All 3 are taken.", retryAfterSeconds: 3 });
  expect(full().message).toBe("It is full.");
});
