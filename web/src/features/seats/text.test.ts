import { expect, test } from "vitest";
import { discountText, isSubscribed, minimumText, orderText, savingOf, statusOf, trialText } from "./text.ts";

test("the minimum number of seats is explained", () => {
  expect(minimumText({ committed: 9, used: 7, held: 2 })).toBe(
    "7 members and 2 pending invitations, so you need at least 9 seats.",
  );
  expect(minimumText({ committed: 9 })).toBe("9 seats are in use, so you need at least 9 seats.");
  expect(minimumText({ committed: 1, used: 1, held: 0 })).toBe("1 member, so you need at least 1 seat.");
  expect(minimumText({ committed: 2, used: 1, held: 1 })).toContain("1 member and 1 pending invitation,");
  expect(minimumText({ committed: 9, used: 9, held: 0, granted: 4 })).toBe(
    "9 members, 4 of them in granted seats, so you need to pay for at least 5 seats.",
  );
  expect(minimumText({ committed: 3, used: 3, held: 0, granted: 9 })).toBe(
    "3 members, within 9 granted seats. A subscription has at least 1 seat.",
  );
});

test("an order says whether it begins with a trial", () => {
  const trial = { trialDays: 14, trialSeats: 25 };
  expect([trialText(25, trial), trialText(26, trial), trialText(26, {})]).toEqual([
    "Free for 14 days, then this price. ",
    "With more than 25 seats there is no trial: you pay today. ",
    "",
  ]);
  expect(trialText(5, { noTrial: "used" })).toBe("You have used your trial: billing starts today. ");
  expect(trialText(5, { noTrial: "held" })).toBe(
    "Your trial is in the open checkout of another organization: here, billing starts today. ",
  );
});

test("an order says how many and how often", () => {
  expect(orderText({ seats: 5, plan: "yearly" })).toBe("5 seats, paid yearly");
  expect(orderText({ seats: 1, plan: "custom" })).toBe("1 seat, paid custom");
});

test("the badge says what is next, if that is decided", () => {
  const change = { from: 5, to: 9 };
  const soon = "2027-01-01T00:00:00.000Z";
  expect(statusOf({ billingStatus: "active" }).label).toBe("Active");
  expect(statusOf({ billingStatus: "unknown" }).label).toBe("Unknown");
  expect(statusOf({ billingStatus: "active", change }).label).toBe("Payment processing");
  const failed = { ...change, waitsUntil: soon };
  expect(statusOf({ billingStatus: "active", change: failed })).toEqual({ label: "Payment failed", tone: "warning" });
  const processing = { amount: 5000, currency: "usd", type: "sepa_debit", businessDays: 14 };
  expect(statusOf({ billingStatus: "active", change: failed, processing }).label).toBe("Payment processing");
  for (const billingStatus of ["active", "free"] as const) {
    expect(statusOf({ billingStatus, processing }).label).toBe("Payment processing");
  }
  expect(statusOf({ billingStatus: "trialing", cancelAt: soon }).label).toBe("Ends soon");
  expect(statusOf({ billingStatus: "past_due", cancelAt: soon }).label).toBe("Past due");
});

test("a discount says how much, and until when", () => {
  const words = (discount: Parameters<typeof discountText>[0]) =>
    discountText(
      discount,
      ({ amount, currency }) => `${amount / 100} ${currency}`,
      (at) => at.slice(0, 10),
    );
  expect(words({ name: "HALF", percent: 50 })).toBe("50% off each invoice");
  expect(words({ percent: 12.5, endsAt: "2027-02-24T09:00:00.000Z" })).toBe("12.5% off until 2027-02-24");
  expect(words({ amount: 500, currency: "eur", once: true })).toBe("5 eur off the next invoice");
});

test("what was started and never paid is not a subscription", () => {
  const seats = { paid: 5, capacity: 3, committed: 1, minimum: 1 };
  expect(isSubscribed({ billingStatus: "free", seats })).toBe(false);
  expect(isSubscribed({ billingStatus: "over_limit", seats })).toBe(true);
  expect(isSubscribed({ billingStatus: "active", seats: { capacity: 3, committed: 1, minimum: 1 } })).toBe(false);
});

const price = (amount: number, months: number) => ({ price: { amount, currency: "usd", months } });

test("a plan is compared with the most expensive one for the same time", () => {
  const all = [price(1_000, 1), price(2_700, 3), price(9_600, 12)];
  expect(all.map((one) => savingOf(one, all))).toEqual([0, 10, 20]);
  expect(savingOf(price(0, 1), [price(0, 1)])).toBe(0);
});
