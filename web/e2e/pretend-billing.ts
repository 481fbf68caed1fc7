import type { Page } from "@playwright/test";
import { intercept, type Route } from "./intercept.ts";
import { inDays } from "./many-members.ts";

// Answers in the API's shape for states of a subscription that would take days, or a bank, to reach.

const price = (amount: number, months: number) => ({ amount, currency: "usd", months });
const sold = [
  { id: "free", seats: 3 },
  { id: "monthly", price: price(1_000, 1) },
  { id: "quarterly", price: price(2_700, 3) },
  { id: "yearly", price: price(9_600, 12) },
];

const yearly = {
  billingStatus: "active",
  plan: "yearly",
  customer: true,
  graceDays: 14,
  maxSeats: 10_000,
  seats: {
    paid: 12,
    capacity: 12,
    minimum: 9,
  },
  startedAt: inDays(-40),
  periodEnd: inDays(325),
  paymentMethod: { type: "card", issuer: "visa", last4: "4242", expires: "2030-12" },
  discounts: [
    {
      name: "LAUNCH20",
      percent: 20,
      endsAt: inDays(325),
    },
  ],
};
const over = {
  ...yearly,
  plan: "free",
  seats: { capacity: 3, minimum: 9 },
  startedAt: undefined,
  periodEnd: undefined,
  paymentMethod: undefined,
};

const account = { type: "us_bank_account", issuer: "STRIPE TEST BANK", last4: "6789", businessDays: 4 };
const debit = (amount: number) => ({ amount, currency: "usd", type: account.type, businessDays: account.businessDays });

export const pretendedBilling = {
  free: {
    billingStatus: "free",
    plan: "free",
    customer: false,
    graceDays: 14,
    maxSeats: 10_000,
    seats: { capacity: 3, minimum: 2 },
  },
  ordered: {
    billingStatus: "free",
    plan: "free",
    customer: true,
    graceDays: 14,
    maxSeats: 10_000,
    seats: {
      capacity: 3,
      minimum: 2,
    },
    checkout: {
      plan: "yearly",
      seats: 5,
      expiresAt: inDays(0.9),
    },
  },
  active: yearly,
  refusedContact: {
    ...yearly,
    contactRefusals: [
      { field: "contact.phone", reason: "Invalid string: +49 (30) 1... - 123 456; must be at most 20 characters" },
      { field: "address", reason: "The customer's location isn't recognized. Set a valid customer address." },
    ],
  },
  trialing: { ...yearly, billingStatus: "trialing", trialEnd: inDays(9) },
  waiting: { ...yearly, change: { from: 12, to: 15, waitsUntil: inDays(0.9) } },
  expiring: { ...yearly, paymentMethod: { ...yearly.paymentMethod, expires: "2026-12", expiry: "soon" } },
  expired: { ...yearly, paymentMethod: { ...yearly.paymentMethod, expires: "2026-10", expiry: "expired" } },
  unpayable: { ...yearly, paymentMethod: undefined },
  debited: {
    ...yearly,
    paymentMethod: account,
  },
  debitFirst: {
    billingStatus: "free",
    plan: "free",
    customer: true,
    graceDays: 14,
    maxSeats: 10_000,
    seats: { capacity: 3, minimum: 2 },
    paymentMethod: account,
    processing: debit(115_200),
  },
  debitFirstRefused: {
    billingStatus: "free",
    plan: "free",
    customer: true,
    graceDays: 14,
    maxSeats: 10_000,
    seats: { capacity: 3, minimum: 2 },
    owed: { byBank: true },
  },
  debitDropped: { ...yearly, processing: { ...debit(25_644), isDropped: true } },
  debitRenewal: { ...yearly, paymentMethod: account, processing: debit(92_160) },
  debitMore: {
    ...yearly,
    paymentMethod: account,
    processing: debit(25_644),
    change: { from: 12, to: 15, waitsUntil: inDays(0.9) },
  },
  debitRefused: {
    ...yearly,
    billingStatus: "past_due",
    paymentMethod: account,
    owed: { retryAt: inDays(3), worksUntil: inDays(17), byBank: true },
  },
  taxed: { ...yearly, paymentMethod: account },
  ending: { ...yearly, cancelAt: inDays(325) },
  pastDue: {
    ...yearly,
    billingStatus: "past_due",
    owed: { retryAt: inDays(3), worksUntil: inDays(17) },
  },
  pastRetries: { ...yearly, billingStatus: "past_due", owed: {} },
  beyond: { ...yearly, seats: { paid: 10_005, capacity: 10_005, committed: 9, minimum: 9 } },
  overLimit: { ...yearly, billingStatus: "over_limit", seats: { paid: 7, capacity: 7, minimum: 9 } },
  canceled: { ...over, billingStatus: "canceled", graceUntil: inDays(11) },
  paidLate: {
    ...over,
    billingStatus: "canceled",
    graceUntil: inDays(11),
    unusedPayments: [{ invoice: "in_late", amount: 115_200, currency: "usd", reason: "ended" }],
  },
  readOnly: { ...over, billingStatus: "read_only" },
};

