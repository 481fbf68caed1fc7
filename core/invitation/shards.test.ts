import { importsOf } from "@muster/local/testing/fixtures/imports.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { openInvariants } from "@muster/local/testing/invariants/organization.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import { asSystem } from "../kernel/context.ts";
import * as Member from "../member/member.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { update } from "../table/table.ts";
import { exportPart } from "./export.ts";
import { listFor, maxShards } from "./invitation.ts";
import * as List from "./list.ts";
import * as Schedule from "./schedule.ts";
import * as Sending from "./send.ts";
import * as Sender from "./sender.ts";

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 2000 });
});

const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const divide = () =>
  fixture.world.table.write(
    update(organizationKeys.organization(fixture.organization), { set: { shards: maxShards } }),
  );
const people = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({ email: `person-${from + n}@example.com` }));

async function send(invitations: { email: string; again?: boolean }[]) {
  for (let from = 0; from < invitations.length; from += 25) {
    await asAda(() => Sending.send({ invitations: invitations.slice(from, from + 25) }));
  }
}

async function listAll(between: (page: number) => Promise<unknown> = async () => undefined): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; ; page++) {
    const { items, next } = await asAda(() => List.list({ ...(cursor && { cursor }) }));
    found.push(...items.map(({ email }) => email));
    if (!next) return found;
    cursor = next;
    await between(page);
  }
}

const emails = (from: number, count: number) => people(from, count).map(({ email }) => email);
const partsOf = async () =>
  new Set((await fixture.world.rows.scan()).flatMap(({ state, list }) => (state === "pending" ? [String(list)] : [])));

describe("the list of invitations", () => {
  test("loses and duplicates nothing when it is divided while somebody reads it and others invite", async () => {
    await send(people(0, 250));
    const invariants = await openInvariants(fixture);
    let isDivided = false;
    const seen = await listAll(async () => {
      if (!isDivided) await divide();
      isDivided = true;
      await send(people(1000, 50));
    });
    expect(seen.filter((email) => emails(0, 250).includes(email)).toSorted()).toEqual(emails(0, 250).toSorted());
    await send(people(250, 100));
    const all = [...emails(0, 350), ...emails(1000, 50)].toSorted();
    expect((await listAll()).toSorted()).toEqual(all);
    expect((await partsOf()).size).toBe(maxShards);
    expect(await invariants.check()).toEqual([]);
  });

  test("would lose rows for a reader with an outdated number of shards", async () => {
    await divide();
    await send(people(0, 100));
    const organizationRow = { shards: 1 } as OrganizationRow;
    const read = List.readerOf(fixture.organization, { organizationRow, state: "pending", limit: 1000 });
    expect((await read(undefined)).items.length).toBeLessThan(100);
  });

  test("is exported, revoked and expired completely with several shards", async () => {
    await send(people(0, 60));
    await divide();
    await send(people(60, 200));
    const { csv, next } = await asAda(() => exportPart({}));
    expect(csv.trim().split("\r\n")).toHaveLength(261);
    expect(next).toBeUndefined();

    const bob = await fixture.join("bob@example.com", "admin");
    await fixture.invite("carol@example.com", "read", bob);
    await asAda(() => Member.remove({ account: bob.account }));
    const { revoked } = await asSystem("work", () =>
      Sender.revokeSent({ job: "revokeSent", organization: fixture.organization, by: bob.account }),
    );
    expect(revoked).toBe(1);

    fixture.world.clock.pass(8 * 86_400);
    const until = new Date(fixture.world.clock.at).toISOString();
    const { expired } = await asSystem("clock", () =>
      Schedule.expire({ job: "expire", organization: fixture.organization, until }),
    );
    expect(expired).toBe(260);
    expect((await fixture.organizationRow()).free).toBe(2000);
  });

  test("an address has one shard, whatever their number is", () => {
    const address = ID.derive("address", "bob@example.com");
    const list = (organizationRow: object | undefined) =>
      listFor(fixture.organization, address, organizationRow as never);
    expect(list(undefined)).toBe(`${fixture.organization}#inv#0`);
    expect(list({ shards: 1 })).toBe(`${fixture.organization}#inv#0`);
    expect(list({ shards: 16 })).toBe(`${fixture.organization}#inv#${ID.lastDigit(address) % 16}`);
  });

  test("stays in one shard for a small import, and is divided before a large one", async () => {
    const imports = importsOf(fixture);
    await imports.begin(`email\n${emails(0, 300).join("\n")}\n`);
    await imports.work();
    expect((await fixture.organizationRow()).shards).toBe(1);
    const padding = "x".repeat(2000);
    // its first chunk has 524 rows of 10,500: the whole file decides
    const many = Array.from({ length: 10_500 }, (_, n) => `many-${n}@example.com,${padding}`);
    await imports.begin(`email,notes\n${many.join("\n")}\n`);
    await imports.run(fixture.world.queued.imports[0] ?? {});
    expect((await fixture.organizationRow()).shards).toBe(maxShards);
  });
});
