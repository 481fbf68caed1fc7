import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { answered, call } from "./api.ts";
import { expect, newAddress, openOrganization, reopen, test } from "./fixtures.ts";
import { checkPage } from "./page-check.ts";
import { enroll, join } from "./people.ts";

const cardOf = (page: Page, name: string) => page.getByRole("article", { name, exact: true });

async function say(page: Page, id: string, option: string) {
  await reopen(page, `/organizations/${id}/settings/general`);
  await page.getByLabel("Who can post to the organization").selectOption({ label: option });
  await page.keyboard.press("Control+S");
  await expect(page.getByText("Settings saved")).toBeVisible();
}

test("an owner decides who posts, and turns updates off and on again", async ({
  person: { page },
  otherBrowser,
}, info) => {
  const id = await openOrganization(page, "Acme");
  const other = await join(page, id, otherBrowser, { email: newAddress(info), name: "Grace Hopper", role: "write" });
  await call(page.request, "POST", `/organizations/${id}/updates`, { title: "Hello", content: "All." });

  await say(page, id, "Only owners and admins");
  await other.goto(`/organizations/${id}`);
  await expect(cardOf(other, "Hello")).toBeVisible();
  const composer = other.getByRole("button", { name: "Post an update…" });
  await expect(composer).toHaveAttribute("aria-disabled", "true");
  await composer.hover();
  await expect(other.getByText("Only owners and admins post to this organization.").first()).toBeVisible();

  await say(page, id, "Nobody: updates are off");
  await other.reload();
  await expect(other.getByRole("heading", { name: "Updates are off" })).toBeVisible();
  await expect(composer).toBeHidden();
  await reopen(page, `/organizations/${id}`);
  await expect(page.getByText("You can turn them on in the general settings.")).toBeVisible();
  await checkPage(page, "updates-off");
  await page.getByRole("link", { name: "General settings" }).click();
  await expect(page.getByLabel("Who can post to the organization")).toHaveValue("off");

  await say(page, id, "Owners, admins, and members with the role Write");
  await other.reload();
  await expect(cardOf(other, "Hello")).toBeVisible();
});

test("all updates are exported, and what a former member wrote is deleted at once", async ({
  person: { page },
  newClient,
}, info) => {
  const id = await openOrganization(page, "Acme");
  const email = newAddress(info);
  const other = await newClient();
  await enroll(page, id, other, { email, name: "Grace Hopper", role: "write" });
  type Posted = { id: string; author: { account: string } };
  const posted = await call<Posted>(other.request, "POST", `/organizations/${id}/updates`, {
    title: "By Grace",
    content: "Soon gone.",
  });
  const { id: own } = await call<Posted>(page.request, "POST", `/organizations/${id}/updates`, {
    title: "By the owner",
    content: "It stays.",
  });
  await call(other.request, "POST", `/organizations/${id}/updates/${own}/comments`, { content: "A comment by Grace" });

  await reopen(page, `/organizations/${id}`);
  await expect(cardOf(page, "By Grace")).toBeVisible();
  for (const [item, holds] of [
    ["All updates as CSV", "Soon gone."],
    ["All updates as JSON", '"content": "A comment by Grace"'],
  ] as const) {
    await page.getByRole("button", { name: "Export", exact: true }).click();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: item }).click(),
    ]);
    expect(await readFile(await file.path(), "utf8")).toContain(holds);
  }

  await call(page.request, "DELETE", `/organizations/${id}/members/${posted.author.account}`);
  await page.reload();
  await cardOf(page, "By Grace")
    .getByRole("button", { name: /^Actions for/ })
    .click();
  await page.getByRole("menuitem", { name: "Delete everything this person wrote…" }).click();
  const dialog = page.getByRole("alertdialog", { name: "Delete everything this person wrote?" });
  await expect(dialog).toBeVisible();
  await page.setViewportSize({ width: 1280, height: 1_600 });
  await checkPage(page, "delete-all-of-former-member");
  await dialog.getByRole("button", { name: "Delete everything" }).click();
  await expect(page.getByText("What this former member wrote is being deleted")).toBeVisible();
  await expect(cardOf(page, "By Grace")).toBeHidden();
  await expect(cardOf(page, "By the owner")).toBeVisible();
  await reopen(page, `/organizations/${id}/updates/${own}`);
  await expect(page.getByText("It stays.")).toBeVisible();
  await expect(page.getByText("A comment by Grace")).toBeHidden();
});

