import type { Page } from "@playwright/test";
import { call } from "./api.ts";
import { expect, foundOrganization, openOrganization, reopen, startOver, test } from "./fixtures.ts";
import { intercept, release } from "./intercept.ts";
import { newestMail } from "./mailbox.ts";
import { checkPage } from "./page-check.ts";
import { refusal } from "./pretend.ts";

test("the pages of signing in", async ({ page, email, watcher }) => {
  watcher.allowRefusals(401);
  await page.goto("/");
  await expect(page.getByLabel("Email address")).toBeFocused();
  await checkPage(page, "sign-in");

  await page.getByLabel("Email address", { exact: true }).fill("nobody");
  await page.keyboard.press("Enter");
  await expect(page.getByText("This is not an email address.")).toBeVisible();
  await checkPage(page, "sign-in-refused");

  await page.getByLabel("Email address").fill(email);
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Code", { exact: true })).toBeFocused();
  await checkPage(page, "code");

  await page.getByLabel("Code", { exact: true }).fill("22222222");
  await expect(page.getByText("4 attempts left")).toBeVisible();
  await checkPage(page, "code-refused");
});

test("the page of an emailed link in another browser", async ({ page, email, otherBrowser }) => {
  await page.request.post("/api/v1/sign-in", { data: { email } });
  const { link } = await newestMail(page.request, email);
  const other = await otherBrowser.newPage();
  await other.goto(link);
  await expect(other.getByRole("button", { name: "Continue in this browser" })).toBeVisible();
  await checkPage(other, "link");
});

test("the list of organizations, empty and with an organization", async ({ person: { page } }) => {
  await page.goto("/");
  await expect(page.getByText("No organizations yet")).toBeVisible();
  await checkPage(page, "organizations-empty");

  await page.getByRole("link", { name: "New organization" }).click();
  await page.getByLabel("Name").fill("www.example.com");
  await page.keyboard.press("Enter");
  await expect(page.getByText("must not look like a web or mail address")).toBeVisible();
  await checkPage(page, "new-organization");

  await page.getByLabel("Name").fill("Acme Robotics");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Stay free with 3 seats" }).click();
  await expect(page.getByRole("link", { name: "Invite people" })).toBeFocused();
  await checkPage(page, "new-organization-ready");

  await reopen(page, "/");
  await expect(page.getByRole("main").getByRole("link", { name: /Acme Robotics/ })).toBeVisible();
  await checkPage(page, "organizations");
});

test("an organization and the notifications", async ({ person: { page } }) => {
  await openOrganization(page, "Acme Robotics");
  await expect(page.getByText("You created Acme Robotics")).toBeVisible();
  await expect(page.getByRole("region", { name: "Set up Acme Robotics" })).toBeVisible();
  await checkPage(page, "overview");

  await page.getByRole("button", { name: "Search or jump to" }).click();
  await expect(page.getByRole("combobox", { name: "Search or jump to" })).toBeFocused();
  await checkPage(page, "palette");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Search or jump to" })).toBeFocused();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await checkPage(page, "shortcuts");
  await page.keyboard.press("Escape");

  const inbox = () => call<{ items: object[] }>(page.request, "GET", "/notifications");
  await expect.poll(async () => (await inbox()).items.length).toBe(1);
  await page.reload();
  await expect(page.getByRole("button", { name: "Notifications, some unread" })).toBeVisible();
  await page.getByRole("button", { name: /^Notifications/ }).click();
  await expect(page.getByText("You created it and own it.")).toBeVisible();
  await checkPage(page, "notifications");
});

async function openGeneralSettings(page: Page) {
  const id = await foundOrganization(page, "Acme Robotics");
  const path = `/organizations/${id}/settings/general`;
  await call(page.request, "PATCH", path, {
    revision: 0,
    contact: { name: "Grace Hopper", email: "office@acme-robotics.example", phone: "+49 30 1234567" },
    address: { country: "DE", street: "Example Street 12", city: "Berlin", postalCode: "10115" },
  });
  await page.goto(path);
  await expect(page.getByLabel("Country")).toHaveValue("DE");
  return path;
}

test("the general settings, unchanged and unsaved", async ({ person: { page } }) => {
  await openGeneralSettings(page);
  await checkPage(page, "settings");

  await page.getByLabel("Organization name").fill("Acme Machines");
  await page.getByLabel("Email address", { exact: true }).fill("nobody");
  await page.getByLabel("Phone").fill("+49 30 7654321");
  await expect(page.getByText("This is not an email address.")).toBeVisible();
  await expect(page.getByText("3 unsaved changes")).toBeVisible();
  await checkPage(page, "settings-unsaved");
});

test("the general settings, changed by somebody else at the same time", async ({ person: { page }, watcher }) => {
  watcher.allowRefusals(409);
  const path = await openGeneralSettings(page);
  await page.getByLabel("Organization name").fill("Acme Machines");
  await page.getByLabel("Phone").fill("+49 30 7654321");
  await call(page.request, "PATCH", path, { revision: 1, name: "Acme Robots", contact: { phone: null, name: "Ada" } });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("2 choices to make")).toBeVisible();
  await expect(page.getByText("Changed elsewhere")).toHaveCount(1);
  await page.getByRole("radio", { name: "Yours Acme Machines" }).click();
  await expect(page.getByText("1 choice to make")).toBeVisible();
  await checkPage(page, "settings-conflict");
});

test("what does not exist or is broken, and the account", async ({ person: { page }, watcher }) => {
  await test.step("what does not exist, and what is broken", async () => {
    watcher.allowRefusals(403, 404, 500);
    await page.goto("/nowhere");
    await expect(page.getByRole("heading", { name: "This page doesn’t exist" })).toBeVisible();
    await checkPage(page, "missing");

    await page.goto("/organizations/org_01ARZ3NDEKTSV4RRFFQ69G5FAV");
    await expect(page.getByRole("heading", { name: "This page doesn’t exist" })).toBeVisible();
    await checkPage(page, "missing-organization");

    await intercept(page, "**/api/v1/organizations*", (route) => route.fulfill(refusal(403, "actor.forbidden")));
    await page.goto("/");
    await expect(page.getByRole("heading", { name: "You don’t have access to this page" })).toBeVisible();
    await checkPage(page, "forbidden");

    release(page, "**/api/v1/organizations*");
    await intercept(page, "**/api/v1/organizations*", (route) => route.fulfill(refusal(500, "internal.error")));
    await page.reload();
    await expect(page.getByRole("heading", { name: "Something went wrong" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Copy request ID" })).toHaveText("request-500");
    await checkPage(page, "broken");

    release(page, "**/api/v1/organizations*");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByText("No organizations yet")).toBeVisible();
  });

  await test.step("the account", async () => {
    await startOver(page);
    await reopen(page, "/account");
    await expect(page.getByText("This session")).toBeVisible();
    await checkPage(page, "account");

    await page.getByLabel("Name").fill("Ada Lovelace");
    await expect(page.getByText("1 unsaved change")).toBeVisible();
    await checkPage(page, "account-unsaved");

    await page.getByRole("button", { name: "Sign out everywhere" }).click();
    await expect(page.getByRole("alertdialog")).toBeVisible();
    await checkPage(page, "confirm");
  });
});
