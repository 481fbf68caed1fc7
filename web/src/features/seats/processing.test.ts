import { recordedName } from "@muster/core/billing/method/shape.ts";
import { expect, test } from "vitest";
import { delayText, isRefused, isUnpaid, methodName, payingWith, processingText, unpaidMessage } from "./processing.ts";

const processing = { amount: 5000, currency: "usd", type: "us_bank_account", businessDays: 4 };
const money = ({ amount, currency }: { amount: number; currency: string }) => `${amount / 100} ${currency}`;
const text = "Your bank is processing the payment of 50 usd. This takes up to 4 business days.";

test("a payment that a bank processes is said with its amount and how long it takes", () => {
  expect(processingText(processing, money)).toBe(text);
  expect(processingText({ amount: 100, currency: "cad", type: "acss_debit" }, money)).toMatch(
    /This takes several business days\.$/,
  );
});

test("a payment with an account is said to take days before it is made, and one with a card is not", () => {
  expect(delayText({ type: "sepa_debit", businessDays: 14 })).toMatch(/^Your bank takes up to 14 business days\./);
  for (const type of ["acss_debit", "au_becs_debit"]) {
    expect(delayText({ type })).toMatch(/^Your bank takes several business days\./);
  }
  expect(delayText({ type: "card" })).toBeUndefined();
});

test("a change is not paid while it waits, nor while a bank processes its payment although it was made", () => {
  const change = { from: 5, to: 8 } as NonNullable<Parameters<typeof isUnpaid>[0]["change"]>;
  expect([{ change }, { processing }, { change, processing }, {}].map(isUnpaid)).toEqual([true, true, true, false]);
});

test("a first payment that a bank has refused has added nothing, unlike one of a subscription that was paid before", () => {
  const seats = { capacity: 3, committed: 1, minimum: 1 };
  const owed = { byBank: true } as const;
  expect(isRefused({ billingStatus: "free", seats, owed })).toBe(true);
  expect(isRefused({ billingStatus: "read_only", seats, owed })).toBe(true);
  expect(isRefused({ billingStatus: "past_due", seats: { ...seats, paid: 5 }, owed })).toBe(false);
  expect(isRefused({ billingStatus: "past_due", seats: { ...seats, paid: 5 }, owed: {} })).toBe(false);
  expect(isRefused({ billingStatus: "free", seats })).toBe(false);
});

test("a change that waits says what for", () => {
  const messageOf = (now: Parameters<typeof unpaidMessage>[0]) => unpaidMessage(now, money, "Then it is made.");
  const change = { from: 5, to: 8 };
  const title = "Payment processing";
  expect(messageOf({ change, processing })).toEqual({ title, description: `${text} Then it is made.` });
  expect(messageOf({ change })).toEqual({ title, description: "Then it is made." });
});

test("a change whose payment failed is not said to be processed", () => {
  const change = { from: 5, to: 8, waitsUntil: "2027-01-01T00:00:00.000Z" };
  expect(unpaidMessage({ change }, money, "The seats are added when it is paid.")).toEqual({
    title: "Payment failed",
    type: "error",
    description: "The seats are added when it is paid.",
  });
  expect(unpaidMessage({ change, processing }, money, "Then.").title).toBe("Payment processing");
});

test.each([
  [{ type: "card", issuer: "visa", last4: "4242" }, "Visa 4242", " with Visa 4242"],
  [{ type: "card", issuer: "unheard_of", last4: "1111" }, "Card 1111", " with Card 1111"],
  [{ type: "us_bank_account", issuer: "Chase", last4: "6789" }, "Chase account 6789", " with bank account 6789"],
  [{ type: "sepa_debit", last4: "3000" }, "Bank account 3000", " with bank account 3000"],
  [{ type: "link" }, "Link", " with Link"],
  [{ type: "something_new" }, "Saved method", " with your saved method"],
])("%j is named", (method, name, paying) => {
  expect([methodName(method), payingWith(method)]).toEqual([name, paying]);
});

test("an unknown method is not named on a button", () => {
  expect(payingWith(undefined)).toBe("");
});

test.each([
  ["visa 4242", "Visa 4242"],
  ["amex 1005", "American Express 1005"],
  ["us_bank_account 6789", "Bank account 6789"],
  ["link", "Link"],
  ["klarna", "Saved method"],
])("the log names %s as %s", (recorded, name) => {
  expect(recordedName(recorded)).toBe(name);
});
