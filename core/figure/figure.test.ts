import { injectFaults } from "@muster/local/testing/faults/faults.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { depth } from "@muster/local/testing/random.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { membersBy } from "../audit/arrivals.ts";
import * as Audit from "../audit/audit.ts";
import * as ID from "../base/id.ts";
import * as Manage from "../invitation/manage.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import * as Member from "../member/member.ts";
import * as Grant from "../organization/grant.ts";
import * as Organization from "../organization/organization.ts";
import { remove, update } from "../table/table.ts";
import { list } from "./figure.ts";
import { figureKeys } from "./keys.ts";
import { inMonths } from "./shape.ts";

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization();
});

type Input = NonNullable<Parameters<typeof list>[0]>;
const look = async (input: Input = {}) => (await fixture.as(fixture.ada, () => list(input))).items;
const follow = () => asSystem("follow", () => Audit.follow({ owner: fixture.organization }));
const day = 86_400;

describe("the figures of an organization", () => {
  test("are of each day since it was created: one without an event is as the day before", async () => {
    await fixture.invite("bob@example.com");
    await follow();
    fixture.world.clock.pass(3 * day);
    await fixture.join("carol@example.com");
    await follow();
    expect(await look()).toEqual([
      { on: "2026-11-24", members: 1, committed: 2, capacity: 3 },
      { on: "2026-11-25", members: 1, committed: 2, capacity: 3 },
      { on: "2026-11-26", members: 1, committed: 2, capacity: 3 },
      { on: "2026-11-27", members: 2, committed: 3, capacity: 3 },
    ]);
    expect(await look({ from: "2026-11-25", to: "2026-11-25" })).toMatchObject([{ on: "2026-11-25", committed: 2 }]);
    expect(await look({ from: "2026-11-26", to: "2027-01-01" })).toHaveLength(2);
  });

  test("include the seats that the operator granted", async () => {
    const { organization } = fixture;
    await asSystem("operator", () => Grant.grant({ organization, seats: 40 }));
    await follow();
    expect(await look()).toMatchObject([{ capacity: (await fixture.organizationRow()).capacity }]);
  });

  test("of a time before they were kept are those since the last event, and unknown before it", async () => {
    await follow();
    await fixture.world.table.write(remove(figureKeys.seatFigures(fixture.organization, "2026-11-24")));
    fixture.world.clock.pass(2 * day);
    expect((await look()).map(({ on, members }) => [on, members])).toEqual([
      ["2026-11-24", 1],
      ["2026-11-25", 1],
      ["2026-11-26", 1],
    ]);
  });

  test("are written in each month that has events, even if no member or seat changes, so that they never expire", async () => {
    const { ada, organization, world } = fixture;
    await follow();
    const first = figureKeys.seatFigures(organization, "2026-11-24");
    await world.table.write(remove(first));
    const kept: string[][] = [];
    for (const name of ["Acme 1", "Acme 2", "Acme 3"]) {
      world.clock.pass(20 * day);
      await fixture.as(ada, () => Organization.rename({ name }));
      await follow();
      const { items } = await world.table.query(figureKeys.seatFiguresBetween(organization, "", "9"));
      kept.push(items.map(({ sk }) => sk.slice(-10)));
    }
    expect(kept).toEqual([["2026-11-24"], ["2026-11-24", "2026-12-14"], ["2026-11-24", "2026-12-14"]]);
    const known = await look();
    expect(known).toHaveLength(61);
    expect(new Set(known.map(({ members, committed, capacity }) => `${members} ${committed} ${capacity}`))).toEqual(
      new Set(["1 1 3"]),
    );
  });

  test("say nothing of active members before those are counted, and none where nobody was", async () => {
    await follow();
    fixture.world.clock.pass(2 * day);
    const { organization } = fixture;
    await fixture.world.table.write(
      update(figureKeys.activeFigures(organization, "2026-11-25"), { add: { members: 1 } }),
    );
    expect((await look()).map(({ active }) => active)).toEqual([undefined, 1, 0]);
  });

  test("of months end as their last day does; active members are those of an average day", async () => {
    expect(
      inMonths([
        { on: "2026-10-30", members: 1, committed: 1 },
        { on: "2026-10-31", members: 2, committed: 3, active: 4 },
        { on: "2026-11-01", members: 5, active: 2 },
        { on: "2026-11-02", members: 6, active: 5 },
      ]),
    ).toEqual([
      { on: "2026-10-31", members: 2, committed: 3, active: 4 },
      { on: "2026-11-02", members: 6, active: 4 },
    ]);
    await follow();
    fixture.world.clock.pass(40 * day);
    expect((await look({ by: "month" })).map(({ on }) => on)).toEqual(["2026-11-30", "2026-12-31", "2027-01-03"]);
  });

  test.each([
    [{ from: "2026-11-25", to: "2026-11-24" }, "figure.range_invalid"],
    [{ from: "2026-01-01" }, "figure.range_invalid"],
    [{ from: "2020-01-01", by: "month" }, "figure.range_invalid"],
    [{ from: "yesterday" }, "input.invalid"],
  ] as const)("of %j are refused", async (input, code) => {
    expect(await resultOf(look(input))).toBe(code);
  });
});

