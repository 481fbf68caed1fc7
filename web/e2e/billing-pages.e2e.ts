import { call } from "./api.ts";
import { expect, foundOrganization, reopen, startOver, test } from "./fixtures.ts";
import { intercept, type Route } from "./intercept.ts";
import { checkPage, takePicture } from "./page-check.ts";
import { refusal } from "./pretend.ts";
import { type PretendedBilling, pretendBilling } from "./pretend-billing.ts";

test("billing in each state, and what other pages show of it", async ({ person: { page }, watcher }) => {
  await test.step("billing in each other state", async () => {
    const id = await foundOrganization(page, "Acme Robotics");
    await page.goto(`/organizations/${id}/billing`);
    for (const [name, words] of Object.entries(states)) {
      await pretendBilling(page, name as PretendedBilling);
      await reopen(page, `/organizations/${id}/billing`);
      await expect(page.getByText(words).first()).toBeVisible();
      await expect(page.locator("[data-reserved]")).toHaveCount(0);
      await expect(page.getByRole("region", { name: "Invoices" }).getByText("DE2WKYGX-0001")).toBeVisible();
      const upcoming = page.getByRole("region", { name: "Upcoming invoice" });
      await expect(upcoming).toContainText(absences[name as PretendedBilling] ?? "Charged on");
      await takePicture(page, `billing-${name}`);
    }
    await checkPage(page, "billing-ordered");
  });

  await test.step("a payment that arrives between two answers is seen in the whole page at once", async () => {
    await startOver(page);
    const id = await foundOrganization(page, "Acme Robotics");
    await pretendBilling(page, "active");
    const before = {
      ...(await (await page.request.get(`/api/v1/organizations/${id}`)).json()),
      billingStatus: "past_due",
    };
    await intercept(page, /\/api\/v1\/organizations\/org_\w+$/, (route) => route.fulfill({ json: before }), {
      times: 1,
    });
    await reopen(page, `/organizations/${id}/billing`);
    await expect(page.getByText("DE2WKYGX-0003")).toBeVisible();
    await expect(page.getByRole("button", { name: "Invite people" })).toBeEnabled();
  });

  await test.step("without plans the page says who grants seats, and offers nothing to buy", async () => {
    await startOver(page);
    const id = await foundOrganization(page, "Acme Robotics");
    await pretendBilling(page, "free");
    const json = { items: [{ id: "free", seats: 3 }] };
    await intercept(page, "**/api/v1/plans", (route) => route.fulfill({ json }));
    await reopen(page, `/organizations/${id}/billing`);
    await expect(page.getByText("Seats are not for sale here.")).toBeVisible();
    await expect(page.getByRole("button", { name: /payment/i })).toHaveCount(0);
    await checkPage(page, "billing-unsold");
  });

  await test.step("billing problems appear on every page, with a link that helps", async () => {
    await startOver(page);
    const id = await foundOrganization(page, "Acme Robotics");
    await pretendBilling(page, "pastDue");
    await reopen(page, `/organizations/${id}`);
    await expect(page.getByRole("link", { name: "Pay", exact: true })).toBeVisible();
    await expect(page.getByRole("button", { name: "Invite people" })).toBeDisabled();
    await checkPage(page, "overview-past-due");
    await reopen(page, `/organizations/${id}/imports`);
    await expect(page.getByText("No imports yet.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Import people" })).toBeDisabled();
    await expect(page.getByRole("button", { name: "Choose a file" })).toHaveCount(0);

    await pretendBilling(page, "readOnly", { role: "read", seats: undefined });
    await reopen(page, `/organizations/${id}/members`);
    await expect(page.getByText("Acme Robotics is read-only.")).toBeVisible();
    await takePicture(page, "members-read-only");

    await pretendBilling(page, "ordered");
    await reopen(page, `/organizations/${id}`);
    await expect(page.getByRole("button", { name: "Continue payment" })).toBeVisible();
    await takePicture(page, "overview-ordered");
  });

  await test.step("a price with tax that a bank pays, and the return from such a payment", async () => {
    await startOver(page);
    const id = await foundOrganization(page, "Acme Robotics");
    await pretendBilling(page, "taxed");
    await reopen(page, `/organizations/${id}/billing`);
    await page.getByRole("spinbutton", { name: "Change seats" }).fill("15");
    const costs = page.getByRole("region", { name: "Price" });
    await expect(
      costs.getByRole("button", { name: "Pay $256.44 with bank account 6789 and add 3 seats" }),
    ).toBeEnabled();
    await expect(costs).toContainText("Includes $40.94 tax.");
    await expect(costs).toContainText("Your bank takes up to 4 business days.");
    await checkPage(page, "billing-taxed", costs);
    await pretendBilling(page, "debitFirst");
    const held: Route[] = [];
    await intercept(page, /\/api\/v1\/organizations\/org_\w+$/, (route) => void held.push(route), { times: 1 });
    await reopen(page, `/organizations/${id}/billing?session=cs_test_pretended`);
    await expect(page.getByRole("heading", { name: "Payment processing" })).toBeVisible();
    await expect(page.getByText("you are never charged twice")).toBeVisible();
    const above = page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link");
    await expect(above.nth(1)).toHaveAccessibleName("Organization");
    for (const route of held) await route.fallback();
    await expect(above.nth(1)).toHaveAccessibleName("Acme Robotics");
    await checkPage(page, "checkout-processing");
    await reopen(page, `/organizations/${id}`);
    await expect(page.getByText("Your bank is processing the payment")).toBeVisible();
    await checkPage(page, "overview-processing");
    await pretendBilling(page, "debitFirstRefused");
    await reopen(page, `/organizations/${id}/billing?session=cs_test_pretended`);
    await expect(page.getByRole("heading", { name: "Payment refused" })).toBeVisible();
    await checkPage(page, "checkout-refused");
    await page.getByRole("link", { name: "See billing" }).click();
    await expect(page.getByRole("link", { name: "Pay the invoice" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Continue to payment" })).toHaveCount(0);
    await checkPage(page, "billing-refused-first");
    await reopen(page, `/organizations/${id}`);
    await expect(page.getByText("Your bank refused the payment, so no seats were added.")).toBeVisible();
    await checkPage(page, "overview-refused");
  });

  await test.step("billing of an organization that pays: its sections, a price, another plan, the cancellation", async () => {
    await startOver(page);
    watcher.allowRefusals(409);
    const id = await foundOrganization(page, "Acme Robotics");
    await pretendBilling(page, "active");
    await reopen(page, `/organizations/${id}/billing`);
    await expect(page.getByText("DE2WKYGX-0003")).toBeVisible();
    await expect(page.getByRole("list", { name: "Active discounts" })).toContainText("LAUNCH20");
    const upcoming = page.getByRole("region", { name: "Upcoming invoice" });
    await expect(upcoming).toContainText("with Visa 4242");
    await expect(upcoming.getByRole("listitem")).toHaveCount(3);
    await expect(upcoming.getByRole("definition").last()).toHaveText("$725.64");
    const size = page.viewportSize() ?? { width: 1280, height: 800 };
    await page.setViewportSize({ ...size, height: 2_000 });
    await checkPage(page, "billing");
    await page.setViewportSize(size);

    await page.getByRole("spinbutton", { name: "Change seats" }).fill("15");
    const costs = page.getByRole("region", { name: "Price" });
    await expect(costs.getByRole("button", { name: "Pay $256.44 with Visa 4242 and add 3 seats" })).toBeEnabled();
    await checkPage(page, "billing-seats", costs);
    await intercept(page, /\/billing\/resize$/, (route) => route.fulfill(refusal(409, "billing.price_changed")), {
      times: 1,
    });
    await costs.getByRole("button", { name: /^Pay/ }).click();
    await expect(costs.getByText("You were not charged: the price has changed")).toBeVisible();
    await takePicture(page, "billing-price-changed");

    await page.getByRole("spinbutton", { name: "Change seats" }).fill("4");
    await expect(page.getByText("7 members and 2 pending invitations, so you need at least 9 seats.")).toBeVisible();
    await intercept(page, /\/billing\/discount$/, (route) => route.fulfill(refusal(409, "billing.code_used")));
    await page.getByLabel("Code").fill("SAVE20");
    await expect(page.getByText("a new code replaces LAUNCH20")).toBeVisible();
    await page.getByRole("button", { name: "Replace" }).click();
    await expect(page.getByText("Refused.")).toBeVisible();
    await takePicture(page, "billing-refused");

    await page.getByRole("button", { name: "Change plan" }).click();
    await page.getByRole("radio", { name: /^Monthly/ }).check();
    await expect(page.getByRole("button", { name: "Pay $256.44 with Visa 4242 and switch plan" })).toBeEnabled();
    await checkPage(page, "billing-plan");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Cancel subscription" }).click();
    await expect(page.getByRole("alertdialog", { name: "Cancel the subscription?" })).toBeVisible();
    await takePicture(page, "billing-cancel");
  });
});

test("what Stripe refuses of the billing contact, and the way to the field that corrects it", async ({
  person: { page },
}) => {
  const id = await foundOrganization(page, "Acme Robotics");
  await call(page.request, "PATCH", `/organizations/${id}/settings/general`, {
    revision: 0,
    contact: { name: "Grace Hopper", email: "office@acme-robotics.example", phone: "+49 30 1234567" },
    address: { country: "US", street: "Example Street 12", city: "Springfield" },
  });
  await pretendBilling(page, "refusedContact");
  await page.goto(`/organizations/${id}/billing`);
  const card = page.getByRole("region", { name: "Billing contact" });
  await expect(card.getByText("Stripe refused part of this.")).toBeVisible();
  await expect(card.getByRole("listitem")).toHaveCount(2);
  await page.setViewportSize({ width: 1280, height: 2_400 });
  await checkPage(page, "billing-refused-contact");
  await card.getByRole("link", { name: "Phone" }).click();
  const phone = page.getByLabel("Phone");
  await expect(phone).toBeFocused();
  await expect(phone).toHaveAccessibleDescription(/Stripe refused this phone number, .*at most 20 characters/);
  await expect(page.getByLabel("Street and number")).toHaveAccessibleDescription(/isn't recognized/);
  await checkPage(page, "settings-refused-contact");
  await phone.fill("+49 30 123");
  await expect(phone).not.toHaveAccessibleDescription(/Stripe/);
  await pretendBilling(page, "active");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Settings saved")).toBeVisible();
  await expect(phone).not.toHaveAccessibleDescription(/Stripe/);
  await expect(page.getByText("Stripe refused")).toHaveCount(0);
});

const states: Partial<Record<PretendedBilling, string | RegExp>> = {
  trialing: /Free until/,
  waiting: "for the payment, which failed",
  expiring: "Expires soon",
  expired: "Expired",
  unpayable: "Add a payment method",
  debited: "STRIPE TEST BANK account 6789",
  debitFirst: "Your bank is processing the payment of $1,152.00. This takes up to 4 business days.",
  debitFirstRefused: "Your bank refused the payment, so no seats were added.",
  debitDropped: "Stripe has dropped the change that it is for.",
  debitRenewal: "Until it arrives, everything works as before",
  debitMore: "3 more seats (12 → 15) wait for it.",
  debitRefused: "Your bank refused the last payment.",
  taxed: /incl\. .* tax/,
  ending: "Resume the subscription",
  pastDue: /Stripe tries again on/,
  pastRetries: /No further attempt is planned/,
  overLimit: "9 seats are in use, but there are only 7.",
  canceled: "The subscription has ended.",
  paidLate: "Your payment of $1,152.00 bought nothing: it arrived after the subscription had ended.",
  readOnly: /without a subscription you have only \d+\. Nobody can be invited/,
  ordered: "Your order is waiting for payment",
};

const absences: Partial<Record<PretendedBilling, string>> = {
  ending: "Nothing more will be charged: the subscription ends on",
  canceled: "there is no subscription",
  paidLate: "there is no subscription",
  readOnly: "there is no subscription",
  ordered: "there is no subscription",
  debitFirst: "there is no subscription",
  debitFirstRefused: "there is no subscription",
};

test("the steps to the first seats, and the return from the payment", async ({ person: { page }, watcher }) => {
  watcher.allowRefusals(503);
  const id = await foundOrganization(page, "Acme Robotics");
  await pretendBilling(page, "free");
  await page.goto(`/organizations/new?made=${id}`);
  await expect(page.getByRole("spinbutton", { name: "Seats" })).toHaveValue("5");
  await takePicture(page, "new-organization-seats");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("button", { name: "Continue to payment" })).toBeVisible();
  await checkPage(page, "new-organization-plan");
  await reopen(page, `/organizations/${id}/billing`);
  await expect(page.getByRole("heading", { name: "Buy seats" })).toBeVisible();
  await takePicture(page, "billing-free");

  const away = refusal(503, "internal.unavailable");
  await intercept(page, /\/billing\/confirm$/, (route) => route.fulfill(away), { times: 2 });
  await reopen(page, `/organizations/${id}/billing?session=cs_test_1`);
  await expect(page.getByText("The server can’t be reached right now.")).toBeVisible();
  await expect(page.getByText("Waiting for Stripe’s confirmation.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Payment processing" })).toBeVisible();
  await takePicture(page, "billing-processing");
  await pretendBilling(page, "active");
  await expect(page.getByRole("heading", { name: "Acme Robotics has 12 seats" })).toBeVisible();
  await checkPage(page, "billing-done");
  await page.goto(`/organizations/new?made=${id}`);
  await expect(page, "the steps are completed").toHaveURL(new RegExp(`/organizations/${id}$`));
});
