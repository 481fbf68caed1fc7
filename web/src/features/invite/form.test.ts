import { maxRows } from "@muster/core/invitation/limits.ts";
import * as v from "valibot";
import { expect, test } from "vitest";
import type { Reviewed } from "#lib/people.ts";
import { emptyDraft, InviteForm, invitees, keepRefused, type Row } from "./form.ts";

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

const of = (...labels: Reviewed["label"][]) =>
  labels.map((label, n): Reviewed => ({ email: `${n}@example.com`, label, message: label }));

test("after seats are added, only what was ready or had no seat is sent", () => {
  const before = of("ready", "no_seat", "unknown_team", "invalid_email", "already_member");
  const found = of("ready", "ready", "ready", "invalid_email", "ready");
  expect(keepRefused(before, found).map(({ label }) => label)).toEqual([
    "ready",
    "ready",
    "unknown_team",
    "invalid_email",
    "already_member",
  ]);
});

test("what is refused since is not sent", () => {
  expect(keepRefused(of("ready", "no_seat"), of("already_invited", "no_seat")).map(({ label }) => label)).toEqual([
    "already_invited",
    "no_seat",
  ]);
});
