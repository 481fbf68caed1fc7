import { Email, PersonName } from "@muster/core/account/shape.ts";
import * as v from "valibot";
import { expect, test } from "vitest";
import { regions } from "./names.ts";
import { inventPeople, nameFrom, seeded } from "./people.ts";

const fold = (name: string) => name.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();

test("many people have unique addresses, and names that Muster accepts", () => {
  const nextPerson = inventPeople(seeded(1), ["ada.lind@example.com"]);
  const people = Array.from({ length: 20_000 }, nextPerson);
  expect(new Set(people.map(({ email }) => email)).size).toBe(20_000);
  expect(new Set(people.map(({ name }) => name)).size).toBeGreaterThan(12_000);
  expect(people.filter(({ email }) => !v.is(Email, email) || email === "ada.lind@example.com")).toEqual([]);
  expect(people.filter(({ name }) => !v.is(PersonName, name))).toEqual([]);
});

test("the same seed makes the same people, another one makes others", () => {
  const [one, same, other] = [7, 7, 8].map((seed) => Array.from({ length: 20 }, inventPeople(seeded(seed))));
  expect(same).toEqual(one);
  expect(other).not.toEqual(one);
});

test("an address matches its owner's name, except for accents and special letters", () => {
  expect(nameFrom("ada.m.lind@example.com")).toBe("Ada M Lind");
  const nextPerson = inventPeople(seeded(2));
  const plain = Array.from({ length: 500 }, nextPerson).filter(({ name }) => /^[\x20-\x7f]*$/.test(name));
  expect(plain.length).toBeGreaterThan(200);
  for (const { name, email } of plain) expect(fold(nameFrom(email))).toBe(fold(name));
});

test("there are hundreds of names, none twice in its region", () => {
  for (const { given, family } of regions) {
    expect(new Set(given).size).toBe(given.length);
    expect(new Set(family).size).toBe(family.length);
  }
  expect(new Set(regions.flatMap(({ given }) => given)).size).toBeGreaterThan(300);
  expect(new Set(regions.flatMap(({ family }) => family)).size).toBeGreaterThan(300);
});
