import { expect, test } from "vitest";
import { consequencesOf } from "./consequences.ts";

const clock = { now: Date.parse("2026-11-01T12:00:00Z"), date: (at: string) => at.slice(0, 10) };
const seats = (used: number, held: number) => ({ capacity: 9, committed: used + held, used, held });
const said = (organization: Parameters<typeof consequencesOf>[0]) => consequencesOf(organization, clock);
const saidOf = (unused: Parameters<typeof consequencesOf>[2]) =>
  consequencesOf({ plan: "yearly", seats: seats(12, 0) }, clock, unused).join("\n");

test("of a free and empty organization: only who loses access, and until when it can be restored", () => {
  expect(said({ plan: "free", seats: seats(1, 0) })).toEqual([
    "You lose access immediately.",
    expect.stringMatching(/^An owner can restore .* for 30 days, until 2026-12-01\./),
  ]);
});

test("members, pending invitations and the subscription are named if there are any", () => {
  const [members, invitations, subscription, ...rest] = said({ plan: "yearly", seats: seats(12, 2) });
  expect(members).toBe("All 12 members lose access immediately.");
  expect(invitations).toBe("2 pending invitations stop working.");
  expect(subscription).toContain("canceled immediately");
  expect(rest).toHaveLength(1);
});

test.each([
  [{ sum: "$480.00", isCredited: false }, "The rest of the paid period, $480.00, is not refunded."],
  [{ sum: "$480.00", isCredited: false, isRefunded: true }, "$480.00, is refunded to where it was paid from."],
  [{ sum: "$480.00", isCredited: true }, "The rest of the paid period, $480.00, is kept as credit"],
])("what is left of a paid period is named: %j", (unused, sentence) => {
  expect(saidOf(unused)).toContain(sentence);
});

test("what is left of a paid period and can't be read is neither said to be lost nor to be kept", () => {
  expect(saidOf(undefined)).toContain("What is left of the paid period can’t be shown right now.");
  expect(saidOf(undefined)).not.toMatch(/refund|credit/);
});

test.each([true, false])("where nothing is left, nothing is said of it, whether it is credited (%s)", (isCredited) => {
  expect(saidOf({ isCredited })).toContain("canceled immediately. Restoring");
});

test("one pending invitation is singular, and two members are both", () => {
  expect(said({ plan: "free", seats: seats(2, 1) })).toContain("Both members lose access immediately.");
  expect(said({ plan: "free", seats: seats(2, 1) })).toContain("1 pending invitation stops working.");
});
