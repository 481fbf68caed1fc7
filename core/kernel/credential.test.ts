import { expect, test } from "vitest";
import { type CredentialKind, credentials, type Permission, permissions, type Rule } from "../base/permission.ts";
import { type Role, roles } from "../base/role.ts";
import type { Account, Credential, Member } from "./actor.ts";
import { admit, authorize } from "./authorize.ts";

const at = new Date("2026-11-24T09:00:00Z");
const session: Credential = { kind: "session", id: "ses_A", authenticatedAt: at.toISOString() };
const others = credentials.filter((kind) => kind !== "session");
const scoped = (kind: Exclude<CredentialKind, "session">, ...scopes: Permission[]): Credential =>
  kind === "device" ? { kind, id: "dev_A", organization: "org_X", scopes } : { kind, id: `${kind}_A`, scopes };
const account = (via: Credential): Account => ({
  type: "account",
  account: "acc_A",
  address: "adr_A",
  email: "ada@example.com",
  via,
  origin: { ip: "203.0.113.7", agent: "" },
});
const member = (role: Role, via: Credential): Member => ({
  ...account(via),
  type: "member",
  organization: "org_X",
  role,
});
const everybody = (via: Credential) => [account(via), ...roles.map((role) => member(role, via))];

function codeOf(run: () => unknown): string {
  try {
    run();
    return "admitted";
  } catch (error) {
    return (error as { code: string }).code;
  }
}
const answers = (permission: Permission, via: Credential) =>
  everybody(via).map((actor) => codeOf(() => authorize(actor, permission, at)));

for (const kind of others) {
  test(`a ${kind} with every scope is admitted by the rules that name it, and otherwise refused with a code of its own`, () => {
    const actions = Object.keys(permissions) as Permission[];
    const wrong = actions.filter((permission) => {
      const rule: Rule = permissions[permission];
      const expected = answers(permission, session).map((answer) => {
        // some of what is open to it is closed to sessions
        if (rule.via?.includes(kind)) return answer === "actor.credential_refused" ? "admitted" : answer;
        return answer !== "admitted" || rule.public ? answer : "actor.credential_refused";
      });
      return String(answers(permission, scoped(kind, ...actions))) !== String(expected);
    });
    expect(wrong).toEqual([]);
  });
}

test("a rule that is open to a kind of credential admits it within its scopes, and no other kind", () => {
  const rule: Rule = { owner: "any", via: ["token"] };
  const judge = (via: Credential, role: Role = "owner") =>
    codeOf(() => admit(member(role, via), rule, "member.remove", at));
  expect(judge(session)).toBe("admitted");
  expect(judge(scoped("token", "member.remove"))).toBe("admitted");
  expect(judge(scoped("token", "member.list"))).toBe("actor.scope_missing");
  expect(judge(scoped("token"))).toBe("actor.scope_missing");
  expect(judge(scoped("device", "member.remove"))).toBe("actor.credential_refused");
  expect(judge(scoped("token", "member.remove"), "read")).toBe("actor.forbidden");
});

test("a rule that is closed to sessions admits only the credentials that it names", () => {
  const rule: Rule = { account: "own", via: ["device"], sessions: false };
  const judge = (via: Credential) => codeOf(() => admit(account(via), rule, "member.remove", at));
  expect(judge(session)).toBe("actor.credential_refused");
  expect(judge(scoped("device", "member.remove"))).toBe("admitted");
  expect(judge(scoped("token", "member.remove"))).toBe("actor.credential_refused");
});

test("a rule that requires reauthentication is closed to every credential that cannot reauthenticate", () => {
  const rule: Rule = { owner: "any", reauthenticated: true, via: others };
  const judge = (via: Credential) => codeOf(() => admit(member("owner", via), rule, "member.transfer", at));
  expect(judge(session)).toBe("admitted");
  expect(others.map((kind) => judge(scoped(kind, "member.transfer")))).toEqual(
    others.map(() => "actor.reauthentication_required"),
  );
});
