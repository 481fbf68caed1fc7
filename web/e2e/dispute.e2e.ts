import type { Page } from "@playwright/test";
import { call } from "./api.ts";
import { expect, test } from "./fixtures.ts";
import { checkPage } from "./page-check.ts";
import { subscribe } from "./stripe-pages.ts";

const billingOf = (organization: string) => `/organizations/${organization}/billing`;

/** Opens Stripe's page of the newest invoice, as its seller has it, where the payer's bank acts. */
async function atBank(page: Page, organization: string, button: string) {
  type Invoices = { items: { pageUrl?: string }[] };
  const { items } = await call<Invoices>(page.request, "GET", `${billingOf(organization)}/invoices`);
  await page.goto(items[0]?.pageUrl ?? "");
  await page.getByRole("button", { name: button }).click();
}

/** Polls until the billing page says it. */
async function seeOnBilling(page: Page, organization: string, words: RegExp, { isThere = true } = {}) {
  await expect(async () => {
    await page.goto(billingOf(organization));
    await expect(page.getByRole("spinbutton", { name: "Change seats" })).toBeVisible();
    await expect(page.getByText(words)).toHaveCount(isThere ? 1 : 0, { timeout: 5_000 });
  }).toPass();
}

const disputed = /^A payment of \$50\.00 is disputed\./;

test("a disputed payment stops growth, the owner sees why, and once it is won seats can be added", async ({
  person: { page },
  watcher,
}) => {
  watcher.allowRefusals(402);
  const organization = await subscribe(page, 5);
  await atBank(page, organization, "Dispute this payment");
  await seeOnBilling(page, organization, disputed);

  const price = page.getByRole("region", { name: "Price" });
  const seats = page.getByRole("spinbutton", { name: "Change seats" });
  await seats.fill("7");
  await expect(page.getByText(/until that is resolved, no seats can be added/)).toBeVisible();
  await expect(price.getByRole("button", { name: /^Pay/ })).toHaveCount(0);
  const row = page.getByRole("row").filter({ hasText: "$50.00" });
  await expect(row.getByText("Disputed", { exact: true })).toBeVisible();
  await expect(row.getByText("Disputed $50.00")).toBeVisible();
  await checkPage(page, "billing-disputed");
  await seats.fill("4");
  await expect(price.getByRole("button", { name: /seat/ })).toBeEnabled();

  await page.goto(`${billingOf(organization)}/ledger`);
  await expect(page.getByRole("main").getByText("Disputed", { exact: true }).first()).toBeVisible();
  await expect(page.getByRole("region", { name: "Payments by month" })).toContainText(
    "Paid $50.00, disputed $50.00$0.00",
  );
  await checkPage(page, "ledger-disputed");

  await atBank(page, organization, "Decide it for the seller");
  await seeOnBilling(page, organization, disputed, { isThere: false });
  await seats.fill("7");
  await expect(price.getByRole("button", { name: /^Pay \$/ })).toBeEnabled();
  await expect(row.getByText("Paid", { exact: true })).toBeVisible();
});

test("a dispute that is lost says so, and who can help", async ({ person: { page } }) => {
  const organization = await subscribe(page, 5);
  await atBank(page, organization, "Dispute this payment");
  await atBank(page, organization, "Decide it for the payer");
  await seeOnBilling(page, organization, /^A disputed payment of \$50\.00 went back to its payer\./);
  await expect(page.getByText("Dispute lost")).toBeVisible();
  await checkPage(page, "billing-dispute-lost");
});
