import { expect, test } from "vitest";
import { groupsOf } from "./groups.ts";
import { change, line } from "./ledger.testing.ts";
import { changeText, droppedText, lastText, priceOf, saidOf, sinceText } from "./text.ts";

const money = ({ amount, currency }: { amount: number; currency: string }) => `${amount / 100} ${currency}`;
const usd = (amount: number) => ({ amount, currency: "usd" });
const words = (...all: Parameters<typeof changeText>) => {
  const { who = "", what } = changeText(...all);
  return `${who} ${what}`.trim();
};

test("a change says who, and what they did", () => {
  expect(words(change({}))).toBe("Grace Hopper added 4 seats");
  expect(words(change({ from: 8, to: 7 }))).toBe("Grace Hopper removed 1 seat");
  expect(words(change({ from: 8, to: 8, plan: "yearly" }))).toBe("Grace Hopper switched to the yearly plan");
  expect(words(change({ cause: "checkout", from: 0, to: 5 }))).toBe("Grace Hopper bought 5 seats");
  const left = { account: "acc_1", isMember: false } as const;
  expect(words(change({ by: left }))).toBe("A former member added 4 seats");
});

test("a change says what the seats are for", () => {
  expect(words(change({ purpose: "invitation" }))).toBe("Grace Hopper added 4 seats for invitations");
  expect(words(change({ purpose: "import" }))).toBe("Grace Hopper added 4 seats for an import");
  expect(words(change({ purpose: "member" }))).toBe("Grace Hopper added 4 seats for a member who came back");
  expect(words(change({ purpose: "unknown" }))).toBe("Grace Hopper added 4 seats");
});

test("what was changed automatically names those who requested it, if anybody has", () => {
  const automatic = (more: Parameters<typeof change>[0]) => {
    const { by: _, ...rest } = change({ cause: "automatic", ...more });
    return words(rest);
  };
  expect(automatic({})).toBe("Added 4 seats automatically");
  expect(automatic({ from: 8, to: 7 })).toBe("Removed 1 seat automatically");
  expect(automatic({ dropped: "unpaid" })).toBe("4 seats were to be added automatically");
  expect(automatic({ from: 8, to: 7, dropped: "ended" })).toBe("1 seat was to be removed automatically");
  expect(automatic({ isForRequests: true })).toBe("Added 4 seats automatically, as members requested");
  expect(automatic({ isForRequests: true, dropped: "unpaid" })).toBe(
    "4 seats were to be added automatically, as members requested",
  );
  expect(words(change({ cause: "automatic" }))).toBe("Grace Hopper requested 4 seats, which were added automatically");
  expect(lastText(change({ cause: "automatic" }))).toBe("Last changed automatically");
});

test("what was not made was wanted, and it says why not", () => {
  expect(words(change({ dropped: "unpaid" }))).toBe("Grace Hopper wanted to add 4 seats");
  expect(words(change({ from: 8, to: 4, dropped: "ended" }))).toBe("Grace Hopper wanted to remove 4 seats");
  expect(words(change({ to: 4, dropped: "refused" }))).toBe("Grace Hopper wanted to switch to the monthly plan");
  expect(droppedText.unpaid).toBe("Not made: not paid");
});

test("what nobody in Muster did is not said to be done by somebody", () => {
  expect(changeText(change({ cause: "stripe" }))).toEqual({ what: "Changed at Stripe, outside Muster" });
  expect(changeText(change({ cause: "end" }))).toEqual({ what: "The subscription ended" });
  expect(changeText(change({ cause: "unknown" }))).toEqual({ what: "The seats were changed" });
  const said = (outside: "waiting" | "stripe" | "earlier") => groupsOf([line({ outside })]).map(saidOf);
  expect(said("waiting")).toEqual([{ what: "A change that waits for this payment" }]);
  expect(said("stripe")).toEqual([{ what: "Changed at Stripe, outside Muster" }]);
  expect(said("earlier")).toEqual([{ what: "Changed before the seat ledger began" }]);
});

test("a renewal names the last change, and is not said to be one", () => {
  const renewed = line({ startsAt: "2026-12-01T00:00:00.000Z", quantity: 8, change: change({}) });
  expect(groupsOf([renewed]).map(saidOf)).toEqual([{ what: "Renewal of 8 seats" }]);
  expect(lastText(change({}))).toBe("Last changed by Grace Hopper");
  expect(lastText(change({ cause: "checkout" }))).toBe("Bought by Grace Hopper");
  expect(lastText(change({ cause: "stripe" }))).toBe("Last changed at Stripe, outside Muster");
});

test("the price that was shown is compared with the one that was charged", () => {
  expect(priceOf({ shown: usd(2_000), charged: usd(2_000) }, money)).toEqual({
    isSame: true,
    text: "Shown and charged: 20 usd",
  });
  const more = priceOf({ shown: usd(2_000), charged: usd(2_150) }, money);
  expect(more?.isSame).toBe(false);
  expect(more?.text).toContain("Shown 20 usd, charged 21.5 usd, 1.5 usd more:");
  expect(priceOf({ shown: usd(2_000), charged: usd(1_000) }, money)?.text).toContain("10 usd less:");
  const other = priceOf({ shown: usd(2_000), charged: { amount: 2_000, currency: "eur" } }, money);
  expect(other).toMatchObject({ isSame: false, text: expect.stringContaining("another currency") });
  expect(priceOf({ shown: usd(2_000) }, money)).toBeUndefined();
  expect(priceOf({ charged: usd(2_000) }, money)).toBeUndefined();
});

test("seats that no line explains are not said to be changed by somebody", () => {
  expect(sinceText(8, 8)).toBeUndefined();
  expect(sinceText(8, 5)).toBe(
    "Now there are 5 seats: changed at Stripe, or by a change that the next invoice contains.",
  );
  expect(sinceText(8, 0)).toBe("The subscription has ended since then.");
});
