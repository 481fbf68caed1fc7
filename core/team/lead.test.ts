import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { openInvariants } from "@muster/local/testing/invariants/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { openFollower } from "@muster/local/testing/worlds/follower.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import * as ID from "../base/id.ts";
import { idOf } from "../invitation/invitation.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { memberKeys } from "../member/keys.ts";
import * as List from "../member/list.ts";
import * as Member from "../member/member.ts";
import { reinstate } from "../member/reinstate.ts";
import { update } from "../table/table.ts";
import * as Removal from "../update/remove.ts";
import * as Update from "../update/update.ts";
import { addLead, removeLead } from "./lead.ts";
import * as Members from "./members.ts";
import { leadsOf, teamsOf } from "./names.ts";
import * as Team from "./team.ts";

let fixture: OrganizationFixture;
const as = <R>(person: Person, run: () => Promise<R>) => fixture.as(person, run);
const asAda = <R>(run: () => Promise<R>) => as(fixture.ada, run);
async function team(name: string, ...people: Person[]): Promise<ID.ID<"team">> {
  const { id } = await asAda(() => Team.create({ name }));
  const accounts = people.map(({ account }) => account);
  if (accounts.length > 0) await asAda(() => Members.addMembers({ team: id, accounts }));
  return id;
}
const add = (id: ID.ID<"team">, { account }: Pick<Person, "account">, by = fixture.ada) =>
  resultOf(as(by, () => addLead({ team: id, account })));
const end = (id: ID.ID<"team">, { account }: Pick<Person, "account">, by = fixture.ada) =>
  resultOf(as(by, () => removeLead({ team: id, account })));
const ledBy = async ({ account }: Person) =>
  leadsOf(await fixture.world.table.get(memberKeys.member(fixture.organization, account)));
const events = async () => {
  const { items } = await fixture.world.table.query(kernelKeys.outbox(fixture.organization));
  return items.filter(({ type }) => type.startsWith("team.lead")).map(({ type, data }) => [type, data]);
};

