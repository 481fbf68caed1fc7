import { type BillingWorld, type Customer, openBilling } from "@muster/local/testing/worlds/billing.ts";
import { eachFrom } from "@muster/local/testing/worlds/remember.ts";
import { expect, test } from "vitest";
import type { Period } from "../plan/shape.ts";
import * as Seats from "./seats.ts";

const day = 86_400;
const hour = 3_600;
/** Between showing the amount and confirming it. */
const thinkingSeconds = 600;

/**
 * Calculated by hand, with prices of 1,000 a month, 2,700 a quarter and 9,600 a year. A subscription that starts on 24
 * November 2026 has a month of 30 days, a quarter of 92 and a year of 365. The rest of the period is credited at the
 * old number of seats (`back`) and charged at the new one (`again`), each rounded separately, halves up.
 */
/** Stripe charges no less in this currency: the next invoice does. */
const minimum = 50;

const cases: {
  plan: Period;
  from: number;
  to: number;
  /** After the purchase, in seconds. */
  after: number;
  hand: string;
  back: number;
  again: number;
  due: number;
}[] = [
  {
    plan: "monthly",
    from: 5,
    to: 8,
    after: 15 * day,
    hand: "half of 5,000 back, half of 8,000 again",
    back: -2500,
    again: 4e3,
    due: 1500,
  },
  {
    plan: "monthly",
    from: 5,
    to: 8,
    after: 10 * day,
    hand: "two thirds: 3,333.33 back, 5,333.33 again",
    back: -3333,
    again: 5333,
    due: 2e3,
  },
  {
    plan: "monthly",
    from: 1,
    to: 3,
    after: 30 * day - 1296,
    hand: "1,296 of 2,592,000 seconds, a two-thousandth: 0.5 back, 1.5 again, too little to charge",
    back: -1,
    again: 2,
    due: 0,
  },
  {
    plan: "monthly",
    from: 7,
    to: 11,
    after: 10 * day + hour,
    hand: "479 of 720 hours: 7,000 × 479 ÷ 720 = 4,656.94 back, 11,000 × 479 ÷ 720 = 7,318.06 again",
    back: -4657,
    again: 7318,
    due: 2661,
  },
  {
    plan: "quarterly",
    from: 4,
    to: 9,
    after: 61 * day,
    hand: "31 of 92 days: 10,800 × 31 ÷ 92 = 3,639.13 back, 24,300 × 31 ÷ 92 = 8,188.04 again",
    back: -3639,
    again: 8188,
    due: 4549,
  },
  {
    plan: "quarterly",
    from: 1,
    to: 2,
    after: 46 * day,
    hand: "half of 2,700 back, half of 5,400 again",
    back: -1350,
    again: 2700,
    due: 1350,
  },
  {
    plan: "yearly",
    from: 2,
    to: 5,
    after: 182.5 * day,
    hand: "half of 19,200 back, half of 48,000 again",
    back: -9600,
    again: 24e3,
    due: 14400,
  },
  {
    plan: "yearly",
    from: 5,
    to: 6,
    after: 265 * day,
    hand: "100 of 365 days: 48,000 × 100 ÷ 365 = 13,150.68 back, 57,600 × 100 ÷ 365 = 15,780.82 again",
    back: -13151,
    again: 15781,
    due: 2630,
  },
  {
    plan: "yearly",
    from: 3,
    to: 4,
    after: day,
    hand: "364 of 365 days: 28,800 × 364 ÷ 365 = 28,721.10 back, 38,400 × 364 ÷ 365 = 38,294.79 again",
    back: -28721,
    again: 38295,
    due: 9574,
  },
  {
    plan: "yearly",
    from: 1,
    to: 2,
    after: 365 * day - hour,
    hand: "1 of 8,760 hours: 9,600 ÷ 8,760 = 1.10 back, 19,200 ÷ 8,760 = 2.19 again, too little to charge",
    back: -1,
    again: 2,
    due: 0,
  },
];

let billing: BillingWorld;
eachFrom(
  async () => ({ billing: await openBilling() }),
  (opened) => {
    ({ billing } = opened);
  },
);

async function bought({ plan, from, after }: Pick<(typeof cases)[number], "plan" | "from" | "after">) {
  const acme = await billing.createOrganization(await billing.world.person("ada@example.com"));
  await acme.buy(from, plan);
  billing.world.clock.pass(after);
  return acme;
}

/** Stripe's own answer to what core requests. */
async function stripesOwn(acme: Customer, to: number, at: number) {
  const [subscription] = await acme.subscriptions();
  const [item] = subscription?.items.data ?? [];
  const { lines, amount_due } = await billing.client.invoices.createPreview({
    subscription: subscription?.id ?? "",
    subscription_details: {
      items: [{ id: item?.id ?? "", quantity: to }],
      proration_behavior: "always_invoice",
      proration_date: Math.floor(at / 1_000),
    },
  });
  return { amounts: lines.data.map(({ amount }) => amount), due: amount_due };
}

test("there are at least ten cases, and each adds up to the amount due", () => {
  expect(cases.length).toBeGreaterThanOrEqual(10);
  const dueOf = (sum: number) => (sum < minimum ? 0 : sum);
  expect(cases.filter(({ back, again, due }) => dueOf(back + again) !== due)).toEqual([]);
});

test.each(cases)("$plan, $from → $to seats: $hand; the amount due is $due", async (one) => {
  const { to, back, again, due } = one;
  const acme = await bought(one);
  const at = billing.world.clock.at;
  const { dueNow, quote } = await acme.as(() => Seats.preview({ seats: to }));
  expect(dueNow).toBe(due);
  expect(await stripesOwn(acme, to, at)).toEqual({ amounts: [back, again], due });

  billing.world.clock.pass(thinkingSeconds);
  expect(await acme.as(() => Seats.resize({ seats: to, quote }))).toMatchObject({ seats: { paid: to } });
  const [invoice] = await acme.invoices();
  expect(invoice?.lines.data.map((line) => line.amount)).toEqual([back, again]);
  expect(invoice).toMatchObject({ amount_due: due, status: "paid" });
  const resized = (await acme.events()).find(({ type }) => type === "billing.resized");
  expect(resized?.data).toMatchObject({ shown: { amount: due }, charged: { amount: due } });
});

test("another plan: half of a month of five seats back, 2,500, and a whole year of them, 48,000", async () => {
  const acme = await bought({ plan: "monthly", from: 5, after: 15 * day });
  const wish = { seats: 5, plan: "yearly" } as const;
  const { dueNow, quote, ...shown } = await acme.as(() => Seats.preview(wish));
  expect(dueNow).toBe(45_500);
  expect(shown).not.toHaveProperty("nextInvoice");
  await acme.as(() => Seats.resize({ ...wish, quote }));
  expect((await acme.invoices())[0]).toMatchObject({ amount_due: 45_500, status: "paid" });
});

test("fewer seats: half of 10,000 back and of 8,000 again, so the next month's 8,000 are 7,000", async () => {
  const acme = await bought({ plan: "monthly", from: 10, after: 15 * day });
  const { dueNow, nextInvoice, quote } = await acme.as(() => Seats.preview({ seats: 8 }));
  expect({ dueNow, nextInvoice }).toEqual({ dueNow: 0, nextInvoice: 7_000 });
  billing.world.clock.pass(thinkingSeconds);
  await acme.as(() => Seats.resize({ seats: 8, quote }));
  expect(await acme.invoices()).toHaveLength(1);
  billing.world.clock.pass(16 * day);
  billing.server.catchUp();
  expect((await acme.invoices())[0]).toMatchObject({ total: 7_000, amount_due: 7_000 });
});
