import * as Audit from "@muster/core/audit/audit.ts";
import { auditKeys } from "@muster/core/audit/keys.ts";
import { list } from "@muster/core/audit/list.ts";
import * as ID from "@muster/core/base/id.ts";
import { organizationEvents } from "@muster/core/catalog/events.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { kernelKeys } from "@muster/core/kernel/keys.ts";
import type { Fault } from "@muster/core/kernel/ports.ts";
import * as Organization from "@muster/core/organization/organization.ts";
import { type Item, put } from "@muster/core/table/table.ts";
import {
  enumerationsIn,
  sampleOf,
  valueOfNextRelease,
  withValueAt,
} from "@muster/local/testing/fixtures/next-release.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, expect, test } from "vitest";
import { react } from "./reactions.ts";

// Events in which a newer release tells of a role, an end or a reason that this one does not know.

let world: World;
let ada: Person;
let owner: ID.ID<"organization">;
let faults: Fault[];
beforeEach(async () => {
  world = await openWorld();
  faults = [];
  world.rebind({ faults: { report: (fault) => faults.push(fault) } });
  ada = await world.person("ada@example.com");
  owner = (await world.as(ada, () => Organization.create({ name: "Acme" }))).id;
});

const cases = organizationEvents.flatMap(({ type, schema }) => {
  const whole = sampleOf(schema) as Item;
  return enumerationsIn(schema).map((path) => ({ type, path, data: withValueAt(whole, path, valueOfNextRelease) }));
});

test.each(cases)("a $type with an unknown $path is shown, counted and reacted to", async ({ type, path, data }) => {
  const event = ID.create("event");
  const row = { stream: "out", type, at: "2026-11-24T09:00:00.000Z", actor: ada.account, data };
  await world.table.write(put(raw(kernelKeys.event(owner, event)), row));
  expect(await asSystem("follow", () => Audit.follow({ owner }))).toEqual({ moved: 2 });
  await asSystem("work", () => react({ owner, seq: 2, event, type }));
  const { items } = await world.as(ada, () => list({}), { id: owner, role: "owner" });
  expect(items[0]).toMatchObject({ type, data: withValueAt({}, path, "unknown") });
  const { unknown: counted } = (await world.table.get(raw(auditKeys.stats(owner)))) ?? {};
  expect(counted).toBeUndefined();
  expect(new Set(faults.map(({ attribute }) => attribute))).toEqual(new Set([`data.${path}`]));
  expect(JSON.stringify(faults)).not.toContain(valueOfNextRelease);
});

test("events tell by enumerations of roles, statuses of emails, modes, platforms, postings, outcomes, states, reasons, sources, sections, visibilities and reasons of pauses", () => {
  const kinds = new Set(cases.map(({ path }) => path.split(".").at(-1)));
  expect(kinds).toEqual(
    new Set([
      "from",
      "mail",
      "mode",
      "outcome",
      "platform",
      "posting",
      "reason",
      "role",
      "section",
      "state",
      "to",
      "via",
      "visibility",
      "why",
    ]),
  );
});
