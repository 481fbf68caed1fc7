import { expect, test } from "vitest";
import type { Billing } from "#lib/billing.ts";
import {
  addedAgainText,
  addedNow,
  begunText,
  foreseenText,
  isAdding,
  limitNote,
  limitText,
  stoppedText,
} from "./automatic-seats-text.ts";

const billing = (paid: number, more: Partial<Billing> = {}) =>
  Object.assign(
    { seats: { paid, capacity: paid, committed: 1, minimum: 1 }, billingStatus: "active", maxSeats: 10_000 },
    more,
  ) as Billing;
const day = (at: string) => at.slice(0, 10);
const stopped = { at: "2026-11-24T09:00", until: "2026-11-25T09:00", reason: "waiting" } as const;

test("the limit says how many more can be added, or why none can", () => {
  const on = (limit: number, room: number) => ({ limit, room, spare: 1 });
  expect(limitText(on(9, 1), billing(8))).toBe("1 more seat can be added.");
  expect(limitText(on(9, 0), billing(9))).toBe("The limit is reached. Raise it to have more added.");
  expect(limitText(on(9, 5), billing(4, { cancelAt: "2026-12-24" }))).toContain("set to end");
  expect(limitText(on(9, 5), billing(4, { billingStatus: "past_due" }))).toContain("a payment is due");
  expect(limitText(on(50, 0), billing(25, { billingStatus: "trialing" }))).toBe("A trial has no more seats.");
  expect(limitText(on(50, 0), billing(25, { maxSeats: 25 }))).toMatch(/^Up to 25 seats can be bought here\./);
  expect(limitText({ ...on(9, 5), stopped }, billing(4))).toBe("None are added right now.");
});

test("seats that are about to be added are said to be", () => {
  const on = { limit: 9, room: 5, spare: 3 };
  const found = billing(4, { automaticSeats: on, seats: { paid: 4, capacity: 4, committed: 3, minimum: 3 } });
  expect(limitText(on, found)).toBe("2 more seats are needed, and added in the background.");
  expect(isAdding(found)).toBe(true);
  for (const held of [
    { cancelAt: "2026-12-24" },
    { billingStatus: "past_due" },
    { change: { from: 4, to: 5 } },
  ] as const) {
    expect(isAdding(Object.assign({}, found, held))).toBe(false);
  }
  expect(isAdding(billing(4))).toBe(false);
  const request = { ...stopped, isOfRequests: true } as const;
  expect(isAdding(Object.assign({}, found, { automaticSeats: { ...on, stopped } }))).toBe(false);
  expect(isAdding(Object.assign({}, found, { automaticSeats: { ...on, stopped: request } }))).toBe(true);
});

test("nothing is added, or said to be, where the limit or a trial does not allow what is in use", () => {
  const seats = { paid: 4, capacity: 4, committed: 10, minimum: 10 };
  const over = billing(4, { automaticSeats: { limit: 9, room: 5, spare: 1 }, seats });
  expect([isAdding(over), addedNow(over, { limit: 9, spare: 1 })]).toEqual([false, 0]);
  expect(limitText({ limit: 9, room: 5, spare: 1 }, over)).toMatch(/^More seats are in use/);
  const tried = billing(24, {
    billingStatus: "trialing",
    trialSeats: 25,
    seats: { ...seats, paid: 24, committed: 24 },
  });
  expect(addedNow(tried, { limit: 50, spare: 5 })).toBe(1);
});

test("a change that has begun can still be charged", () => {
  const change = { from: 4, to: 5 };
  expect(begunText({ change })).toBe("A change to 5 seats has begun. It can still be charged.");
  const automaticSeats = { limit: 9, room: 5, spare: 1 };
  expect(begunText({ change, automaticSeats })).toMatch(/charged, also after this is turned off\.$/);
  expect([begunText({}), begunText({ change: { from: 5, to: 4 } })]).toEqual([undefined, undefined]);
});

test("what stopped it says why, and when it goes on", () => {
  expect(stoppedText(stopped, day, day)).toBe(
    "Seats that were needed on 2026-11-24 could not be added: their payment is open. None are added until it is paid, or Stripe drops the change within a day.",
  );
  expect(stoppedText({ ...stopped, reason: "often" }, day, day)).toMatch(
    /that day\. Until 2026-11-25, none are added\.$/,
  );
  expect(stoppedText({ ...stopped, reason: "refused", isOfRequests: true }, day, day)).toBe(
    "Seats that were requested on 2026-11-24 could not be added: the payment was declined, or needs your confirmation. Until 2026-11-25, no other requests are approved automatically, unless another payment method is chosen, or a change of seats is paid.",
  );
});

test("the next period says what is removed, and what the rest costs", () => {
  const foreseen = (next: number, price?: string) => foreseenText({ on: "December 24", next, price }, billing(8));
  expect(foreseen(7, "$70.00")).toBe(
    "As it is now, 1 unused seat is removed the day before the renewal on December 24, and 7 seats are renewed: $70.00 before discounts, credit, and taxes. If someone changes or requests seats in the last 7 days, they stay for another period.",
  );
  expect(foreseen(8)).toBe("As it is now, 8 seats are renewed on December 24.");
});

test("a limit says what it means for the seats that are paid", () => {
  expect(limitNote(9, 8)).toBe("You pay for 8 seats now, so up to 1 more can be added.");
  expect(limitNote(8, 8)).toContain("None are added");
  expect(limitNote(7, 8)).toContain("stay until the period ends");
});

test("what is added at once keeps seats free, within the limit and beside granted ones", () => {
  const seats = (paid: number, committed: number, granted = 0) => ({
    ...billing(paid),
    seats: { ...billing(paid).seats, committed, granted },
  });
  expect(addedNow(seats(4, 4), { limit: 9, spare: 3 })).toBe(3);
  expect(addedNow(seats(4, 4), { limit: 5, spare: 3 })).toBe(1);
  expect(addedNow(seats(4, 4, 2), { limit: 9, spare: 3 })).toBe(1);
  expect(addedNow(seats(4, 1), { limit: 9, spare: 3 })).toBe(0);
});

test("fewer seats than are kept free are said to be added again", () => {
  const automaticSeats = { limit: 9, spare: 2, room: 1 };
  const on = billing(8, { automaticSeats, seats: { paid: 8, capacity: 8, committed: 4, minimum: 4 } });
  expect(addedAgainText(on, 4)).toBe("Automatic seats keep 2 free: 2 seats are added again and charged.");
  expect([addedAgainText(on, 6), addedAgainText(on, 9)]).toEqual([undefined, undefined]);
  expect(addedAgainText({ ...on, automaticSeats: { ...automaticSeats, stopped } }, 4)).toBeUndefined();
  expect(addedAgainText({ ...on, cancelAt: "2026-12-24" }, 4)).toBeUndefined();
  expect(addedAgainText(billing(8), 1)).toBeUndefined();
});
