import { expect, test } from "vitest";
import { kinds } from "../notification/shape.ts";
import { isKnown, written } from "./notifications.ts";

const writing = { name: (text: string) => text, domain: (text: string) => text, day: (at: string) => at.slice(0, 10) };
const said = { subject: "Acme", at: "2026-12-01T09:00:00.000Z" };

test.each(kinds)("a notification of %s is whole sentences, whatever is missing", (kind) => {
  const { title, sentences, because } = written({ ...said, kind }, writing);
  expect(title).toMatch(/^[\p{Lu}\d].*[^.]$/u);
  for (const sentence of sentences) expect(sentence).toMatch(/^\p{Lu}.*[.?]$/u);
  expect(sentences).not.toHaveLength(0);
  expect([title, ...sentences, because].join(" ")).not.toMatch(/undefined|null|NaN|\s\s/);
});

test("a kind of a newer release has no message", () => {
  expect([isKnown("organization.created"), isKnown("organization.unheard_of"), isKnown("toString")]).toEqual([
    true,
    false,
    false,
  ]);
});
