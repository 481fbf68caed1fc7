import { expect, test } from "vitest";
import { problemOf, toChanges, toValues } from "#features/settings/values.ts";
import { changedFields, isAlike, merge, resolutionOf } from "./merge.ts";

test.each([
  ["nobody changed", { base: "a", mine: "a", theirs: "a" }, "kept"],
  ["only I changed", { base: "a", mine: "b", theirs: "a" }, "kept"],
  ["only they changed", { base: "a", mine: "a", theirs: "b" }, "taken"],
  ["only they cleared", { base: "a", mine: "a", theirs: "" }, "taken"],
  ["both changed equally", { base: "a", mine: "b", theirs: "b" }, "kept"],
  ["both changed", { base: "a", mine: "b", theirs: "c" }, "disputed"],
  ["I changed and they cleared", { base: "a", mine: "b", theirs: "" }, "disputed"],
  ["both filled", { base: "", mine: "b", theirs: "c" }, "disputed"],
] as const)("a field that %s", (_, sides, mailStatus) => {
  expect(resolutionOf(sides)).toBe(mailStatus);
});

test("settings are merged field by field, without losing anybody's changes", () => {
  const at = (name: string, contact: object, address: object) =>
    toValues({ name, contact, address, singleSignOn: {}, updates: {}, revision: 1 });
  const base = at("Acme", { email: "a@example.com" }, { city: "Bern" });
  const mine = at("Mine", { email: "a@example.com", phone: "12345" }, { city: "Basel" });
  const theirs = at("Theirs", { email: "b@example.com" }, { city: "Basel" });
  const before = structuredClone(mine);
  expect(merge({ base, mine, theirs })).toEqual({
    values: at("Mine", { email: "b@example.com", phone: "12345" }, { city: "Basel" }),
    disputes: [{ field: "name", mine: "Mine", theirs: "Theirs" }],
    taken: ["contact.email"],
  });
  expect(mine).toEqual(before);
  expect(changedFields(base, mine)).toEqual(["name", "contact.phone", "address.city"]);
});

test.each([
  [{ list: ["a", "b"], isLocked: false }, { list: ["a", "b"], isLocked: false }, true],
  [{ list: ["a", "b"] }, { list: ["b", "a"] }, false],
  [{ list: ["a"] }, { list: ["a", "b"] }, false],
  [{ value: undefined }, {}, false],
  [["a"], { 0: "a" }, false],
  [null, {}, false],
])("%j and %j are alike: %s", (one, other, expected) => {
  expect(isAlike(one, other)).toBe(expected);
  expect(isAlike(other, one)).toBe(expected);
});

test("a field of the general settings is checked and sent as the API knows it", () => {
  expect(problemOf("contact.email", "nobody")).toMatch(/email address/);
  expect(problemOf("contact.email", " ")).toBeUndefined();
  expect(problemOf("name", " ")).toBeDefined();
  expect(problemOf("singleSignOn.issuer", "http://acme.okta.com")).toMatch(/https/);
  const issuer = "https://acme.okta.com";
  const changed = {
    name: " Acme ",
    "contact.email": "Ada@Example.com",
    "address.city": " ",
    "singleSignOn.issuer": issuer,
  };
  expect(toChanges(changed)).toEqual({
    name: "Acme",
    contact: { email: "ada@example.com" },
    address: { city: null },
    singleSignOn: { issuer },
    updates: {},
  });
});
