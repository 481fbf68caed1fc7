import { recordedName } from "@muster/core/billing/method/shape.ts";
import { expect, test } from "vitest";
import { methodName, payingWith } from "./payment-method.ts";

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
