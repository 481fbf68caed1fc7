import type { Page } from "@playwright/test";
import { expect, foundOrganization, openOrganization, test } from "./fixtures.ts";
import { intercept, release } from "./intercept.ts";
import { reauthenticationCode } from "./mailbox.ts";
import { checkPage } from "./page-check.ts";
import { refusal } from "./pretend.ts";

const addressOf = (id: string) => `/organizations/${id}/settings/api-keys`;
/** A key in OpenAI's form, and of nobody. A local run's stand-in refuses one that says so. */
const keyOf = (word: string) => `sk-proj-${word.padEnd(48, "0")}`;
const row = (page: Page, name: string) => page.getByRole("listitem").filter({ hasText: name });

async function choose(page: Page, name: string, action: string) {
  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

async function add(page: Page, name: string, key: string) {
  await page.getByRole("button", { name: "Add API key" }).click();
  const dialog = page.getByRole("dialog", { name: "Add API key" });
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("API key", { exact: true }).fill(key);
  await dialog.getByRole("button", { name: "Add key" }).click();
  await expect(dialog).toBeHidden();
}

test("keys are added with a sentence for each mistake, checked, replaced, restricted, disabled and deleted", async ({
  person: { page },
}) => {
  await openOrganization(page, "Acme Robotics");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Settings", exact: true }).click();
  await page.getByRole("link", { name: "API keys" }).click();
  await expect(page).toHaveTitle("API keys · Muster");
  await expect(page.getByRole("heading", { name: "No API keys yet" })).toBeVisible();
  await checkPage(page, "api-keys-empty");

  await page.getByRole("button", { name: "Add API key" }).click();
  const dialog = page.getByRole("dialog", { name: "Add API key" });
  await dialog.getByLabel("Provider").selectOption("Azure OpenAI");
  await dialog.getByLabel("API key", { exact: true }).fill(keyOf("EXAMPLE"));
  await expect(dialog.getByText("This is a key of OpenAI. Add it as “OpenAI”.")).toBeVisible();
  await dialog.getByRole("button", { name: "Add key" }).click();
  await expect(dialog.getByText("Enter the endpoint.")).toBeVisible();
  await expect(dialog.getByLabel("Name")).toBeFocused();
  await checkPage(page, "api-key-add-refused");
  await dialog.getByLabel("Provider").selectOption("OpenAI");
  await dialog.getByLabel("API key", { exact: true }).fill("sk-0123456789abcdef");
  await dialog.getByLabel("Name").fill("Production");
  await expect(dialog.getByText("does not have the form that its provider’s keys usually have")).toHaveCount(0);
  await dialog.getByLabel("API key", { exact: true }).fill(keyOf("EXAMPLE"));
  await dialog.getByRole("button", { name: "Add key" }).click();
  await expect(page.getByText("Production was added")).toBeVisible();
  await page.getByRole("button", { name: "Check it" }).click();
  await expect(row(page, "Production").getByText("Valid", { exact: true })).toBeVisible();

  await add(page, "Batch jobs", keyOf("refused"));
  await page.getByRole("button", { name: "Check Batch jobs" }).click();
  await expect(row(page, "Batch jobs").getByText("Refused", { exact: true })).toBeVisible();
  await expect(row(page, "Batch jobs")).toContainText("Needs rotation");
  await expect(row(page, "Batch jobs")).toContainText("The provider refuses this key.");
  await page.mouse.move(0, 0);
  await checkPage(page, "api-keys");

  await choose(page, "Batch jobs", "Replace key");
  const replace = page.getByRole("dialog", { name: "Replace Batch jobs" });
  await replace.getByLabel("API key", { exact: true }).fill(keyOf("NEWER"));
  await replace.getByRole("button", { name: "Replace key" }).click();
  await expect(page.getByText("Batch jobs was replaced")).toBeVisible();
  await expect(row(page, "Batch jobs")).not.toContainText("Needs rotation");

  await choose(page, "Batch jobs", "Edit name and teams");
  await page.getByRole("dialog").getByLabel("Name").fill("Nightly jobs");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Nightly jobs was saved")).toBeVisible();
  await choose(page, "Nightly jobs", "Disable");
  await page.getByRole("alertdialog").getByRole("button", { name: "Disable key" }).click();
  await expect(row(page, "Nightly jobs")).toContainText("Disabled");
  await page.reload();
  await expect(row(page, "Nightly jobs")).toContainText("Disabled");
  expect(await page.content()).not.toMatch(/EXAMPLE|NEWER|refused0/);

  await choose(page, "Nightly jobs", "Delete");
  await expect(page.getByRole("alertdialog")).toContainText("revoke it there as well");
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete key" }).click();
  await expect(row(page, "Nightly jobs")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Add API key" })).toBeFocused();
});

test("what was entered stays while a code is required, and what did not load can be loaded again", async ({
  person: { page, email },
  watcher,
}) => {
  watcher.allowRefusals(403, 500);
  const id = await foundOrganization(page, "Acme");
  await page.goto(addressOf(id));
  await expect(page.getByRole("heading", { name: "No API keys yet" })).toBeVisible();
  await intercept(page, /\/secrets$/, (route) => route.fulfill(refusal(403, "actor.reauthentication_required")), {
    times: 1,
  });
  await add(page, "Production", keyOf("EXAMPLE"));
  const confirmation = page.getByRole("dialog", { name: "Confirm it’s you" });
  await expect(confirmation).toContainText("Storing an API key requires a sign-in");
  await confirmation.getByLabel("Code", { exact: true }).fill(await reauthenticationCode(page.request, email));
  await expect(page.getByText("Production was added")).toBeVisible();
  await expect(row(page, "Production")).toContainText("0000");

  await intercept(page, /\/secrets(\?|$)/, (route) => route.fulfill(refusal(500, "internal.error")));
  await page.reload();
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
  release(page, /\/secrets(\?|$)/);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(row(page, "Production")).toBeVisible();
});