test("a member reports an update and a comment, and owners decide about them", async ({
  person: { page },
  otherBrowser,
  newClient,
}, info) => {
  const id = await openOrganization(page, "Acme");
  const other = await join(page, id, otherBrowser, { email: newAddress(info), name: "Grace Hopper", role: "read" });
  const author = await newClient();
  await enroll(page, id, author, { email: newAddress(info), name: "Bob", role: "write" });
  const { id: update } = await call<{ id: string }>(author.request, "POST", `/organizations/${id}/updates`, {
    title: "Buy now",
    content: "It is cheap.",
  });
  await call(author.request, "POST", `/organizations/${id}/updates/${update}/comments`, { content: "So cheap." });

  await other.goto(`/organizations/${id}/updates/${update}`);
  await other.getByRole("button", { name: "Actions for Buy now" }).click();
  await other.getByRole("menuitem", { name: "Report…" }).click();
  const dialog = other.getByRole("dialog", { name: "Report this update?" });
  await dialog.getByLabel("Reason").selectOption({ label: "Spam or advertising" });
  await dialog.getByLabel("Note").fill("The third time today.");
  await checkPage(other, "report-update");
  await dialog.getByRole("button", { name: "Report" }).click();
  await expect(other.getByText("Reported to owners and admins")).toBeVisible();
  await expect(dialog).toBeHidden();
  await other.getByRole("button", { name: "Actions for Buy now" }).click();
  await other.getByRole("menuitem", { name: "Report…" }).click();
  await dialog.getByRole("button", { name: "Report" }).click();
  await expect(dialog.getByText("You have already reported this.")).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await other.getByRole("article", { name: "Comment by" }).getByRole("button", { name: "Report" }).click();
  const reportBelow = other
    .getByRole("dialog", { name: "Report this comment?" })
    .getByRole("button", { name: "Report" });
  await answered(other, /\/report$/, () => reportBelow.click());
  await reopen(other, `/organizations/${id}/reports`);
  await expect(other.getByText("dismiss reports").or(other.getByText("see reports")).first()).toBeVisible();

  const received = () => call<{ items: { kind: string }[] }>(page.request, "GET", "/notifications");
  await expect.poll(async () => (await received()).items.map(({ kind }) => kind)).toContain("update.reported");
  await reopen(page, "/notifications");
  await expect(page.getByText(/reported Buy now$/).first()).toBeVisible();
  await reopen(page, `/organizations/${id}`);
  await page.getByRole("navigation", { name: "Manage" }).getByRole("link", { name: "Reports 2 waiting" }).click();
  const here = page.getByRole("navigation", { name: "Main" }).locator("[data-status=active]");
  await expect(here).toHaveText(["Reports"]);
  const entry = page.getByRole("article", { name: "Buy now", exact: true });
  await expect(entry).toContainText("Grace Hopper");
  await expect(entry).toContainText("Spam or advertising: The third time today.");
  await checkPage(page, "reports");
  const comment = page.getByRole("article", { name: "Comment on Buy now" });
  await comment.getByRole("button", { name: "Dismiss" }).click();
  await expect(page.getByText("Reports dismissed")).toBeVisible();
  await expect(comment).toBeHidden();
  const inbox = () => call<{ items: { kind: string }[] }>(other.request, "GET", "/notifications");
  await expect.poll(async () => (await inbox()).items.map(({ kind }) => kind)).toContain("update.report_dismissed");
  await reopen(other, "/notifications");
  await expect(other.getByText("Your report of a comment on Buy now was dismissed")).toBeVisible();
  await entry.getByRole("button", { name: "Delete update" }).click();
  await expect(page.getByRole("heading", { name: "Nothing to decide" })).toBeVisible();
});