describe("a member of a team", () => {
  let bob: Person;
  let carol: Person;
  let design: ID.ID<"team">;
  beforeEach(async () => {
    fixture = await openOrganization({ seats: 20 });
    bob = await fixture.join("bob@example.com");
    carol = await fixture.join("carol@example.com", "write");
    design = await team("Design", bob, carol);
  });

  test("is found among the leads, by name and search, while they lead", async () => {
    const follower = await openFollower(fixture);
    const found = async (more: Parameters<typeof List.list>[0] = {}, by = bob) => {
      await follower.view();
      return (await as(by, () => List.list({ leadOf: design, ...more }))).items.map(({ account }) => account);
    };
    expect(await found()).toEqual([]);
    for (const one of [bob, carol]) await add(design, one);
    expect((await found()).toSorted()).toEqual([bob.account, carol.account].toSorted());
    expect(await found({ role: "write" })).toEqual([carol.account]);
    const other = await team("Sales", carol);
    expect([await found({ team: other }), await found({ leadOf: other })]).toEqual([[carol.account], []]);
    const eve = await fixture.join("eve@example.com");
    await asAda(() => Team.edit({ team: design, visibility: "private" }));
    expect(await resultOf(as(eve, () => List.list({ leadOf: design })))).toBe("team.missing");
    await end(design, carol);
    // search rows lag, and the membership decides
    expect((await as(bob, () => List.list({ leadOf: design }))).items.map(({ account }) => account)).toEqual([
      bob.account,
    ]);
    await asAda(() => Members.removeMembers({ team: design, accounts: [bob.account] }));
    expect(await found({}, fixture.ada)).toEqual([]);
    const rows = (await fixture.world.rows.scan()).filter(({ sk }) => String(sk).startsWith("lead#"));
    expect(rows).toEqual([]);
  });

  test("whose teams this release cannot read is in none, is reported, and can be removed", async () => {
    const reported: string[] = [];
    fixture.world.rebind({ faults: { report: ({ attribute }) => void reported.push(attribute) } });
    const key = memberKeys.member(fixture.organization, bob.account);
    await fixture.world.table.write(update(key, { set: { teams: 7 as never, leads: { [design]: true } as never } }));
    expect(await as(bob, () => Team.get({ team: design }))).toMatchObject({ own: { isMember: false, isLead: false } });
    expect([teamsOf(await fixture.world.table.get(key)), await ledBy(bob)]).toEqual([[], []]);
    expect(new Set(reported)).toEqual(new Set(["teams", "leads"]));
    expect(await resultOf(asAda(() => Member.remove({ account: bob.account })))).toBe("done");
    expect(await fixture.world.table.get(key)).toBeUndefined();
    fixture.world.rebind();
  });

  test("becomes a lead by an owner, an admin or another lead, once, and is shown as one", async () => {
    const admin = await fixture.join("admin@example.com", "admin");
    expect(await add(design, bob, carol)).toBe("actor.forbidden");
    expect([await add(design, bob, admin), await add(design, bob), await add(design, carol, bob)]).toEqual([
      "done",
      "done",
      "done",
    ]);
    expect(await events()).toEqual([
      ["team.lead_added", { team: design, name: "Design", account: bob.account }],
      ["team.lead_added", { team: design, name: "Design", account: carol.account }],
    ]);
    expect(await as(bob, () => Team.get({ team: design }))).toMatchObject({
      own: { isMember: true, isLead: true },
      may: { edit: true },
    });
    const { teams } = await asAda(() => List.get({ account: bob.account }));
    expect(teams).toEqual([{ id: design, name: "Design", isLead: true }]);
    expect(await (await openInvariants(fixture)).check()).toEqual([]);
  });

  test("cannot become a lead from outside the team, nor of a team that is missing", async () => {
    const dora = await fixture.join("dora@example.com");
    const nobody = { account: ID.create("account") };
    expect([await add(design, dora), await add(design, nobody)]).toEqual(["team.lead_outside", "team.lead_outside"]);
    expect([await add(ID.create("team"), bob), await end(ID.create("team"), bob)]).toEqual([
      "team.missing",
      "team.missing",
    ]);
  });

  test("ends it for themselves; owners and admins end it for everybody", async () => {
    await add(design, bob);
    await add(design, carol);
    expect([await end(design, bob, carol), await end(design, bob, bob), await end(design, bob, bob)]).toEqual([
      "actor.forbidden",
      "done",
      "done",
    ]);
    expect([await end(design, carol), await ledBy(carol), await ledBy(bob)]).toEqual(["done", [], []]);
    expect((await events()).map(([type]) => type).filter((type) => type === "team.lead_removed")).toHaveLength(2);
    expect(await as(bob, () => Team.get({ team: design }))).toMatchObject({
      own: { isMember: true, isLead: false },
      may: { edit: false },
    });
  });

  test("leads nothing from outside, whatever an earlier release left behind", async () => {
    const dora = await fixture.join("dora@example.com");
    const row = memberKeys.member(fixture.organization, dora.account);
    await fixture.world.table.write(update(row, { add: { leads: new Set([design]) } }));
    expect(await ledBy(dora)).toEqual([]);
    expect(await resultOf(as(dora, () => Team.edit({ team: design, name: "Mine" })))).toBe("actor.forbidden");
  });

  test.each([
    ["leaves the team", (team: ID.ID<"team">, { account: _ }: Person) => as(bob, () => Members.leave({ team }))],
    [
      "is removed from the team",
      (team: ID.ID<"team">, { account }: Person) => asAda(() => Members.removeMembers({ team, accounts: [account] })),
    ],
    [
      "is removed from the organization and reinstated",
      async (team: ID.ID<"team">, { account, email }: Person) => {
        await asAda(() => Member.remove({ account }));
        await asAda(() => reinstate({ invitation: idOf(addressOf(email)) }));
        await asAda(() => Members.removeMembers({ team, accounts: [account] }));
      },
    ],
  ])("no longer leads a team after being one who %s, also when added again", async (_, happens) => {
    await add(design, bob);
    await happens(design, bob);
    await asAda(() => Members.addMembers({ team: design, accounts: [bob.account] }));
    expect(await ledBy(bob)).toEqual([]);
    expect(await resultOf(as(bob, () => Team.edit({ team: design, name: "Mine" })))).toBe("actor.forbidden");
  });
});

