import { expect, test } from "./fixtures.ts";
import { checkPage } from "./page-check.ts";
import { join } from "./people.ts";
import { subscribe } from "./stripe-pages.ts";

test("a member requests seats, an owner declines once and then approves at the exact price", async ({
  person: { page, email },
  otherBrowser,
}) => {
  const organization = await subscribe(page, 3);
  const grace = await join(page, organization, otherBrowser, {
    email: `grace.${email}`,
    name: "Grace Hopper",
    role: "write",
  });
  const own = grace.getByRole("region", { name: "Seats" });
  const requests = page.getByRole("list", { name: "Seat requests" });

  async function request(note: string) {
    await own.getByRole("button", { name: "Request seats" }).click();
    const dialog = grace.getByRole("dialog", { name: "Request seats" });
    await dialog.getByRole("button", { name: "One seat more" }).click();
    await dialog.getByRole("button", { name: "Request seats" }).click();
    await expect(dialog.getByText("Enter the reason.")).toBeVisible();
    await dialog.getByLabel("Reason").fill(note);
    return dialog;
  }

  await grace.goto(`/organizations/${organization}/members`);
  const dialog = await request("Two people join support in May.");
  await checkPage(grace, "request-seats");
  await dialog.getByRole("button", { name: "Request seats" }).click();
  await expect(own.getByText("You requested 2 seats.")).toBeVisible();

  await page.goto(`/organizations/${organization}/billing`);
  await expect(requests.getByText("Grace Hopper requests 2 seats")).toBeVisible();
  const pay = requests.getByRole("button", { name: /^Pay \$[\d.]+ with Visa 4242 and add 2 seats$/ });
  await expect(pay).toBeEnabled();
  await checkPage(page, "seat-requests", requests);
  await requests.getByRole("button", { name: "Decline" }).click();
  await page.getByLabel("Why?").fill("Not before June.");
  await checkPage(page, "decline-seats");
  await page.getByRole("button", { name: "Decline request" }).click();
  await expect(requests).toBeHidden();

  await grace.reload();
  await expect(own.getByText("declined your request for 2 seats: Not before June.")).toBeVisible();
  await checkPage(grace, "own-seat-request", own);
  await (await request("They join in June.")).getByRole("button", { name: "Request seats" }).click();
  await expect(own.getByText("You requested 2 seats.")).toBeVisible();

  await page.reload();
  await pay.click();
  await expect(page.getByText("2 seats added")).toBeVisible();
  await expect(requests).toBeHidden();
  await grace.reload();
  await expect(own.getByText("approved your request for 2 seats.")).toBeVisible();
});
