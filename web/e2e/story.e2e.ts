import type { Page } from "@playwright/test";
import { expect, openOrganization, test, visit } from "./fixtures.ts";
import { newestMail } from "./mailbox.ts";
import { invitationLink } from "./people.ts";

test("the main tasks by keyboard alone: invite, mail, accept, another role, removal", async ({
  person: { page, email },
  otherBrowser,
  watcher,
}) => {
  watcher.allowRefusals(404);
  const grace = `grace.${email}`;
  const organization = await openOrganization(page, "Acme Robotics");

  await page.keyboard.press("i");
  await expect(page.getByLabel("Address 1")).toBeFocused();
  await page.keyboard.type(grace);
  await page.keyboard.press("Tab");
  await page.keyboard.type("w");
  await expect(page.getByLabel("Role 1")).toHaveValue("write");
  await tabTo(page, "Review");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Ready to send.")).toBeVisible();
  await tabTo(page, "Send 1 invitation");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Done" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page).toHaveURL(`/organizations/${organization}`);

  const other = await otherBrowser.newPage();
  await other.goto(await invitationLink(page.request, grace));
  await tabTo(other, "Sign in to accept");
  await other.keyboard.press("Enter");
  await expect(other.getByLabel("Email address")).toBeFocused();
  await other.keyboard.press("Enter");
  await expect(other.getByLabel("Code", { exact: true })).toBeFocused();
  const { code } = await newestMail(other.request, grace);
  await other.keyboard.type(code);
  await expect(other.getByRole("button", { name: "Accept and join" })).toBeVisible();
  await tabTo(other, "Accept and join");
  await other.keyboard.press("Enter");
  await expect(other.getByRole("heading", { name: "Acme Robotics", level: 1 })).toBeVisible();
  await expect(other.getByText("Write", { exact: true }).first()).toBeVisible();

  await visit(page, `/organizations/${organization}/members`);
  await expect(page.getByRole("row")).toHaveCount(3);
  await tabTo(page, /^Role of Grace/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitemradio", { name: /^Read/ })).toBeFocused();
  await page.keyboard.type("adm");
  await expect(page.getByRole("menuitemradio", { name: /^Admin/ })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: /^Role of Grace.*Admin$/ })).toBeFocused();
  await expect(page.getByText(/^Grace.* is now an admin$/)).toBeVisible();
  await other.reload();
  await expect(other.getByRole("button", { name: "Invite people" })).toBeVisible();

  await tabTo(page, /^Actions for Grace/);
  await page.keyboard.press("Enter");
  await page.keyboard.press("End");
  await expect(page.getByRole("menuitem", { name: "Remove…" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alertdialog")).toBeVisible();
  await tabTo(page, "Remove member");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/^Grace.* was removed$/)).toBeVisible();
  await expect(page.getByRole("row")).toHaveCount(2);
  await other.reload();
  await expect(other.getByRole("heading", { name: "This page doesn’t exist" })).toBeVisible();

  await visit(page, `/organizations/${organization}`);
  await expect(page.getByText(/You removed Grace/)).toBeVisible();
  await expect(page.getByText(/joined as Write, invited by you/)).toBeVisible();
});

/** Presses Tab until the control of this name has the focus: what Tab does not reach, the keyboard does not reach. */
async function tabTo(page: Page, name: string | RegExp) {
  const wanted = page.getByRole("button", { name, ...(typeof name === "string" && { exact: true }) });
  await expect(wanted).toBeVisible();
  for (let presses = 0; presses < 40; presses += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      return;
    }
    await page.keyboard.press("Tab");
  }
  await expect(wanted).toBeFocused();
}
