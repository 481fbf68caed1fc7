import { expect, test } from "vitest";
import { buttonText, none, resultText, sum } from "./resend-text.ts";

test.each([
  [{ resent: 1 }, "1 email is sent again"],
  [{ resent: 12, tooSoon: 1 }, "12 emails are sent again / 1 was sent less than 5 minutes ago."],
  [{ notAllowed: 2 }, "No email is sent again / 2 invite owners: only an owner can resend."],
  [
    { resent: 5, left: 40 },
    "5 emails are sent again / 40 have to wait: the daily limit of invitations has been reached.",
  ],
  [{}, "No email is sent again / These invitations have ended, or were sent again already."],
])("the result of %j: %s", (counts, words) => {
  const { title, description } = resultText({ ...none, ...counts });
  expect(description === undefined ? title : `${title} / ${description}`).toBe(words);
});

test("the results of several requests add up", () => {
  const one = { resent: 1, tooSoon: 2, notAllowed: 3, left: 4 };
  expect(sum(one, one)).toEqual({ resent: 2, tooSoon: 4, notAllowed: 6, left: 8 });
});

test("a button says how many, and what is wrong with their email", () => {
  expect(buttonText("failed", "1,204")).toBe("Resend 1,204 that failed");
  expect(buttonText("unconfirmed", "3")).toBe("Resend 3 not confirmed");
});
