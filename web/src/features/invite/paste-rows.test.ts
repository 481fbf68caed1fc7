import { expect, test } from "vitest";
import { readPaste } from "./paste-rows.ts";

test("addresses become rows, with the names that belong to them", () => {
  expect(readPaste("Bob Smith <bob@example.com>, cleo@example.com").rows).toEqual([
    { email: "bob@example.com", role: "read", name: "Bob Smith" },
    { email: "cleo@example.com", role: "read" },
  ]);
});

test("what should have been an address becomes a row as it stands, for a person to mend", () => {
  const { rows, note } = readPaste("bob@example.com; cleo@example; bob@example.com");
  expect(rows.map(({ email }) => email)).toEqual(["bob@example.com", "cleo@example"]);
  expect(note).toBe("1 duplicate is left out, 1 is no address yet");
});

test("words without an address are no rows", () => {
  expect(readPaste("Nobody in particular")).toEqual({ rows: [], note: "" });
});
