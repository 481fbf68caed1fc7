import type { Page } from "@playwright/test";
import { expect, foundOrganization, test } from "./fixtures.ts";
import { intercept } from "./intercept.ts";
import { mailsTo, reauthenticationCode } from "./mailbox.ts";
import { checkPage, takePicture } from "./page-check.ts";
import { invite, join } from "./people.ts";
import { refusal } from "./pretend.ts";
import { stripeOf, subscribe, subscriptionOf } from "./stripe-pages.ts";

const typed = (page: Page) => page.getByRole("dialog").getByLabel(/^Type /);

test("an organization is deleted by its name after reauthentication, and restored with its members", async ({
  person: { page, email },
  otherBrowser,
  watcher,
}) => {
  watcher.allowRefusals(403);
  const id = await foundOrganization(page, "Acme Robotics");
  const grace = await join(page, id, otherBrowser, { email: `grace.${email}`, name: "Grace Hopper", role: "owner" });
  await invite(page, id, { email: `linus.${email}` });
  await page.goto(`/organizations/${id}/settings/general`);
  const trigger = page.getByRole("button", { name: "Delete organization" });
  await trigger.scrollIntoViewIfNeeded();
  await checkPage(page, "settings-danger");
  await trigger.click();
  await expect(typed(page)).toBeFocused();
  await typed(page).fill("acme robotics");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Type it exactly: Acme Robotics")).toBeVisible();
  await checkPage(page, "delete-organization");
  await page.keyboard.press("Escape");
  await expect(trigger).toBeFocused();

  await trigger.click();
  const sure = page.getByRole("dialog", { name: "Delete Acme Robotics?" });
  await expect(sure).toContainText("Both members lose access immediately.");
  await expect(sure).toContainText("1 pending invitation stops working.");
  await expect(sure).toContainText("for 30 days");
  for (const what of ["members", "invitations"]) {
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      sure.getByRole("button", { name: `Export ${what}` }).click(),
    ]);
    expect(file.suggestedFilename()).toContain(what);
  }
  await typed(page).fill("Acme Robotics");
  await intercept(page, /\/deletion$/, (route) => route.fulfill(refusal(403, "actor.reauthentication_required")), {
    times: 1,
  });
  await sure.getByRole("button", { name: "Delete organization" }).click();
  const proof = page.getByRole("dialog", { name: "Confirm it’s you" });
  await proof.getByLabel("Code", { exact: true }).fill(await reauthenticationCode(page.request, email));
  await expect(page.getByText("Acme Robotics is deleted")).toBeVisible();
  await expect(page.getByText(/^Can be restored until/)).toBeVisible();
  await checkPage(page, "organizations-deleted");

  await grace.goto(`/organizations/${id}`);
  await expect(grace.getByRole("heading", { level: 1 })).toHaveText(/not|exist|missing/i);
  const [mail = ""] = await mailsTo(page.request, `grace.${email}`, "you can restore it until");
  expect(mail).toContain("Acme Robotics");
  await grace.goto("/");
  await grace.getByRole("button", { name: "Restore Acme Robotics" }).click();
  await expect(grace.getByText("Acme Robotics is restored")).toBeVisible();
  await expect(grace.getByRole("button", { name: "Restore Acme Robotics" })).toBeHidden();

  await page.goto(`/organizations/${id}/members`);
  await expect(page.getByText("Grace Hopper")).toBeVisible();
});

test("an organization that pays is told before what is left, and when it is restored that it must pay again", async ({
  person: { page },
}) => {
  const organization = await subscribe(page, 4);
  const stripe = await stripeOf(page, organization);
  await page.goto(`/organizations/${organization}/settings/general`);
  await page.getByRole("button", { name: "Delete organization" }).click();
  const sure = page.getByRole("dialog", { name: /^Delete / });
  await expect(sure).toContainText(/The rest of the paid period, \$\d+\.\d\d, is not refunded\./);
  await checkPage(page, "delete-paid-organization");
  await typed(page).fill("Acme");
  await sure.getByRole("button", { name: "Delete organization" }).click();
  const restore = page.getByRole("button", { name: /^Restore / });
  await expect(restore).toBeVisible();
  // one that is restored before goes on
  await expect.poll(async () => (await subscriptionOf(page, stripe, organization)).status).toBe("canceled");
  await restore.click();
  await expect(page.getByText("If its subscription has ended with the deletion, subscribe again")).toBeVisible();
  await page.goto(`/organizations/${organization}/billing`);
  await expect(page.getByRole("heading", { name: "Choose a plan" })).toBeVisible();
  await checkPage(page, "billing-restored");
});

test("an account is deleted by its address, once nobody needs it", async ({ person: { page, email }, watcher }) => {
  watcher.allowRefusals(401, 409);
  const id = await foundOrganization(page, "Acme Robotics");
  await page.goto("/account");
  const trigger = page.getByRole("button", { name: "Delete my account" });
  await trigger.click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toHaveAccessibleName("You can’t delete your account yet");
  await expect(typed(page)).toHaveCount(0);
  const way = (name: string) => dialog.getByRole("link", { name });
  await expect(way("Transfer ownership of Acme Robotics")).toHaveAttribute("href", `/organizations/${id}/members`);
  await expect(way("Delete the organization Acme Robotics")).toHaveAttribute(
    "href",
    `/organizations/${id}/settings/general`,
  );
  await checkPage(page, "delete-account");
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(trigger).toBeFocused();
  const headers = { origin: new URL(page.url()).origin, "x-muster": "1" };
  const data = { name: "Acme Robotics" };
  await page.request.post(`/api/v1/organizations/${id}/deletion`, { headers, data });
  await trigger.click();
  await typed(page).fill(email);
  await dialog.getByRole("button", { name: "Delete my account" }).click();
  await expect(page.getByText("Your account is deleted.")).toBeVisible();
  await takePicture(page, "account-deleted");
  await page.goto("/account");
  await expect(page.getByLabel("Email address")).toBeVisible();
});
