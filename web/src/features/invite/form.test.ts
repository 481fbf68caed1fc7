import * as v from "valibot";
import { expect, test } from "vitest";
import { emptyDraft, InviteForm, invitees, maxRows, type Row } from "./form.ts";

const row = (email: string): Row => ({ email, role: "read" });
const judge = (rows: Row[]) =>
  v.safeParse(InviteForm, { ...emptyDraft, rows }).issues?.map(({ message }) => message) ?? [];

test("empty rows are left out, and input is sent without surrounding spaces", () => {
  const rows = [row(" ada@example.com "), row("  "), { ...row("bob@example.com"), name: "Bob" }];
  expect(invitees({ rows, teams: [] })).toEqual([
    { email: "ada@example.com", role: "read" },
    { email: "bob@example.com", role: "read", name: "Bob" },
  ]);
  expect(invitees({ rows: rows.slice(0, 1), teams: [{ id: "team_1", name: "Design" }] })).toEqual([
    { email: "ada@example.com", role: "read", teams: ["team_1"] },
  ]);
});

test("at least one person must be invited, and no more than a request allows", () => {
  expect(judge([row(" ")])).toEqual(["Enter an address."]);
  const full = Array.from({ length: maxRows }, (_, index) => row(`p${index}@example.com`));
  expect([judge([...full, row("")]), judge([...full, row("one@more.example")]).length]).toEqual([[], 1]);
});
