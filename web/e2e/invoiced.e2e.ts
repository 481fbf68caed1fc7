import { call } from "./api.ts";
import { expect, test } from "./fixtures.ts";
import { checkPage } from "./page-check.ts";
import { cards, fillCard, seeAt, sendInvoices, stripeOf, subscribe } from "./stripe-pages.ts";

type Known = { byInvoice?: { daysUntilDue: number } };

test("an organization that pays by invoice orders seats, gets an invoice, pays it, and has them", async ({
  person: { page },
}) => {
  const organization = await subscribe(page, 3);
  const path = `/organizations/${organization}/billing`;
  await sendInvoices(page, await stripeOf(page, organization), organization, 30);
  await expect.poll(async () => (await call<Known>(page.request, "GET", path)).byInvoice?.daysUntilDue).toBe(30);

  await page.goto(path);
  const payment = page.getByRole("region", { name: "Payment" });
  const price = page.getByRole("region", { name: "Price" });
  await expect(payment.getByText("By invoice, due within 30 days")).toBeVisible();
  await expect(page.getByRole("button", { name: /payment method/ })).toHaveCount(0);
  await expect(page.getByText(/Sent on .*, due within 30 days/)).toBeVisible();

  await page.getByLabel("Change seats").fill("5");
  await expect(
    price.getByText(/An invoice is sent, due within 30 days. The seats are added once it is paid./),
  ).toBeVisible();
  await checkPage(page, "invoice-order");
  await price.getByRole("button", { name: /^Add 2 seats by invoice of \$20\.00$/ }).click();
  await expect(page.getByText("Invoice sent", { exact: true })).toBeVisible();
  await expect(page.getByText("2 more seats (3 → 5) wait for the payment of the invoice")).toBeVisible();
  await expect(page.getByText("3 seats paid")).toBeVisible();
  await expect(payment.getByRole("list", { name: "Open invoices" }).getByText("$20.00")).toBeVisible();
  await page.reload();
  await expect(payment.getByRole("list", { name: "Open invoices" })).toBeVisible();
  await checkPage(page, "invoice-waiting");

  await page.goto(`/organizations/${organization}/members?dialog=invite`);
  await page.getByRole("button", { name: "Paste a list" }).click();
  await page.getByLabel("List of addresses").fill("one@example.com two@example.com three@example.com");
  await page.getByRole("button", { name: /^Add 3 / }).click();
  await page.getByRole("button", { name: "Review 3", exact: true }).click();
  await expect(page.getByText("2 more seats (3 → 5) wait for the payment of the invoice")).toBeVisible();

  await page.goto(path);
  await page.getByRole("link", { name: "Pay the invoice" }).click();
  await fillCard(page, cards.good);
  await page.getByRole("button", { name: "Pay $20.00" }).click();
  await expect(page.getByText("paid", { exact: true })).toBeVisible();
  await seeAt(page, path, "5 seats paid");
  await expect(page.getByText("wait for the payment")).toHaveCount(0);
});
