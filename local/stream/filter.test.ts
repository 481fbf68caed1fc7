import { filters } from "@muster/functions/stream/filters.ts";
import { expect, test } from "vitest";
import { matchesAny } from "./filter.ts";

const { follow, view } = filters;
const inserted = (stream?: string) => ({
  eventName: "INSERT",
  dynamodb: { NewImage: { pk: { S: "org_1" }, ...(stream && { stream: { S: stream } }) } },
});

test("one value of a list is enough, and every name must match", () => {
  expect(matchesAny(inserted("out"), follow)).toBe(true);
  expect(matchesAny(inserted("log"), follow)).toBe(true);
  expect(matchesAny(inserted("view"), follow)).toBe(false);
  expect(matchesAny({ ...inserted("out"), eventName: "MODIFY" }, follow)).toBe(false);
});

test("a row without the attribute, or without the image, matches nothing", () => {
  expect(matchesAny(inserted(), follow)).toBe(false);
  expect(matchesAny({ eventName: "REMOVE", dynamodb: {} }, [...follow, ...view])).toBe(false);
});

test("every pattern asks for the attribute without which the engine's file keeps no record", () => {
  const asked = [...follow, ...view].map(({ dynamodb }) => Object.values(dynamodb).flatMap(Object.keys));
  expect(asked).toEqual([["stream"], ["stream"], ["stream"], ["stream"]]);
});

test("one of several patterns is enough", () => {
  expect(matchesAny({ ...inserted("view"), eventName: "MODIFY" }, view)).toBe(true);
  const removed = { eventName: "REMOVE", dynamodb: { OldImage: { stream: { S: "view" } } } };
  expect(matchesAny(removed, view)).toBe(true);
  expect(matchesAny({ ...removed, eventName: "MODIFY" }, view)).toBe(false);
});

test("a value of another type does not match", () => {
  expect(
    matchesAny({ dynamodb: { NewImage: { stream: { N: "1" } } } }, [
      { dynamodb: { NewImage: { stream: { N: [1] } } } },
    ]),
  ).toBe(false);
});

test("one value of a list in the record is enough", () => {
  const pattern = [{ tags: { set: ["a", "b"] } }];
  expect(matchesAny({ tags: { set: ["x", "b"] } }, pattern)).toBe(true);
  expect(matchesAny({ tags: { set: ["x"] } }, pattern)).toBe(false);
  expect(matchesAny({ tags: { set: [] } }, pattern)).toBe(false);
});

test("a wildcard matches anything, and every other character itself", () => {
  const key = [{ key: [{ wildcard: "imports/*.csv" }, "exactly"] }];
  const matching = ["imports/a.csv", "imports/a/b.csv", "imports/.csv", "imports/a\n.csv.csv", "exactly"];
  const others = ["imports/acsv", "imports/a.csv.gz", "x/imports/a.csv", "imports/a.CSV", "imports/", 1, undefined];
  expect(matching.filter((each) => !matchesAny({ key: each }, key))).toEqual([]);
  expect(others.filter((each) => matchesAny({ key: each }, key))).toEqual([]);
});
