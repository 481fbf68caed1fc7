import * as fc from "fast-check";
import * as v from "valibot";
import { expect, test } from "vitest";
import { Failure } from "./failure.ts";
import * as ID from "./id.ts";
import { parse } from "./valid.ts";

const schema = v.strictObject({
  name: v.pipe(v.string(), v.maxLength(5)),
  age: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  kind: v.optional(v.picklist(["a", "b"])),
  id: v.optional(ID.schema("account")),
  deep: v.optional(v.strictObject({ list: v.array(v.strictObject({ on: v.boolean() })) })),
  either: v.optional(v.variant("kind", [v.strictObject({ kind: v.literal("x") })])),
  map: v.optional(v.record(v.pipe(v.string(), v.maxLength(3)), v.number())),
  mail: v.optional(v.pipe(v.string(), v.email())),
  sure: v.optional(
    v.pipe(
      v.string(),
      v.check((text) => text !== "no", "Say yes."),
    ),
  ),
});

function fields(raw: unknown): Record<string, string> {
  try {
    parse(schema, raw);
    return {};
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "input.invalid") throw error;
    return Object.fromEntries((error.fields ?? []).map(({ path, message }) => [path, message]));
  }
}

test("valid input is returned, parsed", () => {
  expect(parse(schema, { name: "Ada" })).toEqual({ name: "Ada" });
});

test("each invalid field is named by its path, in our own words", () => {
  expect(fields({ name: 7, age: "x", kind: "c", id: "acc_1", sure: "no" })).toEqual({
    name: "Expected a text.",
    age: "Expected a number.",
    kind: "This is not one of the choices.",
    id: "Expected the id of an account.",
    sure: "Say yes.",
  });
  expect(fields({})).toEqual({ name: "This field is required." });
  expect(fields({ name: "Ada", extra: 1 })).toEqual({ extra: "Unknown field." });
  expect(fields({ name: "Ada", deep: { list: [{ on: true }, { on: "yes" }, {}] } })).toEqual({
    "deep.list.1.on": "Expected true or false.",
    "deep.list.2.on": "This field is required.",
  });
  expect(fields("text")).toEqual({ "": "Expected an object." });
  expect(fields(undefined)).toEqual({ "": "This field is required." });
});

test("the name of an unknown field is not repeated unless it looks like a name", () => {
  const name = "<img src=x onerror=alert(1)>";
  expect(fields({ name: "Ada", [name]: 1 })).toEqual({ "": "Unknown field." });
  expect(fields({ name: "Ada", deep: { list: [], [name]: 1 } })).toEqual({ deep: "Unknown field." });
  expect(fields({ name: "Ada", deep: { list: [], AKIA0123456789ABCDEF: 1 } })).toEqual({ deep: "Unknown field." });
});

test("no message repeats anything from the input", () => {
  const secret = "hunter2-hunter2";
  const raws = [
    { name: secret },
    { name: "Ada", age: secret, kind: secret, id: secret, mail: secret, sure: "no" },
    { name: "Ada", deep: secret, either: { kind: secret }, map: { a: secret } },
    { name: "Ada", deep: { list: [secret, { on: secret, [`${secret}!`]: 1 }] }, map: { [secret]: 1 } },
    secret,
    [secret],
  ];
  for (const raw of raws) {
    const said = fields(raw);
    expect(Object.keys(said).length).toBeGreaterThan(0);
    expect(JSON.stringify(Object.values(said))).not.toContain(secret);
  }
});

test("for any input, the failure is ours and reveals no values", () => {
  const strange = fc.anything({ maxDepth: 3, withNullPrototype: true, withBigInt: true });
  const property = fc.property(
    fc.dictionary(fc.constantFrom("name", "age", "kind", "deep", "map", "other"), strange),
    (raw) => {
      for (const message of Object.values(fields(raw))) expect(message).not.toMatch(/received|Invalid/);
    },
  );
  fc.assert(property, { numRuns: 300 });
});
