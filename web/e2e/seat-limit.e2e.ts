import { expect, foundOrganization, reopen, test } from "./fixtures.ts";
import { intercept } from "./intercept.ts";
import { checkPage } from "./page-check.ts";
import { pretendBilling } from "./pretend-billing.ts";

const supportUrl = "https://example.com/support";

test("beyond the seats that can be bought, fields lead to support and nothing has a price", async ({
  person: { page },
}) => {
  const id = await foundOrganization(page, "Acme Robotics");
  const seats = page.getByRole("spinbutton", { name: "Seats" });
  const contact = page.getByRole("link", { name: "Contact the operator of this service" });
  const pay = page.getByRole("button", { name: "Continue to payment" });
  await pretendBilling(page, "free");

  await test.step("in an order", async () => {
    await page.goto(`/organizations/${id}/billing`);
    await expect(
      page.getByText(/so you need at least 2 seats\. Up to 10,000 seats can be bought here\.$/),
    ).toBeVisible();
    await seats.fill("999999");
    await expect(page.getByText("Contact the operator of this service for more.")).toBeVisible();
    await expect(contact, "without support there is no link").toHaveCount(0);
    await intercept(page, "**/api/v1/resources", (route) => route.fulfill({ json: { supportUrl, items: [] } }));
    await reopen(page, `/organizations/${id}/billing`);
    for (const huge of ["10001", "999999", "1e300", "123456789012345678901234567890"]) {
      await seats.fill(huge);
      await expect(contact).toHaveAttribute("href", supportUrl);
      await expect(pay).toHaveAttribute("aria-disabled", "true");
      await expect(page.getByText("each year")).toHaveCount(0);
    }
    await checkPage(page, "seat-limit-order");
    await page.getByRole("button", { name: "One seat fewer" }).click();
    await expect(seats).toHaveValue("10000");
    await expect(page.getByText("$960,000.00 each year")).toBeVisible();
    await seats.press("ArrowUp");
    await expect(seats, "the keyboard stays within the limit").toHaveValue("10000");
  });

  await test.step("in the steps of a new organization", async () => {
    await page.goto(`/organizations/new?made=${id}`);
    await seats.fill("10001");
    await expect(contact).toBeVisible();
    await checkPage(page, "seat-limit-steps");
  });

  await test.step("in a subscription that the operator gave more", async () => {
    await pretendBilling(page, "beyond");
    await reopen(page, `/organizations/${id}/billing`);
    const change = page.getByRole("spinbutton", { name: "Change seats" });
    await expect(page.getByText("You have more: those that you remove can’t be added again.")).toBeVisible();
    await checkPage(page, "seat-limit-beyond");
    await change.fill("10006");
    await expect(page.getByText("Up to 10,000 seats can be bought here.")).toBeVisible();
    await expect(contact).toBeVisible();
    await expect(page.getByRole("button", { name: /^Pay/ })).toHaveCount(0);
    await change.fill("10004");
    await expect(page.getByRole("button", { name: "Reduce to 10,004 seats" })).toBeVisible();
    await change.fill("10005");
    await page.getByRole("button", { name: "Turn on automatic seats" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Most seats").fill("99999999999");
    await expect(dialog.getByRole("link", { name: "Contact the operator of this service" })).toBeVisible();
    await expect(dialog.getByRole("button", { name: "Turn on", exact: true })).toHaveAttribute("aria-disabled", "true");
    await checkPage(page, "seat-limit-automatic");
  });
});
