import { describe, expect, test } from "vitest";
import type { KnownRole } from "#lib/api.ts";
import { readPaste } from "./paste-rows.ts";

const admins: KnownRole[] = ["read", "write", "admin"];
const pasted = (text: string) => readPaste(text, admins);

test("addresses become rows, with the names that belong to them", () => {
  expect(pasted("Bob Smith <bob@example.com>, cleo@example.com").rows).toEqual([
    { email: "bob@example.com", name: "Bob Smith" },
    { email: "cleo@example.com" },
  ]);
});

test("an invalid address becomes a row, unchanged, for a person to fix", () => {
  const { rows, note } = pasted("bob@example.com; cleo@example; bob@example.com");
  expect(rows.map(({ email }) => email)).toEqual(["bob@example.com", "cleo@example"]);
  expect(note).toBe("1 duplicate is left out, 1 is not a valid address");
});

describe("a role", () => {
  test("comes with its address", () => {
    expect(pasted("bob@example.com admin\ncleo@example.com").rows).toEqual([
      { email: "bob@example.com", role: "admin" },
      { email: "cleo@example.com" },
    ]);
  });

  test("that is unknown, or that the sender may not grant, gets a remark and is not granted", () => {
    const { rows, note } = pasted("bob@example.com boss\ncleo@example.com owner");
    expect(rows).toEqual([
      { email: "bob@example.com", remark: "“boss” isn’t a role. Check this person’s role." },
      { email: "cleo@example.com", remark: "You can’t invite someone as Owner. Check this person’s role." },
    ]);
    expect(note).toBe("2 roles to check");
  });

  test("of a line with several addresses is the last one's, and is asked about for the others", () => {
    const { rows, note } = pasted("ada@example.com, bob@example.com admin");
    expect(rows).toEqual([
      { email: "ada@example.com", remark: "“admin” is on the same line. Check this person’s role." },
      { email: "bob@example.com", role: "admin" },
    ]);
    expect(note).toBe("1 role to check");
  });
});

test("lines without an address are not rows, and are returned", () => {
  expect(pasted("Nobody in particular\nbob@example.com")).toEqual({
    rows: [{ email: "bob@example.com" }],
    rest: ["Nobody in particular"],
    note: "",
  });
});