export type PretendedBilling = keyof typeof pretendedBilling;

/** An organization that pays, or does not, in this way. Replaces earlier answers between two requests. */
export async function pretendBilling(page: Page, name: PretendedBilling, viewer: object = {}) {
  const shown = pretendedBilling[name];
  await intercept(page, "**/api/v1/plans", (route) => answer(route, { items: sold }));
  await intercept(page, /\/api\/v1\/organizations\/org_\w+$/, async (route) => {
    const real = (await (await route.fetch()).json()) as object;
    const { plan, billingStatus, seats: booked } = shown;
    const { capacity, minimum: committed } = booked;
    const used = committed - (committed > 7 ? 2 : 0);
    const seats = { capacity, committed, used, held: committed - used };
    return answer(route, { ...real, plan, billingStatus, seats, ...viewer });
  });
  await intercept(page, /\/billing$/, (route) => answer(route, shown));
  await intercept(page, /\/billing\/confirm$/, (route) => answer(route, shown));
  await intercept(page, /\/billing\/preview$/, (route) => {
    const wish = route.request().postDataJSON() as { seats: number; plan?: string };
    const grows = wish.plan !== undefined || wish.seats > (shown.seats.capacity ?? 0);
    const taxes = name === "taxed" ? { nextTax: 4_094, ...(grows && { taxNow: 4_094 }) } : {};
    const price = { dueNow: grows ? 25_644 : 0, nextInvoice: 25_644, ...taxes, currency: "usd" };
    const quote = { quote: "mst_quo_pretended", expiresAt: inDays(1 / 48) };
    return answer(route, { plan: "yearly", ...wish, ...price, ...quote });
  });
  await intercept(page, /\/billing\/upcoming-invoice$/, (route) => answer(route, upcomingOf(name)));
  await intercept(page, /\/billing\/invoices/, (route) => answer(route, { items: invoicesOf(name) }));
}

function upcomingOf(name: PretendedBilling) {
  const { plan, cancelAt } = pretendedBilling[name] as { plan: string; cancelAt?: string };
  const credit = name === "canceled" ? { credit: { amount: 24_000, currency: "usd" } } : {};
  if (plan === "free") return { absence: "no_subscription", ...credit };
  if (cancelAt !== undefined) return { absence: "ending" };
  const [startsAt, endsAt] = [inDays(325), inDays(690)];
  const tax = name === "taxed" ? 14_262 : 0;
  const line = { tax: 0, currency: "usd" };
  const whole = { ...line, description: "12 × Seat (at $96.00 / year)", quantity: 12, startsAt, endsAt };
  const unused = { ...line, quantity: 14, startsAt: inDays(-2), endsAt: startsAt, isProration: true };
  return {
    invoice: {
      chargedAt: startsAt,
      currency: "usd",
      lines: [
        { ...unused, description: "Unused time on 14 × Seat after 26 Nov 2026", amount: -119_671, discount: 0 },
        { ...unused, description: "Remaining time on 12 × Seat after 26 Nov 2026", amount: 102_575, discount: 0 },
        { ...whole, amount: 115_200, discount: 23_040, isProration: false },
      ],
      subtotal: 98_104,
      discount: 23_040,
      tax,
      total: 75_064 + tax,
      balance: -2_500,
      due: 72_564 + tax,
    },
  };
}

function invoicesOf(name: PretendedBilling) {
  const isOwed = name === "pastDue" || name === "debitRefused" || name === "debitFirstRefused" || name === "waiting";
  const one = (number: number, more: object) => ({
    id: `in_${number}`,
    number: `DE2WKYGX-000${number}`,
    currency: "usd",
    status: "paid",
    total: 96e3,
    createdAt: inDays(-40),
    pdfUrl: "/start#pdf",
    pageUrl: "/start#invoice",
    ...more,
  });
  const isDebit = name === "debitFirst" || name === "debitRenewal" || name === "debitMore" || name === "debitDropped";
  const tax = name === "taxed" && { tax: 4_094 };
  const status = isOwed ? "open" : isDebit ? "processing" : "paid";
  return [
    one(3, { createdAt: inDays(-2), total: 25_644, status, ...tax }),
    one(2, { createdAt: inDays(-20), total: 17_753 }),
    one(1, {}),
  ];
}

function answer(route: Route, body: object) {
  return route.fulfill({ status: 200, contentType: "application/json", body: JSON.stringify(body) });
}
