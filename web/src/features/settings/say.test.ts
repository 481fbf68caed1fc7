import { fieldKeys } from "@muster/settings/fields.ts";
import { expect, test } from "vitest";
import { merge } from "#lib/merge.ts";
import { fieldsOn, groupsOf, joinSays, openAfter, problemOf, sayText, toChanges, toSays } from "./say.ts";

test("every setting stands on a tab, once, under its heading", () => {
  const tabs = ["features", "models", "sources", "websites"] as const;
  expect(new Set(tabs.flatMap(fieldsOn))).toEqual(new Set(fieldKeys));
  for (const tab of tabs) {
    const listed = groupsOf(fieldsOn(tab)).flatMap(([, fields]) => fields);
    expect(listed.toSorted()).toEqual(fieldsOn(tab).toSorted());
    expect(new Set(listed).size).toBe(listed.length);
  }
  expect(fieldsOn("models")).toContain("models.isRestricted");
  expect(fieldsOn("features")).toContain("models.isRestricted");
});

test("a layer becomes a form and its changes become a request", () => {
  const keys = ["features.telemetry", "features.processing"] as const;
  const says = toSays(keys, { "features.telemetry": { value: true, isLocked: true } }, ["features.processing"]);
  expect(says).toEqual({
    "features.telemetry": { value: true, isLocked: true, isOpen: false },
    "features.processing": { isLocked: false, isOpen: true },
  });
  const changed = {
    "features.telemetry": { isLocked: false, isOpen: false },
    "features.processing": { value: false, isLocked: true, isOpen: true },
  };
  expect(toChanges(changed, {})).toEqual({
    "features.telemetry": null,
    "features.processing": { value: false, isLocked: true },
  });
  expect(openAfter(["features.processing"], changed)).toBeUndefined();
  expect(openAfter([], changed)).toEqual(["features.processing"]);
  expect(openAfter(["features.telemetry", "websites.denied"], changed)).toEqual([
    "features.processing",
    "websites.denied",
  ]);
});

test("of a list that is known, what comes and goes is sent", () => {
  const say = (value: string[]) => ({ "websites.denied": { value, isLocked: false, isOpen: false } });
  const saved = { "websites.denied": { value: ["a.com", "b.com"], isLocked: true } };
  expect(toChanges(say(["c.com", "a.com"]), saved)).toEqual({
    "websites.denied": { add: ["c.com"], remove: ["b.com"], isLocked: false },
  });
  expect(toChanges(say(["a.com", "b.com"]), saved)).toEqual({ "websites.denied": { isLocked: false } });
  expect(toChanges(say(["a.com"]), {})).toEqual({ "websites.denied": { value: ["a.com"], isLocked: false } });
});

test("two sides of a conflict are told in words", () => {
  expect(sayText("features.telemetry", { isLocked: false, isOpen: false })).toBe("Inherited");
  expect(sayText("features.telemetry", { value: false, isLocked: true, isOpen: true })).toBe(
    "Off, locked, teams may override",
  );
  expect(sayText("websites.denied", { value: ["a.com", "b.com"], isLocked: false, isOpen: false })).toBe(
    "2 websites: a.com, b.com",
  );
});

test("a version that is none is not sent", () => {
  const say = (value: unknown) => ({ value, isLocked: false, isOpen: false });
  expect(problemOf("features.minimumClientVersion", say("2.10"))).toMatch(/three numbers/);
  expect(problemOf("features.minimumClientVersion", say("2.10.0"))).toBeUndefined();
  expect(problemOf("features.minimumClientVersion", say(undefined))).toBeUndefined();
});

test("two people change a list at once, and both get what they changed", () => {
  const say = (value: unknown, more = {}) => ({ value, isLocked: false, isOpen: false, ...more });
  const sides = {
    base: { list: say(["a", "b", "c"]) },
    mine: { list: say(["x", "a", "b"]) },
    theirs: { list: say(["b", "c", "y"]) },
  };
  expect(merge(sides, joinSays)).toEqual({ values: { list: say(["x", "b", "y"]) }, disputes: [], taken: ["list"] });
  expect(merge({ ...sides, theirs: { list: say(["b"], { isLocked: true }) } }, joinSays).disputes).toHaveLength(1);
  expect(merge({ ...sides, theirs: { list: say(undefined) } }, joinSays).disputes).toHaveLength(1);
  expect(
    merge({ base: { on: say(true) }, mine: { on: say(false) }, theirs: { on: say(0) } }, joinSays).disputes,
  ).toHaveLength(1);
});
