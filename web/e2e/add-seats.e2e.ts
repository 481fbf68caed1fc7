import type { Page } from "@playwright/test";
import { call } from "./api.ts";
import { expect, test, visit } from "./fixtures.ts";
import { checkPage } from "./page-check.ts";
import { enroll, invite, join } from "./people.ts";
import { cards, fillCard, subscribe, useCard } from "./stripe-pages.ts";

const price = (page: Page) => page.getByRole("region", { name: "Price" });

/** Fills the invite dialog, up to its review. */
async function review(page: Page, organization: string, ...emails: string[]) {
  await page.goto(`/organizations/${organization}/members?dialog=invite`);
  await page.getByRole("button", { name: "Paste a list" }).click();
  await page.getByLabel("List of addresses").fill(emails.join(" "));
  await page.getByRole("button", { name: new RegExp(`^Add ${emails.length} `) }).click();
  await page
    .getByRole("button", { name: emails.length === 1 ? "Review" : `Review ${emails.length}`, exact: true })
    .click();
}

const seatsOf = async (page: Page, organization: string) =>
  (await call<{ seats: { paid: number } }>(page.request, "GET", `/organizations/${organization}/billing`)).seats.paid;

/** Returns what each change of seats was for, oldest first. */
async function purposesOf(page: Page, organization: string) {
  type Ledger = { items: { lines: { change?: { operation: string; purpose?: string } }[] }[] };
  const { items } = await call<Ledger>(page.request, "GET", `/organizations/${organization}/billing/ledger`);
  const changes = items.flatMap(({ lines }) => lines.flatMap(({ change }) => (change ? [change] : [])));
  return [...new Map(changes.map(({ operation, purpose }) => [operation, purpose])).values()].toReversed();
}

test("missing seats are bought in the invite dialog, in an import and for a former member, and each goes on", async ({
  person: { page, email },
  newClient,
  watcher,
}) => {
  watcher.allowRefusals(402);
  const organization = await subscribe(page, 2);

  await test.step("the dialog sends what it reviewed", async () => {
    await review(page, organization, "one@example.com", "two@example.com", "three@example.com", "four@example");
    await expect(page.getByText("When the seats are paid, 3 invitations are sent.")).toBeVisible();
    await expect(
      price(page).getByRole("button", { name: /^Pay \$[\d.]+ with Visa 4242 and add 2 seats$/ }),
    ).toBeEnabled();
    await checkPage(page, "invite-add-seats");
    await price(page).getByRole("button", { name: /^Pay/ }).click();
    await expect(page.getByText("3 invitations were sent.")).toBeVisible();
    await expect(page.getByRole("list", { name: "Result" }).getByText("Invalid address")).toBeVisible();
    await page.getByRole("button", { name: "Done" }).click();
    await expect(page.getByText("4 of 4 seats in use")).toBeVisible();
  });

  await test.step("the import continues", async () => {
    await page.goto(`/organizations/${organization}/imports?dialog=import`);
    const buffer = Buffer.from("ada@example.com\ngrace@example.com\n");
    const file = { name: "people.csv", mimeType: "text/csv", buffer };
    await page.getByRole("dialog").locator("input[type=file]").setInputFiles(file);
    await page.getByRole("button", { name: "Import 2 rows" }).click();
    await expect(page.getByText("When they are paid, the import goes on with these 2 rows.")).toBeVisible();
    await expect(
      price(page).getByRole("button", { name: /^Pay \$[\d.]+ with Visa 4242 and add 2 seats$/ }),
    ).toBeEnabled();
    await checkPage(page, "import-add-seats");
    await price(page).getByRole("button", { name: /^Pay/ }).click();
    await expect(page.getByText("Every row was invited exactly as written.")).toBeVisible();
    await expect(page.getByRole("region", { name: "Missing seats" })).toBeHidden();
  });

  await test.step("a former member is restored", async () => {
    const billing = `/organizations/${organization}/billing`;
    const { quote } = await call<{ quote: string }>(page.request, "POST", `${billing}/preview`, { seats: 7 });
    await call(page.request, "POST", `${billing}/resize`, { seats: 7, quote });
    const alan = { email: `alan.${email}`, name: "Alan Turing" };
    const account = await enroll(page, organization, await newClient(), alan);
    await call(page.request, "DELETE", `/organizations/${organization}/members/${account}`, {});
    await invite(page, organization, { email: `kurt.${email}` });
    await visit(page, `/organizations/${organization}/invitations?tab=former`);
    await page.getByRole("button", { name: `Restore alan.${email}` }).click();
    const dialog = page.getByRole("dialog", { name: "No seat is available" });
    await expect(dialog.getByText("Alan Turing needs one.")).toBeVisible();
    await expect(dialog.getByRole("button", { name: /^Pay \$[\d.]+ with Visa 4242 and add 1 seat$/ })).toBeEnabled();
    await checkPage(page, "restore-add-seats");
    await dialog.getByRole("button", { name: /^Pay/ }).click();
    await expect(page.getByText("Alan Turing was restored")).toBeVisible();
    await expect(dialog).toBeHidden();
  });
  expect(await seatsOf(page, organization)).toBe(8);
  // the purchase, three dialogs, and before the last of them a change whose purpose nobody said
  expect(await purposesOf(page, organization)).toEqual([undefined, "invitation", "import", undefined, "member"]);
});

