import { describe, expect, test } from "vitest";
import { type Part, parseStored, partOf } from "./secret-shape.ts";

const pepper = "p".repeat(32);
const key = "sk_live_1";

describe("the stored secrets", () => {
  test("are read part by part, and an invalid one does not affect the others", () => {
    const stored = parseStored(
      JSON.stringify({ pepper, origin: 7, stripe: { key, webhooks: ["whsec_1", "whsec_2"] } }),
    );
    expect(partOf(stored, "pepper")).toBe(pepper);
    expect(partOf(stored, "stripe")).toEqual({ key, webhooks: ["whsec_1", "whsec_2"] });
    expect(() => partOf(stored, "origin")).toThrow("MUSTER secrets: the origin is not a text.");
  });

  test("need no origin, no Stripe, and no webhooks", () => {
    const stored = parseStored(JSON.stringify({ stripe: { key: "rk_live_1" } }));
    expect(partOf(stored, "origin")).toBeUndefined();
    expect(partOf(stored, "stripe")).toEqual({ key: "rk_live_1", webhooks: [] });
    expect(partOf({}, "stripe")).toBeUndefined();
  });

  test.each(["", "hunter2hunter2"])("are JSON, which %j is not, in words that do not repeat it", (json) => {
    expect(() => parseStored(json)).toThrow(new Error("The secrets of Muster are not JSON."));
  });

  test.each(["null", "7", "[]"])("are an object, which %s is not", (json) => {
    expect(() => parseStored(json)).toThrow(new Error("MUSTER secrets: they must be an object."));
  });

  test.each<[Part, unknown, string]>([
    ["pepper", "hunter2hunter2", "MUSTER secrets: the pepper needs at least 32 characters."],
    ["pepper", undefined, "MUSTER secrets: the pepper is not a text."],
    ["pepper", 7, "MUSTER secrets: the pepper is not a text."],
    ["origin", 7, "MUSTER secrets: the origin is not a text."],
    ["stripe", { key: "pk_live_1" }, "MUSTER secrets: stripe's key is a secret key, sk_…, or a restricted one, rk_…."],
    ["stripe", {}, "MUSTER secrets: stripe must be an object with a key."],
    ["stripe", key, "MUSTER secrets: stripe must be an object with a key."],
    ["stripe", { key, webhooks: ["secret"] }, "MUSTER secrets: each of stripe's webhooks is whsec_…."],
    [
      "stripe",
      { key, webhooks: "whsec_1" },
      "MUSTER secrets: stripe's webhooks are a list of the signing secrets that are valid.",
    ],
  ])("%s: %o is refused, in words that do not repeat it", (part, value, sentence) => {
    expect(() => partOf({ [part]: value }, part)).toThrow(new Error(sentence));
  });
});
