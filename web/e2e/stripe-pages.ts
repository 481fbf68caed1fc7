import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { call } from "./api.ts";
import { expect, foundOrganization, signIn } from "./fixtures.ts";

// Actions on the pages of Stripe's stand-in, and what only time and Stripe's own staff can do.

export const cards = {
  good: "4242 4242 4242 4242",
  declined: "4000 0000 0000 0002",
  /** Accepted, and declined when it is charged. */
  failsLater: "4000 0000 0000 0341",
  /** Its bank asks for 3-D Secure each time. */
  asksAlways: "4000 0027 6000 3184",
};

/** Fills in a card where Stripe requests one. */
export async function fillCard(page: Page, number: string) {
  await page.getByLabel("Card number").fill(number);
  await page.getByLabel("Expires (MM / YY)").fill("12 / 34");
  await page.getByLabel("Security code").fill("123");
}

/** The same in the portal, from the billing page; saving leads back to it. */
export async function useCard(page: Page, number: string) {
  await page.getByRole("button", { name: "Change payment method" }).click();
  await fillCard(page, number);
  await page.getByRole("button", { name: "Save card" }).click();
  await expect(page.getByRole("heading", { name: "Billing", level: 1 })).toBeVisible();
}

/** Moves the time of Stripe and of Muster forward. */
export async function passDays(page: Page, stripe: string, days: number) {
  const answer = await page.request.post(`${stripe}/clock`, { form: { days: String(days) } });
  expect(answer.ok(), await answer.text()).toBe(true);
}

/** After so much time nobody is signed in anymore; the results are there in a moment. */
export async function comeBack(page: Page, email: string, path: string, words: string) {
  // an open page reloads when somebody signs in, in the middle of the test
  await page.goto("about:blank");
  await signIn(page, email);
  await seeAt(page, path, words);
}

/** Polls until the page says it. */
export async function seeAt(page: Page, path: string, words: string) {
  await expect(async () => {
    await page.goto(path);
    await expect(page.getByText(words, { exact: true }).first()).toBeVisible({ timeout: 15_000 });
  }).toPass();
}

/** A discount code of 20 %, created at Stripe. */
export async function makeCode(page: Page, stripe: string, code: string, more: Record<string, string> = {}) {
  const coupon = await post(page, `${stripe}/v1/coupons`, { percent_off: "20", duration: "forever" });
  const promotion = { "promotion[type]": "coupon", "promotion[coupon]": coupon.id };
  await post(page, `${stripe}/v1/promotion_codes`, { ...promotion, code, ...more });
}

/** The key of the stand-in at a URL, which the folder of its deployment holds. */
function keyOf(url: string): string {
  for (const folder of ["test-results/muster", "test-results/muster-time"]) {
    const read = (name: string) => JSON.parse(readFileSync(`${folder}/${name}`, "utf8"));
    const { environment } = read("lock.json") as { environment: Record<string, string> };
    const { stripe } = read("secrets.json") as { stripe: { key: string } };
    if (url.startsWith(environment["MUSTER_STRIPE_URL"] ?? " ")) return stripe.key;
  }
  throw new Error(`No deployment has a Stripe at ${url}.`);
}

async function post(page: Page, url: string, form: Record<string, string>) {
  const answer = await page.request.post(url, { form, headers: { authorization: `Bearer ${keyOf(url)}` } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as { id: string };
}

type Subscription = { id: string; status: string };

/** The subscription of an organization at Stripe, whatever its status is. */
export async function subscriptionOf(page: Page, stripe: string, organization: string): Promise<Subscription> {
  const url = `${stripe}/v1/subscriptions`;
  const headers = { authorization: `Bearer ${keyOf(url)}` };
  const answer = await page.request.get(`${url}?limit=100&status=all`, { headers });
  const { data } = (await answer.json()) as { data: (Subscription & { metadata: { organizationId?: string } })[] };
  const found = data.find(({ metadata }) => metadata.organizationId === organization);
  if (!found) throw new Error("It has no subscription.");
  return found;
}

/** The operator of the service lets the invoices of an organization be sent, due within so many days. */
export async function sendInvoices(page: Page, stripe: string, organization: string, days: number) {
  const { id } = await subscriptionOf(page, stripe, organization);
  const form = { collection_method: "send_invoice", days_until_due: String(days) };
  await post(page, `${stripe}/v1/subscriptions/${id}`, form);
}

/** Returns the origin of Stripe, for an organization that bought something. */
export async function stripeOf(page: Page, organization: string): Promise<string> {
  const { url } = await call<{ url: string }>(
    page.request,
    "POST",
    `/organizations/${organization}/billing/portal`,
    {},
  );
  return new URL(url).origin;
}

type Bought = { seats: { paid: number } };

/** An organization with so many seats, paid without a page of it. */
export async function subscribe(page: Page, seats: number) {
  const organization = await foundOrganization(page, "Acme");
  const path = `/organizations/${organization}/billing`;
  const { url } = await call<{ url: string }>(page.request, "POST", `${path}/checkout`, { seats, plan: "monthly" });
  const form = { card: cards.good, expiry: "12 / 34", cvc: "123" };
  const answer = await page.request.post(url, { form, maxRedirects: 0 });
  expect(answer.status(), await answer.text()).toBe(303);
  await expect.poll(async () => (await call<Bought>(page.request, "GET", path)).seats.paid).toBe(seats);
  return organization;
}
