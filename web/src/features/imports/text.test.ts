import { outcomes, retryable } from "@muster/core/import/outcome.ts";
import { expect, test } from "vitest";
import type { Import } from "#lib/imports.ts";
import { aheadOf, mailProblems, paceOf, paceOfAll } from "./progress.ts";
import {
  countsOf,
  endedText,
  groupsOf,
  leftIn,
  lookOf,
  outcomeNames,
  outcomeText,
  retryText,
  rolesText,
  sizeText,
  stateOf,
} from "./text.ts";

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 24, 12) + seconds * 1000).toISOString();
const now = (seconds: number) => Date.parse(at(seconds));

const noMails = { delivered: 0, bounced: 0, complained: 0, unconfirmed: 0, suppressed: 0, failed: 0, ended: 0 };
const mailsOf = (more: Partial<Import["mails"]>) => ({ ...noMails, state: "none" as const, sent: 0, left: 0, ...more });

function importOf(more: Partial<Import>): Import {
  return {
    id: "imp_1",
    state: "done",
    via: "dashboard",
    fileName: "people.csv",
    lifetimeDays: 7,
    pass: 1,
    rows: 0,
    counts: {},
    retryable: 0,
    mails: mailsOf({}),
    reported: true,
    createdAt: at(0),
    ...more,
  };
}

test("what words of the file count as is said", () => {
  const roles = [
    { word: "User", role: "read" as const },
    { word: "Org admin", role: "admin" as const },
  ];
  expect(rolesText({ roles })).toBe("Roles as chosen: “User” → Read, “Org admin” → Admin.");
  expect(rolesText({})).toBeUndefined();
});

test("every outcome of a row has words, and the retryable ones are those of a retry", () => {
  expect(outcomeNames.toSorted()).toEqual(Object.keys(outcomes).toSorted());
  const later = outcomeNames.filter((name) => outcomeText[name].group === "later");
  expect(later.toSorted()).toEqual([...retryable].toSorted());
});

test("counts are listed in one order, grouped and separate, without zeros", () => {
  const counts = { invalid_email: 2, invited: 5, no_seat: 1, unknown_role: 3, duplicate: 0 };
  expect(countsOf({ counts }).map(({ outcome }) => outcome)).toEqual([
    "invited",
    "no_seat",
    "invalid_email",
    "unknown_role",
  ]);
  expect(groupsOf({ counts })).toEqual([
    { group: "invited", count: 5 },
    { group: "later", count: 1 },
    { group: "wrong", count: 5 },
  ]);
  expect(leftIn({ rows: 11, counts })).toBe(6);
});

test.each([
  ["Running", "accent", { state: "running" }],
  ["Retrying", "accent", { state: "running", pass: 2 }],
  ["Stopping", "neutral", { state: "running", pass: 2, reason: "canceled" }],
  ["Canceled", "neutral", { state: "canceled", reason: "canceled" }],
  ["Failed", "danger", { state: "failed", reason: "not_text" }],
  ["Already importing", "neutral", { state: "failed", reason: "repeated" }],
  ["Unknown", "neutral", { state: "unknown" }],
] as const)("an import is %s", (label, tone, more) => {
  expect(stateOf(importOf(more))).toMatchObject({ label, tone });
});

test("a row with an outcome of a newer release has a look of its own", () => {
  const looks = ["unknown", "invited", "no_seat"] as const;
  expect(new Set(looks.map((outcome) => lookOf({ outcome }).text)).size).toBe(3);
});

test("invitations that have ended since are told by how they ended, if there are any", () => {
  expect(endedText({}, String)).toBeUndefined();
  expect(endedText({ ended: { declined: 0, revoked: 1, expired: 0 } }, String)).toMatch(
    /^1 of its invitations has ended since: 1 revoked\. /,
  );
  expect(endedText({ ended: { declined: 2, revoked: 0, expired: 30 } }, String)).toMatch(
    /^32 of its invitations have ended since: 2 declined, 30 expired\. /,
  );
});

test("a retry says what its rows lacked, if they all lacked the same", () => {
  expect(retryText({ counts: { no_seat: 1 }, retryable: 1 }, "1")).toBe("Retry the 1 row without a seat");
  expect(retryText({ counts: { no_seat: 12 }, retryable: 12 }, "12")).toBe("Retry the 12 rows without a seat");
  expect(retryText({ counts: { no_seat: 1, canceled: 2 }, retryable: 3 }, "3")).toBe("Retry 3 rows");
});

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1_536, "1.5 KB"],
  [412_300, "403 KB"],
  [38_400_000, "37 MB"],
])("%d bytes are %s", (bytes, words) => {
  expect(sizeText(bytes, String)).toBe(words);
});

test("an import is polled less and less often as it progresses, and not at all once it cannot change", () => {
  const running = importOf({ state: "running", startedAt: at(0) });
  expect([5, 60, 600, 6_000].map((seconds) => paceOf(running, now(seconds)))).toEqual([1_000, 2_000, 5_000, 15_000]);
  const expected = importOf({ state: "waiting_for_file" });
  expect([5, 60, 6_000].map((seconds) => paceOf(expected, now(seconds)))).toEqual([1_000, 5_000, 15_000]);
  const ended = importOf({ startedAt: at(0), endedAt: at(50), reported: false, counts: { invited: 2 } });
  expect(paceOf(ended, now(55))).toBe(1_000);
  expect(paceOf({ ...ended, reported: true }, now(55))).toBe(5_000);
  expect(paceOf({ ...ended, reported: true }, now(85))).toBe(false);
  const sending = { ...ended, reported: true, mails: mailsOf({ state: "sending", left: 2 }) };
  expect(paceOf(sending, now(55))).toBe(5_000);
  expect(paceOf({ ...sending, mails: mailsOf({ state: "done", sent: 2 }) }, now(55))).toBe(false);
  expect(paceOf(importOf({ state: "failed", endedAt: at(1), reported: false }), now(2))).toBe(false);
  expect(paceOfAll([ended, running], now(5))).toBe(2_000);
  expect(paceOfAll([ended], now(5))).toBe(false);
});

test("an import waits for the one before it, and the first waiting one for the one that runs", () => {
  const [running, first, second] = [
    importOf({ id: "imp_1", state: "running", createdAt: at(0) }),
    importOf({ id: "imp_2", state: "waiting", createdAt: at(1) }),
    importOf({ id: "imp_3", state: "waiting", createdAt: at(2) }),
  ];
  const all = [second, first, running];
  expect(all.map((one) => aheadOf(one, all)?.id)).toEqual(["imp_2", "imp_1", undefined]);
});

test("problems of emails are listed if there are any", () => {
  expect(mailProblems(mailsOf({ sent: 9 }))).toEqual([]);
  expect(mailProblems(mailsOf({ bounced: 3, unconfirmed: 1 }))).toEqual([
    { words: "Bounced", count: 3, since: undefined },
    { words: "Not confirmed", count: 1, since: undefined },
  ]);
});

test("those of emails that failed or are not confirmed say since when there are some", () => {
  const [failedSince, unconfirmedSince] = ["2026-11-24T08:00:00.000Z", "2026-11-24T09:00:00.000Z"];
  expect(mailProblems(mailsOf({ failed: 2, unconfirmed: 1, failedSince, unconfirmedSince }))).toEqual([
    { words: "Rejected by the email provider", count: 2, since: failedSince },
    { words: "Not confirmed", count: 1, since: unconfirmedSince },
  ]);
});
