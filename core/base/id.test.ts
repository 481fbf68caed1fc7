import * as fc from "fast-check";
import * as v from "valibot";
import { expect, test } from "vitest";
import { bind } from "../kernel/ports.ts";
import * as ID from "./id.ts";

test("ids sort by creation time", () => {
  let at = Date.parse("2026-11-24T09:00:00Z");
  bind({ now: () => new Date(at) });
  const ids = Array.from({ length: 50 }, () => {
    at += 1;
    return ID.create("event");
  });
  bind({});
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(50);
});

test("ids keep their order when the clock steps back a little, and follow it again when it was wrong by more", () => {
  const start = Date.parse("2026-11-24T09:00:00Z");
  let at = 1;
  bind({ now: () => new Date(at) });
  ID.create("event");
  at = start;
  const first = ID.create("event");
  at = start - 59_000;
  expect(ID.create("event") > first).toBe(true);
  at = start + 400 * 86_400_000;
  ID.create("event");
  at = start + 1_000;
  expect(ID.madeAt(ID.create("event"))).toBe("2026-11-24T09:00:01.000Z");
  bind({});
});

test("the clock at 0 is no other time than itself, also for the ids after it", () => {
  const made = [0, Date.parse("2001-01-01T00:00:00Z")].map((ms) => {
    bind({ now: () => new Date(ms) });
    return ID.madeAt(ID.create("event"));
  });
  bind({});
  expect(made).toEqual(["1970-01-01T00:00:00.001Z", "2001-01-01T00:00:00.000Z"]);
});

test("two ids of the same millisecond differ", () => {
  bind({ now: () => new Date(0) });
  expect(ID.create("account")).not.toBe(ID.create("account"));
  bind({});
});

test("a derived id depends on the whole text and nothing else", () => {
  const property = fc.property(fc.string(), fc.string(), (one, other) => {
    expect(ID.derive("address", one) === ID.derive("address", other)).toBe(one === other);
    expect(ID.is("address", ID.derive("address", one))).toBe(true);
  });
  fc.assert(property);
});

test("a derived id never changes, because rows are looked up by it", () => {
  expect(ID.derive("address", "ada@example.com")).toBe("adr_5NZJ2YANTNZ7GD0C511AT456VB");
  expect(ID.derive("session", "")).toBe("ses_73P324567W3GA9NYZMS2CPZE94");
});

test("every noun has its own prefix, and accepts no other noun's ids", () => {
  const nouns = Object.keys(ID.prefixes) as ID.Noun[];
  expect(new Set(Object.values(ID.prefixes)).size).toBe(nouns.length);
  for (const noun of nouns) {
    const id = ID.create(noun);
    expect(nouns.filter((other) => ID.is(other, id))).toEqual([noun]);
    expect(nouns.filter((other) => v.is(ID.schema(other), id))).toEqual([noun]);
  }
});

test("something that almost looks like an id is not one", () => {
  const id = ID.create("account");
  const near = [
    id.toLowerCase(),
    ` ${id}`,
    `${id} `,
    `${id}\n`,
    id.slice(0, -1),
    `${id}0`,
    id.slice(4),
    `org_${id.slice(4)}`,
    id.replace(/.$/, "I"),
    id.replace(/.$/, "U"),
    id.replace(/_./, "_8"),
    `${id}#out`,
    "",
    "acc_",
    null,
    undefined,
    7,
  ];
  expect(near.filter((text) => ID.is("account", text))).toEqual([]);
  expect(near.filter((text) => v.is(ID.schema("account"), text))).toEqual([]);
});

test.each([
  ["organization", "Expected the id of an organization."],
  ["update", "Expected the id of an update."],
  ["userCode", "Expected the id of a userCode."],
] as const)("a failure about an id names its noun: %s", (noun, message) => {
  expect(v.safeParse(ID.schema(noun), "acme").issues?.[0]?.message).toBe(message);
});
