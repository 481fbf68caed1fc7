import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { depth } from "@muster/local/testing/random.ts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromAttributes, toAttributes } from "./attribute-values.ts";

const scalar = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.maxSafeInteger(),
  fc.double({ noDefaultInfinity: true, noNaN: true, min: -1e15, max: 1e15 }),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.uint8Array({ maxLength: 20 }),
  fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 4 }).map((members) => new Set(members)),
);
const { item } = fc.letrec<{ value: unknown; item: Record<string, unknown> }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie("value"), { maxLength: 4 }), tie("item")),
  item: fc.dictionary(
    fc.string().filter((name) => name !== "__proto__"),
    tie("value"),
    { maxKeys: 6, noNullPrototype: true },
  ),
}));

/** Returns a value as it is sent: the SDK's codec writes bytes as base64 later. */
const sent = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, one: unknown) => (one instanceof Uint8Array ? Buffer.from(one).toString("base64") : one)),
  );

describe("a row in DynamoDB's notation", () => {
  test("is what the SDK makes of it, and is read back as the SDK reads it", () => {
    fc.assert(
      fc.property(item, (row) => {
        const theirs = marshall(row, { removeUndefinedValues: true });
        const ours = toAttributes(row);
        expect(ours).toEqual(sent(theirs));
        expect(fromAttributes(ours)).toEqual(unmarshall(theirs));
      }),
      { numRuns: depth(150, 20_000) },
    );
  });

  test("has no attributes that are undefined, at any depth", () => {
    const row = { a: 1, none: undefined, deep: { none: undefined, list: [1, undefined, 2] } };
    expect(fromAttributes(toAttributes(row))).toEqual({ a: 1, deep: { list: [1, 2] } });
  });

  test("has its bytes as bytes of its own", () => {
    const bytes = Uint8Array.of(0, 127, 128, 255);
    const { data } = fromAttributes(toAttributes({ data: Buffer.from(bytes) }));
    expect(data).toStrictEqual(bytes);
    expect((data as Uint8Array).buffer.byteLength).toBe(4);
  });

  test("never changes the prototype of an item, whatever an attribute is named", () => {
    const row = JSON.parse('{"__proto__": {"admin": true}, "name": "Ada"}') as Record<string, unknown>;
    const read = fromAttributes(toAttributes(row));
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(read.admin).toBeUndefined();
    expect(Object.keys(read)).toEqual(["__proto__", "name"]);
  });

  test.each([
    ["an empty set", new Set()],
    ["a set of numbers", new Set([1])],
    ["a number that is not exact", 2 ** 53],
    ["no number", Number.NaN],
    ["infinity", Number.POSITIVE_INFINITY],
    ["a function", () => 1],
    ["a large integer", 1n],
    ["a date", new Date(0)],
    ["a map", new Map([["a", 1]])],
    ["a symbol", Symbol("a")],
  ])("cannot hold %s", (_, value) => {
    expect(() => toAttributes({ value })).toThrow(TypeError);
    expect(() => toAttributes({ deep: { list: [value] } })).toThrow(TypeError);
  });

  test("is not read if it holds a type that rows do not have", () => {
    expect(() => fromAttributes({ tags: { NS: ["1"] } as never })).toThrow("unknown type NS");
    expect(() => fromAttributes({ tags: {} })).toThrow(TypeError);
  });
});

test("maps and sets are read in one order, whatever order the table answers them in", () => {
  const inner = { c: { N: "1" }, a: { SS: ["y", "x"] }, b: { M: { z: { S: "1" }, d: { S: "2" } } } };
  const reversed = Object.fromEntries(Object.entries(inner).toReversed());
  const read = ({ data }: ReturnType<typeof fromAttributes>) => {
    const { a, ...rest } = data as { a: Set<string> };
    return JSON.stringify([[...a], rest]);
  };
  expect(read(fromAttributes({ data: { M: inner } }))).toBe('[["x","y"],{"b":{"d":"2","z":"1"},"c":1}]');
  expect(read(fromAttributes({ data: { M: reversed } }))).toBe(read(fromAttributes({ data: { M: inner } })));
});
