import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { openInvariants } from "@muster/local/testing/invariants/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { implied } from "../base/failure.ts";
import { provide, use } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import { type Table, update } from "../table/table.ts";
import * as Sending from "./send.ts";

const list = Array.from({ length: 60 }, (_, n) => ({ email: `p${n}@example.com` }));
/** The number of invitations in one write. */
const part = 25;

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 100 });
});

const send = (by: Person, invitations: { email: string }[]) => fixture.as(by, () => Sending.send({ invitations }));
const outcomes = async (sending: ReturnType<typeof send>) => (await sending).items.map(({ outcome }) => outcome);
const times = <T>(count: number, one: T): T[] => Array(count).fill(one);

/** The same as a request with a key; `fingerprint` stands for its content. */
function sendOnce(by: Person, invitations: { email: string }[], { key = "import", fingerprint = "a list" } = {}) {
  const once = { key: kernelKeys.request(by.account, key), fingerprint };
  return fixture.as(by, () => provide({ ...use(), idempotency: once }, () => Sending.send({ invitations })));
}

/** The table on which so many writes succeed before others interfere. */
function after(writes: number, then: (table: Table) => Promise<void>): Table {
  const { table } = fixture.world;
  let left = writes;
  return { ...table, write: async (...steps) => (left-- > 0 ? table.write(...steps) : then(table)) };
}

const contended = async () => {
  throw implied.contended();
};

describe("a list that is sent in parts", () => {
  test("reports what was done and what is left, if others interfere for too long", async () => {
    const invariants = await openInvariants(fixture);
    fixture.world.rebind({ table: after(1, contended) });
    const { items, seats } = await send(fixture.ada, list);
    expect(items.map(({ outcome }) => outcome)).toEqual([...times(part, "invited"), ...times(35, "retry")]);
    expect(items.map((item) => "invitation" in item)).toEqual([...times(part, true), ...times(35, false)]);
    expect(seats).toMatchObject({ capacity: 101, committed: part + 1 });
    fixture.world.rebind();
    expect((await fixture.organizationRow()).free).toBe(100 - part);
    expect(await outcomes(send(fixture.ada, list))).toEqual([
      ...times(part, "already_invited"),
      ...times(35, "invited"),
    ]);
    expect(await invariants.check()).toEqual([]);
  });

  test("fails if nothing of it was done", async () => {
    fixture.world.rebind({ table: after(0, contended) });
    expect(await resultOf(send(fixture.ada, list))).toBe("table.contended");
  });

  test("says so too if the organization may no longer grow", async () => {
    const organizationRow = organizationKeys.organization(fixture.organization);
    const freeze = async (table: Table) => {
      await table.write(update(organizationRow, { set: { growth: false } }));
      await contended();
    };
    fixture.world.rebind({ table: after(1, freeze) });
    expect(await outcomes(send(fixture.ada, list))).toEqual([...times(part, "invited"), ...times(35, "retry")]);
    fixture.world.rebind();
    expect(await resultOf(send(fixture.ada, list))).toBe("organization.frozen");
  });

  test("is sent again with its key, and then all of it is done", async () => {
    const invariants = await openInvariants(fixture);
    fixture.world.rebind({ table: after(2, contended) });
    expect(await outcomes(sendOnce(fixture.ada, list))).toEqual([...times(50, "invited"), ...times(10, "retry")]);
    fixture.world.rebind();
    expect(await outcomes(sendOnce(fixture.ada, list))).toEqual(times(60, "invited"));
    expect((await fixture.organizationRow()).free).toBe(40);
    expect(await invariants.check()).toEqual([]);
  });
});

describe("what a request reports as its own", () => {
  const bobs = [{ email: "bob@example.com" }];

  test("excludes what somebody else made with the same key", async () => {
    const carol = await fixture.join("carol@example.com", "admin");
    expect(await outcomes(sendOnce(fixture.ada, bobs))).toEqual(["invited"]);
    expect(await outcomes(sendOnce(carol, bobs))).toEqual(["already_invited"]);
    expect(await outcomes(sendOnce(fixture.ada, bobs))).toEqual(["invited"]);
  });

  test("excludes what another request made, with another key or with other content", async () => {
    await sendOnce(fixture.ada, bobs);
    expect(await outcomes(sendOnce(fixture.ada, bobs, { key: "another" }))).toEqual(["already_invited"]);
    expect(await outcomes(sendOnce(fixture.ada, bobs, { fingerprint: "another" }))).toEqual(["already_invited"]);
    expect(await outcomes(send(fixture.ada, bobs))).toEqual(["already_invited"]);
  });
});
