import { call } from "./api.ts";
import { expect, foundOrganization, openOrganization, test, visit } from "./fixtures.ts";
import { intercept } from "./intercept.ts";
import { pretendMembers } from "./pretend.ts";

test("the palette reaches everything by keys, keeps the page when organizations are switched, and returns the focus", async ({
  person: { page },
}) => {
  const initech = await call<{ id: string }>(page.request, "POST", "/organizations", { name: "Initech" });
  const acme = await openOrganization(page, "Acme");
  const field = page.getByRole("combobox", { name: "Search or jump to" });
  const option = (name: string) => page.getByRole("option", { name, exact: true });
  await page.getByRole("button", { name: "Search or jump to" }).click();
  await expect(field).toBeFocused();
  await expect(option("Overview")).toHaveAttribute("data-highlighted", "");
  await page.keyboard.press("ArrowDown");
  await expect(option("Members")).toHaveAttribute("data-highlighted", "");
  await page.keyboard.press("ArrowUp");
  await expect(option("Overview")).toHaveAttribute("data-highlighted", "");
  await page.keyboard.type("qqq");
  await expect(page.getByText("Nothing found for “qqq”.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Search or jump to" })).toBeFocused();

  await page.keyboard.press("Control+k");
  await expect(field).toBeFocused();
  await page.keyboard.type("pend inv");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/organizations/${acme}/invitations`);
  await expect(page.getByRole("main")).toBeFocused();
  await page.keyboard.press("Control+k");
  await expect(field).toBeFocused();
  await page.keyboard.type("initech");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/organizations/${initech.id}/invitations`);
  await page.getByRole("button", { name: "Switch organization" }).click();
  await page.getByRole("menuitem", { name: "Acme" }).click();
  await expect(page).toHaveURL(`/organizations/${acme}/invitations`);

  await page.keyboard.press("Control+k");
  await expect(field).toBeFocused();
  await page.keyboard.type("dark");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.keyboard.press("Control+k");
  await expect(field).toBeFocused();
  await page.keyboard.type("invite");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Address 1")).toBeFocused();
  await page.keyboard.type("?i/");
  await page.keyboard.press("Control+k");
  await expect(page.getByLabel("Address 1")).toHaveValue("?i/");
  await expect(page.getByRole("dialog")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await page.keyboard.press("Shift+I");
  await page.keyboard.press("?");
  const shortcuts = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(shortcuts).toContainText("Invite people");
  await page.keyboard.press("i");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByRole("button", { name: "Your account" }).click();
  await page.getByRole("menuitem", { name: "Keyboard shortcuts" }).click();
  await expect(shortcuts).toBeVisible();
  await page.keyboard.press("Escape");

  await visit(page, "/account");
  await expect(page.getByRole("button", { name: "Search or jump to" })).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(field).toBeFocused();
  await expect(page.getByRole("option", { name: "Invite people" })).toHaveCount(0);
  await page.keyboard.type("sign out");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("the palette finds members, and drops answers to earlier input", async ({ person: { page } }) => {
  const organization = await foundOrganization(page, "Acme");
  await pretendMembers(page, 500);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await intercept(page, /search=noor(&|$)/, async (route) => {
    await held;
    await route.fallback();
  });
  await page.goto(`/organizations/${organization}`);
  await page.getByRole("button", { name: "Search or jump to" }).click();
  const request = page.waitForRequest(/search=noor(&|$)/);
  await page.getByRole("combobox", { name: "Search or jump to" }).fill("noor");
  await request;
  await page.getByRole("combobox", { name: "Search or jump to" }).fill("noor ch");
  await expect(page.getByRole("option", { name: /^Noor Chen/ }).first()).toBeVisible();
  release();
  await expect(page.getByRole("option", { name: /^Noor Silva/ })).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/members\?search=noor.chen/);
});
