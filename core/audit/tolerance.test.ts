import {
  enumerationsIn,
  sampleOf,
  valueOfNextRelease,
  withValueAt,
} from "@muster/local/testing/fixtures/next-release.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, expect, test } from "vitest";
import { implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { organizationEvents } from "../catalog/events.ts";
import { asSystem } from "../kernel/context.ts";
import type { EventType } from "../kernel/event.ts";
import { kernelKeys } from "../kernel/keys.ts";
import type { Fault } from "../kernel/ports.ts";
import { on, respond } from "../kernel/reaction.ts";
import { MemberRemoved } from "../member/events.ts";
import * as Organization from "../organization/organization.ts";
import { type Item, put, update } from "../table/table.ts";
import * as Audit from "./audit.ts";
import { auditKeys } from "./keys.ts";
import { list } from "./list.ts";

let world: World;
let ada: Person;
let id: ID.ID<"organization">;
let faults: Fault[];
beforeEach(async () => {
  world = await openWorld();
  faults = [];
  world.rebind({ faults: { report: (fault) => faults.push(fault) } });
  ada = await world.person("ada@example.com");
  id = (await world.as(ada, () => Organization.create({ name: "Acme" }))).id;
});

/** Writes what another release leaves in the outbox. */
async function happen(type: string, data: object): Promise<ID.ID<"event">> {
  const event = ID.create("event");
  const row = { stream: "out", type, at: "2026-11-24T09:00:00.000Z", actor: ada.account, data };
  await world.table.write(put(raw(kernelKeys.event(id, event)), row));
  return event;
}
const follow = () => asSystem("follow", () => Audit.follow({ owner: id }));
async function log() {
  const items: Awaited<ReturnType<typeof list>>["items"] = [];
  for (let cursor: string | undefined; ; ) {
    const more = cursor === undefined ? {} : { cursor };
    const page = await world.as(ada, () => list(more), { id, role: "owner" });
    items.push(...page.items);
    cursor = page.next;
    if (cursor === undefined) return items;
  }
}

test("an event of an unknown type reaches the log, and is shown as unknown", async () => {
  await happen("seat.upgraded", { secret: "a value" });
  expect(await follow()).toEqual({ moved: 2 });
  expect(await log()).toMatchObject([{ seq: 2, type: "unknown", data: {}, actor: ada.account }, { seq: 1 }]);
  expect(faults).toEqual([{ pk: `${id}#log`, sk: expect.stringMatching(/2$/), attribute: "type" }]);
  expect(await Audit.verify(id)).toEqual([]);
});

test("nothing is chained to the end of a log that this release cannot read", async () => {
  await follow();
  await world.table.write(update(raw(auditKeys.stats(id)), { unset: ["hash"] }));
  await happen("organization.reactivated", {});
  const before = await world.rows.scan();
  expect(await resultOf(follow())).toBe("row.unreadable");
  expect(await world.rows.scan()).toEqual(before);
  expect(faults).toEqual([{ pk: id, sk: "#stats", attribute: "hash" }]);
});

test("events with unknown fields are read by the known ones", async () => {
  await happen("organization.renamed", { from: "Acme", to: "Acme Two", because: "of the next release" });
  await follow();
  const [event] = await log();
  expect(event).toMatchObject({ type: "organization.renamed", data: { from: "Acme", to: "Acme Two" } });
  expect(event?.data).not.toHaveProperty("because");
  expect(faults).toEqual([]);
});

test("an event of any type whose data cannot be read stops nothing: it is shown as unknown, and reported without values", async () => {
  const unreadable = organizationEvents.filter(({ schema }) => Object.keys(schema.entries).length > 0);
  for (const { type, schema } of unreadable) {
    const [field = ""] = Object.keys(schema.entries).filter((name) => schema.entries[name as never]);
    await happen(type, { [field]: { next: "reset" } });
  }
  await happen("organization.reactivated", {});
  let moved = 0;
  for (let last = -1; last !== moved; ) {
    last = moved;
    moved += (await follow()).moved;
  }
  expect(moved).toBe(unreadable.length + 2);
  const unknown = unreadable.map(() => "unknown");
  const all = (await log()).map((event) => event.type).toReversed();
  expect(all).toEqual(["organization.created", ...unknown, "organization.reactivated"]);
  const reported = new Set(faults.map(({ sk }) => Number(sk)));
  const silent = unreadable.filter((_, n) => !reported.has(n + 2)).map(({ type }) => type);
  expect(silent).toEqual([]);
  expect(faults.filter(({ attribute }) => !attribute.startsWith("data."))).toEqual([]);
  expect(JSON.stringify(faults)).not.toContain("reset");
});

for (const event of organizationEvents as readonly EventType[]) {
  for (const path of enumerationsIn(event.schema)) {
    test(`no ${event.type} is recorded with a ${path} that this release does not know`, () => {
      const data = withValueAt(sampleOf(event.schema) as Item, path, valueOfNextRelease);
      expect(() => event.record(id, data, { type: "system", job: "test" })).toThrow(implied.unreadable().message);
    });
  }
}

test("a reaction does not receive data that it cannot read, and the others continue", async () => {
  const bad = await happen("member.removed", { account: "nobody" });
  const account = ada.account;
  const data = { account, invitation: ID.alias("invitation", account), role: "read" };
  const good = await happen("member.removed", data);
  await follow();
  const received: unknown[] = [];
  const reactions = on(MemberRemoved, (data) => received.push(data));
  await respond({ owner: id, seq: 2, event: bad, type: "member.removed" }, reactions);
  await respond({ owner: id, seq: 3, event: good, type: "member.removed" }, reactions);
  expect(received).toEqual([data]);
  expect(faults.map(({ attribute }) => attribute)).toContain("data.account");
});
