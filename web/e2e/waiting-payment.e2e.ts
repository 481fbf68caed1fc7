import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { checkPage } from "./page-check.ts";
import { cards, seeAt, subscribe, useCard } from "./stripe-pages.ts";

// Changes of seats whose payment waits, and how they go on.

/** Orders as many seats, whose payment fails or waits for the bank. */
async function order(page: Page, seats: number) {
  await page.getByRole("spinbutton", { name: "Change seats" }).fill(String(seats));
  await page.getByRole("region", { name: "Price" }).getByRole("button", { name: /^Pay/ }).click();
  await expect(page.getByRole("link", { name: "Pay the invoice" })).toBeVisible();
}

const invoices = (page: Page) => page.getByRole("region", { name: "Invoices" }).getByRole("row");

test("a card is dead, another one is entered, and what waited is charged at once", async ({ person: { page } }) => {
  const organization = await subscribe(page, 3);
  await page.goto(`/organizations/${organization}/billing`);
  await useCard(page, cards.failsLater);
  await order(page, 5);
  await expect(page.getByText("3 seats paid")).toBeVisible();
  await useCard(page, cards.good);
  await expect(page.getByText("5 seats paid")).toBeVisible();
  await expect(page.getByRole("link", { name: "Pay the invoice" })).toHaveCount(0);
  await expect(invoices(page).filter({ hasText: "$20.00" }).getByText("Paid", { exact: true })).toBeVisible();
  await expect(page.getByRole("region", { name: "Payment" }).getByText(/4242/)).toBeVisible();
});

test("a bank asks for 3-D Secure: what nobody confirms waits, and is made once it is confirmed, however late", async ({
  person: { page },
  watcher,
}) => {
  watcher.allowRefusals(402);
  const organization = await subscribe(page, 3);
  await page.goto(`/organizations/${organization}/billing`);
  await useCard(page, cards.asksAlways);
  await order(page, 4);
  await checkPage(page, "billing-payment-waits");
  await page.getByRole("link", { name: "Pay the invoice" }).click();
  await page.getByRole("button", { name: /ending in 3184$/ }).click();
  await page.getByRole("button", { name: "Fail authentication" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.goto(`/organizations/${organization}/billing`);
  await expect(page.getByText("3 seats paid")).toBeVisible();
  await page.getByRole("link", { name: "Pay the invoice" }).click();
  await page.getByRole("button", { name: /ending in 3184$/ }).click();
  await page.getByRole("button", { name: "Complete authentication" }).click();
  await expect(page.getByText("paid", { exact: true })).toBeVisible();
  await seeAt(page, `/organizations/${organization}/billing`, "4 seats paid");
});
