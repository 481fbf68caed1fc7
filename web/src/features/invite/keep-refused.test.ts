import { expect, test } from "vitest";
import type { Reviewed } from "#lib/people.ts";
import { keepRefused } from "./keep-refused.ts";

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