test("a payment that fails waits in the dialog, which sends once it is paid elsewhere", async ({
  person: { page },
  context,
}) => {
  const organization = await subscribe(page, 2);
  await page.goto(`/organizations/${organization}/billing`);
  await useCard(page, cards.failsLater);
  await review(page, organization, "one@example.com", "two@example.com");
  await price(page).getByRole("button", { name: /^Pay/ }).click();
  await expect(page.getByText("for the payment, which failed")).toBeVisible();
  await expect(page.getByText("nothing that you entered is lost")).toBeVisible();
  await expect(page.getByText(/invitations? were sent/)).toBeHidden();
  const opened = context.waitForEvent("page");
  await page.getByRole("link", { name: "Pay the invoice" }).click();
  const stripe = await opened;
  await fillCard(stripe, cards.good);
  await stripe.getByRole("button", { name: /^Pay \$/ }).click();
  await expect(stripe.getByText("paid", { exact: true })).toBeVisible();
  await expect(page.getByText("2 invitations were sent.")).toBeVisible();
  expect(await seatsOf(page, organization)).toBe(3);
});

test("two people who miss the same seat do not buy it twice unasked", async ({
  person: { page, email },
  otherBrowser,
}) => {
  const organization = await subscribe(page, 2);
  const admin = await join(page, organization, otherBrowser, {
    email: `grace.${email}`,
    name: "Grace Hopper",
    role: "admin",
  });
  await review(page, organization, "one@example.com");
  await review(admin, organization, "two@example.com");
  for (const one of [page, admin]) {
    await expect(
      price(one).getByRole("button", { name: /^Pay \$[\d.]+ with Visa 4242 and add 1 seat$/ }),
    ).toBeEnabled();
  }
  await price(admin).getByRole("button", { name: /^Pay/ }).click();
  await expect(admin.getByText("1 invitation was sent.")).toBeVisible();

  await price(page).getByRole("button", { name: /^Pay/ }).click();
  const again = price(page).getByRole("button", { name: /^Pay \$[\d.]+ with Visa 4242 and add 1 seat$/ });
  await expect(again).toBeEnabled();
  expect(await seatsOf(page, organization)).toBe(3);
  await expect(page.getByText("1 invitation was sent.")).toBeHidden();
  await again.click();
  await expect(page.getByText("1 invitation was sent.")).toBeVisible();
  expect(await seatsOf(page, organization)).toBe(4);
});

test("a payment of one admin invites nobody from the page of another", async ({
  person: { page, email },
  otherBrowser,
  watcher,
}) => {
  watcher.allowRefusals(402);
  const organization = await subscribe(page, 2);
  const admin = await join(page, organization, otherBrowser, {
    email: `grace.${email}`,
    name: "Grace Hopper",
    role: "admin",
  });
  await admin.goto(`/organizations/${organization}/imports?dialog=import`);
  const file = { name: "people.csv", mimeType: "text/csv", buffer: Buffer.from("ada@example.com\n") };
  await admin.getByRole("dialog").locator("input[type=file]").setInputFiles(file);
  await admin.getByRole("button", { name: "Import 1 row" }).click();
  await expect(price(admin).getByRole("button", { name: /^Pay/ })).toBeEnabled();

  await page.goto(`/organizations/${organization}/billing`);
  await useCard(page, cards.failsLater);
  await page.getByRole("spinbutton", { name: "Change seats" }).fill("3");
  await price(page).getByRole("button", { name: /^Pay/ }).click();
  await expect(page.getByText("for the payment, which failed")).toBeVisible();
  const seen = admin.getByRole("region", { name: "Missing seats" });
  await admin.reload();
  await expect(seen.getByText("for the payment, which failed")).toBeVisible();
  await expect(seen.getByText("the import goes on")).toBeHidden();

  const retries: string[] = [];
  admin.on("request", (request) => request.url().endsWith("/retry") && retries.push(request.url()));
  await page.getByRole("link", { name: "Pay the invoice" }).click();
  await fillCard(page, cards.good);
  await page.getByRole("button", { name: /^Pay \$/ }).click();
  await expect(page.getByText("paid", { exact: true })).toBeVisible();
  await expect(seen.getByText("There are enough seats now.")).toBeVisible();
  expect(retries).toEqual([]);
  await seen.getByRole("button", { name: "Retry 1 row" }).click();
  await expect(admin.getByText("Every row was invited exactly as written.")).toBeVisible();
  expect(retries).toHaveLength(1);
});
