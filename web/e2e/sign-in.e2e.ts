import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { newestMail } from "./mailbox.ts";

test("a new person signs up by code and reaches the requested page", async ({ page, email }) => {
  await page.goto("/account#top");
  await expect(page).toHaveURL("/sign-in");
  await askForCode(page, email);
  const { code } = await newestMail(page.request, email);
  await page.getByLabel("Code", { exact: true }).pressSequentially(code.toLowerCase().replace("-", " "));
  await expect(page.getByRole("heading", { name: "Account", exact: true })).toBeVisible();
  await expect(page).toHaveURL("/account#top");
  await expect(page.getByRole("main").getByText(email)).toBeVisible();
});

test("a code may be pasted with surrounding text", async ({ page, email }) => {
  await page.goto("/sign-in");
  await askForCode(page, email);
  const { code } = await newestMail(page.request, email);
  await page.getByLabel("Code", { exact: true }).evaluate((field, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", text);
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, `  ${code}\n`);
  await expect(page.getByRole("heading", { name: "Organizations", exact: true })).toBeVisible();
});

test("the emailed link signs in by itself in the browser that requested it, and the waiting tab follows", async ({
  page,
  context,
  email,
}) => {
  await page.goto("/sign-in");
  await askForCode(page, email);
  const { link } = await newestMail(page.request, email);
  const opened = await context.newPage();
  await opened.goto(link);
  await expect(opened.getByRole("heading", { name: "Organizations", exact: true })).toBeVisible();
  await expect(opened).toHaveURL("/");
  await expect(page.getByRole("heading", { name: "Organizations", exact: true })).toBeVisible();
});

test("in another browser the emailed link waits for a click, and leaves no code in the address", async ({
  page,
  email,
  otherBrowser,
}) => {
  await page.goto("/sign-in");
  await askForCode(page, email);
  const { link } = await newestMail(page.request, email);
  const other = await otherBrowser.newPage();
  await other.goto(link);
  await expect(other.getByRole("heading", { name: "Continue signing in?" })).toBeVisible();
  await expect(other).toHaveURL("/sign-in");
  await other.getByRole("button", { name: "Continue in this browser" }).click();
  await expect(other.getByRole("heading", { name: "Organizations", exact: true })).toBeVisible();
});

test("a link that was already used says so and offers a new code", async ({ page, email, watcher }) => {
  watcher.allowRefusals(401);
  await page.goto("/sign-in");
  await askForCode(page, email);
  const { link, code } = await newestMail(page.request, email);
  await page.getByLabel("Code", { exact: true }).fill(code);
  await expect(page.getByRole("heading", { name: "Organizations", exact: true })).toBeVisible();
  await page.goto(link);
  await page.getByRole("button", { name: "Continue in this browser" }).click();
  await expect(page.getByText("It has expired or was already used.")).toBeVisible();
  await page.getByRole("button", { name: "Request a new code" }).click();
  await expect(page.getByLabel("Email address")).toBeVisible();
});

test("after five wrong codes only a new one helps", async ({ page, email, watcher }) => {
  watcher.allowRefusals(401);
  await page.goto("/sign-in");
  await askForCode(page, email);
  for (const left of ["4 attempts left", "3 attempts left", "2 attempts left", "1 attempt left"]) {
    await page.getByLabel("Code", { exact: true }).fill("22222222");
    await expect(page.getByText(left)).toBeVisible();
    await page.getByLabel("Code", { exact: true }).fill("");
  }
  await page.getByLabel("Code", { exact: true }).fill("22222222");
  await expect(page.getByText("Too many attempts. Request a new code below.")).toBeVisible();
  await expect(page.getByLabel("Code", { exact: true })).toBeDisabled();
  await page.reload();
  await expect(page.getByLabel("Code", { exact: true })).toBeDisabled();

  await page.getByRole("button", { name: "Email me a new code" }).click();
  await expect(page.getByLabel("Code", { exact: true })).toBeEnabled();
  const { code } = await newestMail(page.request, email, 2);
  await page.getByLabel("Code", { exact: true }).fill(code);
  await expect(page.getByRole("heading", { name: "Organizations", exact: true })).toBeVisible();
});

test("a code is requested again after a pause, and expires", async ({ page, email }) => {
  await page.clock.install();
  await page.goto("/sign-in");
  await askForCode(page, email);
  await expect(page.getByRole("button", { name: /New code in \d+ seconds/ })).toBeDisabled();
  await page.clock.fastForward("00:31");
  await expect(page.getByRole("button", { name: "Email me a new code" })).toBeEnabled();
  await page.clock.fastForward("10:00");
  await expect(page.getByText("This code has expired.")).toBeVisible();
  await expect(page.getByLabel("Code", { exact: true })).toBeDisabled();
});

test("somebody who requests codes too often learns how long to wait", async ({ page, email, watcher }) => {
  watcher.allowRefusals(429);
  // if a window of the limit ends between the last refusal and the click, the click succeeds: then once more
  await expect(async () => {
    await page.goto("/sign-in");
    await expect.poll(async () => (await page.request.post("/api/v1/sign-in", { data: { email } })).status()).toBe(429);
    await page.getByLabel("Email address").fill(email);
    await page.getByRole("button", { name: "Email me a code" }).click();
    await expect(page.getByText(/Wait \d+ (second|minute)s?/)).toBeVisible({ timeout: 15_000 });
  }).toPass();
});

test("another address can be used instead", async ({ page, email }) => {
  await page.goto("/sign-in");
  await askForCode(page, email);
  await page.getByRole("link", { name: "Use another address" }).click();
  await expect(page.getByLabel("Email address")).toHaveValue(email);
  await page.goBack();
  await expect(page.getByLabel("Code", { exact: true })).toBeVisible();
});

test("without a connection the address is kept and the problem is named", async ({ page, context, email, watcher }) => {
  await page.goto("/sign-in");
  await expect(page.getByLabel("Email address")).toBeFocused();
  await context.setOffline(true);
  await page.getByLabel("Email address").fill(email);
  await page.getByRole("button", { name: "Email me a code" }).click();
  await expect(page.getByText("We can’t reach the server.")).toBeVisible();
  watcher.forgive(/ERR_INTERNET_DISCONNECTED/);
  await context.setOffline(false);
  await page.getByRole("button", { name: "Email me a code" }).click();
  await expect(page.getByLabel("Code", { exact: true })).toBeVisible();
});

async function askForCode(page: Page, email: string) {
  await page.getByLabel("Email address").fill(email);
  await page.getByRole("button", { name: "Email me a code" }).click();
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();
}