/** Actions of people, each at a random time after the previous one. */
const actions = ["invite", "join", "revoke", "remove", "rename", "grant", "follow"] as const;
const history = fc.array(fc.record({ action: fc.constantFrom(...actions), hours: fc.constantFrom(0, 1, 20, 30) }), {
  minLength: 8,
  maxLength: 16,
});

test("they equal a recount from the log on a random history, with movers at once, faults and repeats", async () => {
  await fc.assert(
    fc.asyncProperty(history, async (all) => {
      fixture = await openOrganization({ seats: 30 });
      const { world, ada, organization } = fixture;
      const faults = injectFaults(world.rows.client, 7);
      const pending: string[] = [];
      const members: ID.ID<"account">[] = [];
      const followAtOnce = async () => {
        faults.plan({ conflicts: 0.2, lostAnswers: 0.2, once: true });
        await times(3, () => resultOf(follow()));
        faults.clear();
        await follow();
      };
      for (const [n, { action, hours }] of all.entries()) {
        world.clock.pass(hours * 3_600);
        const email = `person-${n}@example.com`;
        const [first] = action === "remove" ? members : [];
        if (action === "invite") pending.push((await fixture.invite(email), email));
        if (action === "join") members.push((await fixture.join(email)).account);
        if (action === "rename") await fixture.as(ada, () => Organization.rename({ name: `Acme ${n}` }));
        if (action === "grant") await asSystem("operator", () => Grant.grant({ organization, seats: 40 + n }));
        if (action === "follow") await followAtOnce();
        const address = action === "revoke" ? pending.shift() : undefined;
        if (address !== undefined) await revoke(address);
        if (first !== undefined) await fixture.as(ada, () => Member.remove({ account: members.shift() ?? first }));
      }
      await followAtOnce();
      expect(await look()).toEqual(await recount());
    }),
    { numRuns: depth(3, 200) },
  );
});

async function revoke(email: string) {
  const row = await fixture.rowOf(email);
  const invitation = ID.alias("invitation", row?.pk as ID.ID<"address">);
  // it may have expired since
  await resultOf(fixture.as(fixture.ada, () => Manage.revoke({ invitation })));
}

/** Counts again, from the log alone, how each day ended. */
async function recount() {
  const { world, organization } = fixture;
  const { items } = await world.table.query({ ...kernelKeys.log(organization), to: "9" });
  const days = new Map<string, { members: number; committed: number; capacity: number }>();
  let [members, pending, capacity, date] = [0, 0, 0, ""];
  for (const { type, at, data } of items) {
    const { invitations = [], seats, to } = data as { invitations?: string[]; seats?: number; to?: number };
    date = at.slice(0, 10) > date ? at.slice(0, 10) : date;
    members += membersBy(type);
    if (type === "invitation.created") pending += invitations.length;
    if (type === "invitation.ended") pending -= invitations.length;
    if (type === "invitation.accepted") pending--;
    if (type === "organization.created") capacity = seats ?? 0;
    if (type === "organization.granted") capacity = to ?? 0;
    days.set(date, { members, committed: members + pending, capacity });
  }
  const today = new Date(world.clock.at).toISOString().slice(0, 10);
  const found = [];
  let last = days.values().next().value;
  for (let at = Date.parse([...days.keys()][0] ?? ""); at <= Date.parse(today); at += day * 1000) {
    const on = new Date(at).toISOString().slice(0, 10);
    last = days.get(on) ?? last;
    found.push({ on, ...last });
  }
  return found;
}
