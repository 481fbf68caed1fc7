import { expect, test } from "vitest";
import { buttonText, none, resultText, sum } from "./resend-text.ts";

test.each([
  [{ resent: 1 }, "1 email queued"],
  [{ resent: 12, tooSoon: 1 }, "12 emails queued / 1 was sent less than 5 minutes ago."],
  [{ notAllowed: 1 }, "No emails queued / 1 is for an owner. Only an owner can resend it."],
  [{ notAllowed: 2 }, "No emails queued / 2 are for owners. Only an owner can resend those."],
  [{ resent: 5, limited: 40 }, "5 emails queued / 40 have to wait: the daily limit of invitations has been reached."],
  [{ resent: 5, contended: 3 }, "5 emails queued / 3 were changed at the same time. Try again."],
  [{}, "No emails queued / These invitations have ended, or were sent again already."],
])("the result of %j: %s", (counts, words) => {
  const { title, description } = resultText({ ...none, ...counts });
  expect(description === undefined ? title : `${title} / ${description}`).toBe(words);
});

test("the results of several requests add up", () => {
  const one = { resent: 1, tooSoon: 2, notAllowed: 3, limited: 4, contended: 5 };
  expect(sum(one, one)).toEqual({ resent: 2, tooSoon: 4, notAllowed: 6, limited: 8, contended: 10 });
});

test("a button says how many, and what is wrong with their email", () => {
  expect(buttonText("failed", "1,204")).toBe("Resend 1,204 that failed");
  expect(buttonText("unconfirmed", "3")).toBe("Resend 3 not confirmed");
});
