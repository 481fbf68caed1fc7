import { openWorld } from "@muster/local/testing/worlds/world.ts";
import * as v from "valibot";
import { beforeEach, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import { known, readable, row } from "../base/row.ts";
import { organizationKeys } from "../organization/keys.ts";
import { searchKeys } from "../search/keys.ts";
import { teamKeys } from "../team/keys.ts";
import { kernelKeys } from "./keys.ts";
import type { Fault } from "./ports.ts";
import { read, readAll, readOnly, reportFaults } from "./stored.ts";

let faults: Fault[];
beforeEach(async () => {
  faults = [];
  (await openWorld()).rebind({ faults: { report: (fault) => faults.push(fault) } });
});

const Row = row({
  pk: v.string(),
  sk: v.string(),
  color: known(["red", "blue"]),
  size: v.optional(v.number()),
  inner: v.optional(v.object({ text: readable(v.string()), count: readable(v.number()) })),
});
let made = 0;
const stored = (more: object) => ({ pk: `p${++made}`, sk: "#row", color: "red", ...more });
const reported = () => faults.map(({ attribute }) => attribute);

test("what a newer release added is passed over, and is no fault", () => {
  expect(read(Row, stored({ weight: 7, inner: { text: "a", more: 1 } }))).toMatchObject({ color: "red" });
  expect(faults).toEqual([]);
});

test("a value that a newer release introduced is unknown, and reported without the value", () => {
  const one = stored({ color: "green", size: 3 });
  expect(read(Row, one)).toMatchObject({ color: "unknown", size: 3 });
  expect(faults).toEqual([{ pk: one.pk, sk: "#row", attribute: "color" }]);
});

test("what is optional and cannot be read is missing, whole or as a field of it, and reported", () => {
  expect(read(Row, stored({ size: "large" }))).not.toHaveProperty("size");
  expect(read(Row, stored({ inner: { text: ["a"], count: 2 } }))?.inner).toEqual({ text: undefined, count: 2 });
  expect(reported()).toEqual(["size", "inner.text"]);
});

test("a row that lacks what it needs is left out of a list, refused alone, and reported", () => {
  const [whole, damaged] = [stored({}), { pk: `p${++made}`, sk: "#row" }];
  expect(readAll(Row, [damaged, whole])).toEqual([whole]);
  expect(() => readOnly(Row, damaged)).toThrow("can't read it");
  expect(new Set(reported())).toEqual(new Set(["color"]));
});

test("a key is reported whole, but for what people and teams are called", () => {
  const [organization, account] = [ID.create("organization"), ID.create("account")];
  const keys = [
    organizationKeys.organization(organization),
    kernelKeys.logged(organization, 7),
    teamKeys.teamName(organization, "Secret team"),
    searchKeys.found(organization, "l", "lovelace", account),
  ];
  for (const key of keys) reportFaults(key, ["name"]);
  expect(faults.map(({ sk }) => sk)).toEqual(["#org", "000000000007", "name#…", "…"]);
  expect(JSON.stringify(faults)).not.toMatch(/secret|lovelace/i);
});