describe("a lead", () => {
  let lead: Person;
  let member: Person;
  let news: ID.ID<"update">;
  let led: ID.ID<"team">;
  let other: ID.ID<"team">;
  const actions: Record<string, (team: ID.ID<"team">) => Promise<unknown>> = {
    "changes its name and description": (id) => Team.edit({ team: id, name: `New ${id}`, description: "Led." }),
    "adds members": (id) => Members.addMembers({ team: id, accounts: [fixture.ada.account] }),
    "removes members": (id) => Members.removeMembers({ team: id, accounts: [member.account] }),
    "names another lead": (id) => addLead({ team: id, account: member.account }),
  };

  describe.each(["read", "write"] as const)("with the role %s", (role) => {
    beforeAll(async () => {
      fixture = await openOrganization({ seats: 20 });
      lead = await fixture.join("lead@example.com", role);
      member = await fixture.join("member@example.com");
      [led, other] = [await team("Led", lead, member), await team("Other", lead, member)];
      await add(led, lead);
    });

    test.each(Object.entries(actions))("%s of this team and of no other", async (_, run) => {
      const nothing = await resultOf(as(lead, () => run(ID.create("team"))));
      expect([await resultOf(as(lead, () => run(led))), await resultOf(as(lead, () => run(other))), nothing]).toEqual([
        "done",
        "actor.forbidden",
        "actor.forbidden",
      ]);
      expect(await resultOf(as(member, () => run(other)))).toBe("actor.forbidden");
      await asAda(() => Members.addMembers({ team: led, accounts: [member.account] }));
    });

    test("pins and unpins there, and deletes nothing that others wrote", async () => {
      for (const [place, expected] of [
        [led, "done"],
        [other, "actor.forbidden"],
        [undefined, "actor.forbidden"],
      ] as const) {
        ({ id: news } = await asAda(() =>
          Update.create({ title: "News", content: "Here.", ...(place && { team: place }) }),
        ));
        const shown = await as(lead, () => Update.get({ update: news }));
        expect(shown.may.pin).toBe(expected === "done");
        const calls = [() => Removal.pin({ update: news }), () => Removal.unpin({ update: news })];
        for (const call of calls) expect(await resultOf(as(lead, call))).toBe(expected);
        expect(await resultOf(as(lead, () => Removal.remove({ update: news })))).toBe("actor.forbidden");
      }
    });

    test("decides who posts, and not who sees the team", async () => {
      const edit = (change: object) => resultOf(as(lead, () => Team.edit({ team: led, ...change })));
      expect(await edit({ posting: "leads" })).toBe("done");
      expect([await edit({ visibility: "private" }), await edit({ visibility: "open" })]).toEqual([
        "actor.forbidden",
        "done",
      ]);
      expect(await edit({ posting: "members" })).toBe("done");
    });

    test("deletes no team, creates none, and removes no other lead", async () => {
      await add(led, member);
      expect(await resultOf(as(lead, () => Team.remove({ team: led })))).toBe("actor.forbidden");
      expect(await resultOf(as(lead, () => Team.create({ name: "Mine" })))).toBe("actor.forbidden");
      const accounts = [member.account, lead.account];
      const { items } = await as(lead, () => Members.removeMembers({ team: led, accounts }));
      expect(items.map(({ outcome }) => outcome)).toEqual(["lead", "lead"]);
      await end(led, member);
    });
  });
});
