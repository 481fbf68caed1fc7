import { expect, test } from "vitest";
import { creditOf, droppableOf, endText, leftOutOf, peopleText, reducedText, savingText, sinceOf } from "./unused.ts";

test("what is looked for is so many days before the moment of the search", () => {
  const now = Date.parse("2026-11-28T23:59:00Z");
  expect(sinceOf("30", "7", now)).toEqual({ inactiveSince: "2026-10-29", sentUntil: "2026-11-21T23:59:00.000Z" });
  expect(sinceOf("60", "off", now)).toEqual({ inactiveSince: "2026-09-29", sentUntil: undefined });
});

test("only seats that are paid for can be dropped", () => {
  expect(droppableOf(2, { paid: 5, committed: 5 })).toBe(2);
  expect(droppableOf(2, { paid: 5, granted: 3, committed: 8 })).toBe(2);
  expect(droppableOf(4, { paid: 2, granted: 6, committed: 8 })).toBe(1);
  expect(droppableOf(2, { granted: 6, committed: 4 })).toBe(0);
});

test("one seat of a subscription stays, and seats over its limit are not dropped", () => {
  expect(droppableOf(3, { paid: 3, committed: 3 })).toBe(2);
  expect(droppableOf(3, { paid: 5, committed: 7 })).toBe(1);
  expect(droppableOf(1, { paid: 3, committed: 9 })).toBe(0);
});

test("what seats cost until the period ends is the share of it that is left", () => {
  const plan = (months: number) => ({ id: "monthly", price: { amount: 1_000, currency: "usd", months } }) as const;
  const end = "2026-12-31T00:00:00.000Z";
  expect(creditOf(plan(1), 3, end, Date.parse("2026-12-16T00:00:00Z"))).toBe(1_452);
  expect(creditOf(plan(12), 2, end, Date.parse("2025-12-31T00:00:00Z"))).toBe(2_000);
  expect(creditOf(plan(1), 3, end, Date.parse("2027-02-01T00:00:00Z"))).toBe(0);
  expect(creditOf(plan(1), 1, "2027-03-31T00:00:00.000Z", Date.parse("2027-03-15T12:00:00Z"))).toBe(500);
});

test("an order names the people it concerns", () => {
  expect(peopleText(1, 0)).toBe("1 member is removed");
  expect(peopleText(0, 2)).toBe("2 invitations are revoked");
  expect(peopleText(2, 1)).toBe("2 members are removed and 1 invitation is revoked");
});

test("the saving says from when it is one", () => {
  const periodEnd = "2026-12-31T00:00:00.000Z";
  const saving = (more: Partial<Parameters<typeof savingText>[0]>) =>
    savingText({ billingStatus: "active", periodEnd, ...more }, "$20.00", "$7.00", (at) => at.slice(0, 10));
  expect(saving({})).toMatch(/from now on: the invoice of 2026-12-31 has \$20.00 less, and about \$7.00 of credit/);
  expect(saving({ billingStatus: "trialing" })).toBe(
    "Fewer seats save $20.00 from the end of the trial on, 2026-12-31.",
  );
  expect(saving({ cancelAt: periodEnd })).toBe(
    "The subscription ends on 2026-12-31. Fewer seats save nothing until then.",
  );
});

test("only people who were found are left out", () => {
  expect(leftOutOf([{ id: "ada" }, { id: "bob" }], new Set(["bob", "grace"]))).toEqual(["bob"]);
});

test("a credit is promised only if there is something to credit and a next invoice", () => {
  const active = { billingStatus: "active", periodEnd: "2026-12-31T00:00:00.000Z" } as const;
  const plain = "Then the subscription has up to 2 seats fewer.";
  expect(reducedText(active, 2)).toBe(
    "Then the subscription has up to 2 seats fewer, and Stripe credits the rest of the period to the next invoice.",
  );
  expect(reducedText({ ...active, billingStatus: "trialing" }, 2)).toBe(plain);
  expect(reducedText({ ...active, cancelAt: active.periodEnd }, 2)).toBe(plain);
});

test("a reclaim that has ended says what it did", () => {
  const ended = { state: "done", removed: 0, revoked: 0 } as const;
  expect(endText({ ...ended, removed: 1, revoked: 2, seats: 3 })).toBe(
    "1 member was removed and 2 invitations were revoked. The subscription was reduced to 3 seats.",
  );
  expect(endText(ended)).toBe("Nobody was removed: none of these seats was unused anymore.");
  expect(endText({ ...ended, state: "canceled", revoked: 1 })).toMatch(
    /^1 invitation was revoked. Then it was stopped/,
  );
  expect(endText({ ...ended, state: "stopped" })).toBe(
    "Nobody was removed. It stopped: its author may no longer remove members here, or the organization was suspended.",
  );
  expect(endText({ ...ended, removed: 1, failure: "billing.busy", reason: "Wait." })).toBe(
    "1 member was removed. The subscription still has its seats. Wait.",
  );
});
