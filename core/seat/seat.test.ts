import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { create } from "../base/id.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { type Item, update } from "../table/table.ts";
import * as Seat from "./seat.ts";
import { isTrusted } from "./trust.ts";

const day = 86_400;
const today = "2026-11-24";

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 4 });
});

const set = (values: Item) =>
  fixture.world.table.write(update(organizationKeys.organization(fixture.organization), { set: values }));
/** Takes seats based on a possibly outdated organization row. */
const take = async (seats: number, mails = seats, known?: OrganizationRow) => {
  const taken = Seat.take(fixture.organization, known ?? (await fixture.organizationRow()), { seats, mails });
  return { answer: await resultOf(fixture.world.table.write(taken.step)), foreseen: taken.organizationRow };
};

describe("taking seats", () => {
  test("takes as many as there are, and predicts the rest", async () => {
    const { answer, foreseen } = await take(3);
    expect(answer).toBe("done");
    expect(foreseen).toEqual(await fixture.organizationRow());
    expect(foreseen).toMatchObject({ free: 1, sentOn: today, sentToday: 3 });
    expect((await take(2)).answer).toBe("seat.limit_reached");
    const last = await take(1);
    expect(last.foreseen).toEqual(await fixture.organizationRow());
    expect(last.foreseen).toMatchObject({ free: 0, sentToday: 4 });
  });

  test("names the limit that was reached: as many seats as are wanted are free, and no mails are left", async () => {
    const before = await fixture.organizationRow();
    await set({ sentOn: today, sentToday: 10_000, free: 2 });
    expect((await take(2, 2, before)).answer).toBe("invitation.daily_limit");
    expect((await take(3, 3, before)).answer).toBe("seat.limit_reached");
    await set({ sentToday: 9_998 });
    expect((await take(2, 2, before)).answer).toBe("seat.moved");
    await set({ growth: false });
    expect((await take(2, 2, before)).answer).toBe("organization.frozen");
  });

  test("counts mails to people who already hold a seat", async () => {
    await take(4);
    const { answer } = await take(0, 2);
    expect(answer).toBe("done");
    expect(await fixture.organizationRow()).toMatchObject({ free: 0, sentToday: 6 });
  });

  test("is refused first of all where an organization may not grow", async () => {
    await set({ growth: false, free: 0 });
    expect((await take(1)).answer).toBe("organization.frozen");
  });

  test.each([
    { trusted: false, most: 50 },
    { trusted: true, most: 10_000 },
  ])("sends at most $most a day when trusted is $trusted, and starts over the next day", async ({ trusted, most }) => {
    await set({ grantedSeats: trusted ? 2 : 0, sentOn: today, sentToday: most - 1 });
    expect(Seat.mailsLeft(await fixture.organizationRow())).toBe(1);
    expect((await take(1)).answer).toBe("done");
    expect(Seat.mailsLeft(await fixture.organizationRow())).toBe(0);
    expect((await take(1)).answer).toBe("invitation.daily_limit");
    fixture.world.clock.pass(day);
    expect(Seat.mailsLeft(await fixture.organizationRow())).toBe(most);
    expect((await take(1)).answer).toBe("done");
    expect(await fixture.organizationRow()).toMatchObject({ sentOn: "2026-11-25", sentToday: 1 });
  });

  test("with counts from before the day's first invitation is refused and can be retried", async () => {
    const before = await fixture.organizationRow();
    await take(1);
    expect((await take(1, 1, before)).answer).toBe("seat.moved");
    expect(await fixture.organizationRow()).toMatchObject({ free: 3, sentToday: 1 });
  });

  test("reports when invitations are possible again", async () => {
    await set({ grantedSeats: 0, sentOn: today, sentToday: 50 });
    const { step } = Seat.take(fixture.organization, await fixture.organizationRow(), { seats: 1, mails: 1 });
    const refused = fixture.world.table.write(step);
    await expect(refused).rejects.toMatchObject({ retryAfterSeconds: 15 * 3600 });
  });
});

describe("returning seats", () => {
  const release = (change: { seats?: number; owners?: number }, organization = fixture.organization) =>
    resultOf(fixture.world.table.write(Seat.release(organization, change)));

  test("gives seats back and counts owners", async () => {
    expect(await release({ owners: 2 })).toBe("done");
    expect(await release({ seats: 2, owners: -1 })).toBe("done");
    expect(await fixture.organizationRow()).toMatchObject({ free: 6, owners: 2 });
  });

  test("keeps one owner, no matter who leaves", async () => {
    expect(await release({ seats: 1, owners: -1 })).toBe("member.last_owner");
    await release({ owners: 1 });
    expect(await release({ owners: -2 })).toBe("member.last_owner");
    expect(await fixture.organizationRow()).toMatchObject({ free: 4, owners: 2 });
  });

  test("does not bring back an organization that is purged", async () => {
    const nobody = create("organization");
    for (const change of [{ seats: 1 }, { owners: 1 }, { seats: 1, owners: 1 }]) {
      expect(await release(change, nobody)).toBe("seat.organization_missing");
    }
    expect(await release({ seats: 1, owners: -1 }, nobody)).toBe("seat.organization_missing");
    expect(await fixture.world.table.get(organizationKeys.organization(nobody))).toBeUndefined();
  });
});

describe("the displayed numbers", () => {
  const known = { capacity: 12, committed: 5 };

  test.each([
    { members: 2, used: 2, held: 3 },
    { members: 5, used: 5, held: 0 },
  ])("add up to what is committed, with $members members", ({ members, used, held }) => {
    expect(Seat.describe({ capacity: 12, free: 7, owners: 2 } as OrganizationRow, members)).toEqual({
      ...known,
      used,
      held,
    });
  });

  test.each([undefined, 1, 6])("are not split for %s members, who cannot be", (members) => {
    expect(Seat.describe({ capacity: 12, free: 7, owners: 2 } as OrganizationRow, members)).toEqual(known);
  });

  test("are split without counting if owners use all seats", () => {
    const organizationRow = { capacity: 12, free: 10, owners: 2 } as OrganizationRow;
    expect(Seat.describe(organizationRow)).toEqual({ capacity: 12, committed: 2, used: 2, held: 0 });
  });
});

test("an organization is trusted if it pays or an operator granted its seats", () => {
  expect(isTrusted({ plan: "free" } as OrganizationRow)).toBe(false);
  expect(isTrusted({ plan: "free", grantedSeats: 1 } as OrganizationRow)).toBe(true);
  expect(isTrusted({ plan: "monthly", hasPaid: true } as OrganizationRow)).toBe(true);
  expect(isTrusted({ plan: "monthly" } as OrganizationRow)).toBe(false);
  expect(isTrusted({ plan: "free", hasPaid: true } as OrganizationRow)).toBe(false);
});
