import { expect, foundOrganization, reopen, signIn, startOver, test } from "./fixtures.ts";
import { newestMail } from "./mailbox.ts";

test("the account by keyboard, its profile, its theme, and what is not saved", async ({ person: { page } }) => {
  await test.step("the keyboard alone reaches the content and back", async () => {
    await page.goto("/");
    await expect(page.getByRole("link", { name: "New organization" })).toBeVisible();
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("main")).toBeFocused();
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: "New organization" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByLabel("Name")).toBeFocused();
  });

  await test.step("a person changes their profile", async () => {
    await startOver(page);
    await reopen(page, "/account");
    await page.getByLabel("Name").fill("Ada Lovelace");
    const colors = page.getByRole("radiogroup", { name: "Color" });
    await colors.getByRole("radio", { checked: false }).first().click();
    await page.getByRole("button", { name: "Use Europe/Berlin, as this browser does" }).click();
    await page.getByRole("combobox", { name: "Dates and numbers" }).selectOption("en-GB");
    await page.getByRole("combobox", { name: "Time zone" }).fill("lisb");
    await page.getByRole("option", { name: "Europe/Lisbon" }).click();
    await expect(page.getByText("4 unsaved changes")).toBeVisible();
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Profile saved")).toBeVisible();
    await page.reload();
    await expect(page.getByLabel("Name")).toHaveValue("Ada Lovelace");
    await expect(page.getByRole("combobox", { name: "Time zone" })).toHaveValue("Europe/Lisbon");
    await expect(page.getByRole("button", { name: "Your account" })).toContainText("Ada Lovelace");
  });

  await test.step("the theme follows the system until one is chosen, and the choice is kept", async () => {
    await startOver(page);
    const root = page.locator("html");
    await reopen(page, "/account");
    await page.emulateMedia({ colorScheme: "light" });
    await expect(root).toHaveAttribute("data-theme", "light");
    await page.emulateMedia({ colorScheme: "dark" });
    await expect(root).toHaveAttribute("data-theme", "dark");
    await page.getByRole("radio", { name: "Light" }).click();
    await expect(root).toHaveAttribute("data-theme", "light");
    await page.reload();
    await expect(root).toHaveAttribute("data-theme", "light");
    await page.getByRole("radio", { name: "System" }).click();
    await expect(root).toHaveAttribute("data-theme", "dark");
  });

  await test.step("unsaved changes survive a reload, ask before leaving, and can be discarded", async () => {
    await startOver(page);
    await reopen(page, "/");
    await page.getByRole("button", { name: "Your account" }).click();
    await page.getByRole("menuitem", { name: "Account settings" }).click();
    const before = await page.getByLabel("Name").inputValue();
    await page.getByLabel("Name").fill("Somebody Else");
    await page.reload();
    await expect(page.getByLabel("Name")).toHaveValue("Somebody Else");

    await page.goBack();
    await expect(page.getByRole("alertdialog", { name: "Leave without saving?" })).toBeVisible();
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect(page).toHaveURL("/account");
    await page.getByRole("button", { name: "Discard" }).click();
    await expect(page.getByLabel("Name")).toHaveValue(before);
    await expect(page.getByText("unsaved change")).toBeHidden();
  });

  await test.step("a refused profile moves the focus to the mistake once, and not away from what is changed next", async () => {
    await startOver(page);
    await reopen(page, "/account");
    await page.getByLabel("Name").fill("");
    const colors = page.getByRole("radiogroup", { name: "Color" });
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByLabel("Name")).toBeFocused();
    await colors.getByRole("radio", { checked: true }).focus();
    await page.keyboard.press("ArrowRight");
    await expect(page.getByText("2 unsaved changes")).toBeVisible();
    await expect(colors.getByRole("radio", { checked: true })).toBeFocused();
    await expect(page.getByLabel("Name")).toHaveAttribute("aria-invalid", "true");
  });
});

test("an ended session signs its tab out, which comes back with nothing lost", async ({
  person: { page, email },
  otherBrowser,
}) => {
  const other = await otherBrowser.newPage();
  await signIn(other, email);
  const id = await foundOrganization(other, "Acme");
  await other.goto(`/organizations/${id}/settings/general`);
  await other.getByLabel("Organization name").fill("Half a new name");

  await page.goto("/account");
  await page.getByRole("button", { name: /^End session: \w+ on \w+/ }).click();
  await page.getByRole("button", { name: "End session", exact: true }).click();
  await expect(page.getByText("Session ended")).toBeVisible();

  await other.getByRole("button", { name: "Save" }).click();
  // the previous page says it too, and has a field of the same name
  await expect(other.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expect(other.getByText("Your session has ended.")).toBeVisible();
  await other.getByLabel("Email address").fill(email);
  await other.getByRole("button", { name: "Email me a code" }).click();
  await expect(other.getByRole("heading", { name: "Check your email" })).toBeVisible();
  const { code } = await newestMail(other.request, email, 3);
  await other.getByLabel("Code", { exact: true }).fill(code);
  await expect(other).toHaveURL(`/organizations/${id}/settings/general`);
  await expect(other.getByLabel("Organization name")).toHaveValue("Half a new name");
});

test("signing out ends the session here and in the other tab", async ({ person: { page }, context, watcher }) => {
  watcher.allowRefusals(401);
  await page.goto("/organizations/new");
  await page.getByRole("link", { name: "Account", exact: true }).click();
  const tab = await context.newPage();
  await tab.goto("/account");
  await expect(tab.getByText("This session")).toBeVisible();
  await page.getByRole("button", { name: "Your account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByText("You are signed out.")).toBeVisible();
  await expect(tab.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("signing out everywhere signs out here too", async ({ person: { page }, watcher }) => {
  watcher.allowRefusals(401);
  await page.goto("/account");
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(page.getByText("You are signed out everywhere.")).toBeVisible();
});
