import { countries, Region } from "@muster/core/setting/shape.ts";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { stateOptions } from "./values.ts";

const valuesOf = (country: string, value = "") => stateOptions(country, value)?.map((option) => option.value);
const listed = countries.filter((country) => stateOptions(country, "") !== undefined);

describe("the states of a country", () => {
  test("are a list in the countries that name one in addresses, and nowhere else", () => {
    expect(listed).toEqual(["AR", "AU", "BR", "CA", "IN", "JP", "MX", "MY", "US"]);
    expect(["", "DE", "toString"].map((country) => stateOptions(country, ""))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test.each(listed)("of %s are in order, each once, and can be saved", (country) => {
    const [none, ...states] = valuesOf(country) ?? [];
    expect(none).toBe("");
    expect(states.length).toBeGreaterThan(7);
    expect([...new Set(states)].toSorted((one, other) => one.localeCompare(other, "en"))).toEqual(states);
    expect(states.filter((state) => !v.is(Region, state))).toEqual([]);
  });

  test("include a saved one that is not in the list, so that it is shown and stays", () => {
    expect(valuesOf("AU", "NSW")?.slice(0, 3)).toEqual(["", "NSW", "Australian Capital Territory"]);
    expect(valuesOf("AU", "Victoria")).toEqual(valuesOf("AU"));
  });
});
