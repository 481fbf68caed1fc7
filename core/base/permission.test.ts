import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Actor } from "../kernel/actor.ts";
import { admit, authorize, reaches, reauthenticatedUntil } from "../kernel/authorize.ts";
import { failure } from "./failure.ts";
import type { ID } from "./id.ts";
import { permissionsOfJobs } from "./job-permission.ts";
import { reauthenticationMinutes } from "./limits.ts";
import {
  canGrant,
  type Grantee,
  grantsMore,
  type Permission,
  permissions,
  permissionsOfPeople,
  type Rule,
} from "./permission.ts";
import { type Role, roles } from "./role.ts";

const file = new URL("../../docs/permissions.md", import.meta.url);
const at = new Date("2026-11-24T09:00:00Z");
const origin = { ip: "203.0.113.7", agent: "" };
const person = {
  account: "acc_A" as ID<"account">,
  address: "adr_A" as ID<"address">,
  email: "ada@example.com",
  via: { kind: "session" as const, id: "ses_A" as ID<"session">, authenticatedAt: at.toISOString() },
  origin,
};
const led = "team_A" as ID<"team">;
const member = (role: Role, teams = [led]): Actor => {
  const ledTeams = new Set(teams);
  return { type: "member", ...person, organization: "org_X", role, ledTeams };
};
const actors = {
  public: { type: "public", origin },
  account: { type: "account", ...person },
  system: { type: "system", job: "test" },
  owner: member("owner"),
  admin: member("admin"),
  write: member("write"),
  read: member("read"),
} satisfies Record<Grantee, Actor>;

/** Returns what an actor with a permission may use it on, by what `authorize` and `reaches` decide. */
function decided(actor: Actor, permission: Permission): string {
  try {
    authorize(actor, permission, at);
  } catch {
    return "";
  }
  const targets = {
    any: { role: "owner" as const },
    "below owner": { role: "admin" as const },
    own: { account: person.account },
    "teams they lead": { team: led },
  };
  const found = Object.entries(targets).find(([, target]) => reaches(actor, permissions[permission], target));
  return found?.[0] ?? "nothing";
}

/** The conditions of a rule beside its roles. */
function conditions({ via, sessions, reauthenticated, unpaid, suspended, deleted, feature }: Rule): string {
  return [
    via && (sessions === false ? `only with a ${via.join(" or ")} token` : `also with a ${via.join(" or ")} token`),
    reauthenticated && `identity confirmed in the last ${reauthenticationMinutes} minutes`,
    unpaid && "also in a read-only organization",
    suspended && "also for owners of a suspended organization",
    deleted && "also for owners of a deleted organization",
    feature && `not where ${feature} are turned off`,
  ]
    .filter(Boolean)
    .join("; ");
}

const line = (...cells: string[]) => `| ${cells.join(" | ")} |`;
const page = () => `# Permissions

Written by \`npm run openapi\` from what the code decides for each role; the rules are in \`core/base/permission.ts\`. Other
documents: [roles and words](glossary.md), [errors](errors.md).

A cell says on which members or things a role may use a permission: on \`any\`, on everybody \`below owner\`, on their
\`own\`, or in the \`teams they lead\`. An empty one means that a request is refused with \`actor.forbidden\`. "Account" is
someone who is signed in and not a member, "public" someone who is not signed in.

${table(["owner", "admin", "write", "read", "account", "public"], permissionsOfPeople)}
## What only the deployment itself does

${table(["system"], permissionsOfJobs)}`;

function table(names: (keyof typeof actors)[], of: Record<string, Rule>): string {
  const rows = Object.entries(of)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([permission, rule]) => {
      const cells = names.map((name) => decided(actors[name], permission as Permission));
      return line(`\`${permission}\``, ...cells, conditions(rule));
    });
  const head = [line("Permission", ...names, "Condition"), line(...["Permission", ...names, ""].map(() => "---"))];
  return `${[...head, ...rows].join("\n")}\n`;
}

describe("the permission table", () => {
  test("decides for every role, permission, and target as the committed document says", () => {
    if (process.env.MUSTER_WRITE) writeFileSync(file, page());
    expect(readFileSync(file, "utf8") === page(), "It does not: run `npm run openapi`.").toBe(true);
  });

  test("gives nothing of people to the deployment, and nothing of the deployment to people", () => {
    const { system, ...people } = actors;
    const jobs = Object.keys(permissionsOfJobs) as Permission[];
    expect(jobs.filter((job) => Object.values(people).some((actor) => decided(actor, job) !== ""))).toEqual([]);
    const ofPeople = Object.keys(permissionsOfPeople) as Permission[];
    expect(ofPeople.filter((permission) => decided(system, permission) !== "")).toEqual([]);
  });

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
    const [leading, other] = [{ team: led }, { team: "team_B" as ID<"team"> }];
    const teams: Rule = { owner: "any", read: "led" };
    expect([leading, other, {}].map((target) => reaches(actors.read, teams, target))).toEqual([true, false, false]);
    const follower = member("read", []);
    expect([actors.owner, follower].map((actor) => reaches(actor, teams, leading))).toEqual([true, false]);
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
