import { createCipheriv, randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { create } from "../base/id.ts";
import { Unreadable } from "../kernel/keys-port.ts";
import { aadOf, type Place } from "./envelope.ts";
import { open } from "./open.ts";
import { seal } from "./seal.ts";

const key = randomBytes(32);
const place: Place = {
  organization: create("organization"),
  kind: "openai",
  id: create("secret"),
  version: 3,
  dataKey: create("dataKey"),
};
const text = '{"key":"sk-proj-EXAMPLE"}';

test("a text opens in its own place, and nothing of it shows", () => {
  const sealed = seal(key, place, text);
  expect(open(key, place, sealed)).toBe(text);
  expect(Buffer.from(sealed, "base64url")).toHaveLength(Buffer.byteLength(text) + 29);
  expect(Buffer.from(sealed, "base64url").includes("EXAMPLE")).toBe(false);
  expect(seal(key, place, text)).not.toBe(sealed);
});

test("any text comes back as it was", () => {
  const property = fc.property(fc.string({ unit: "grapheme", maxLength: 3_000 }), (one) => {
    expect(open(key, place, seal(key, place, one))).toBe(one);
  });
  fc.assert(property, { numRuns: 200 });
});

describe("a sealed text is refused", () => {
  const others: { [K in keyof Place]: Place[K] } = {
    organization: create("organization"),
    kind: "anthropic",
    id: create("secret"),
    version: 2,
    dataKey: create("dataKey"),
  };

  test.each(Object.keys(others) as (keyof Place)[])("under another %s", (part) => {
    const sealed = seal(key, place, text);
    expect(() => open(key, { ...place, [part]: others[part] }, sealed)).toThrow(Unreadable);
    expect(aadOf({ ...place, [part]: others[part] })).not.toEqual(aadOf(place));
  });

  test("by another key", () => {
    expect(() => open(randomBytes(32), place, seal(key, place, text))).toThrow(Unreadable);
  });

  test("when it is cut anywhere, at either end", () => {
    const sealed = Buffer.from(seal(key, place, text), "base64url");
    for (let cut = 1; cut <= sealed.length; cut++) {
      expect(() => open(key, place, sealed.subarray(0, -cut).toString("base64url"))).toThrow(Unreadable);
      expect(() => open(key, place, sealed.subarray(cut).toString("base64url"))).toThrow(Unreadable);
    }
  });

  test("when any of its bits is another", () => {
    const sealed = Buffer.from(seal(key, place, text), "base64url");
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => open(key, place, changed.toString("base64url"))).toThrow(Unreadable);
    }
  });

  test("without what says where it belongs", () => {
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, iv);
    const bytes = Buffer.concat([cipher.update(text), cipher.final()]);
    const sealed = Buffer.concat([Buffer.of(1), iv, bytes, cipher.getAuthTag()]).toString("base64url");
    expect(() => open(key, place, sealed)).toThrow(Unreadable);
  });

  test.each(["", "AQ", "not sealed at all", text])("that is none: %s", (other) => {
    expect(() => open(key, place, other)).toThrow(Unreadable);
  });
});
