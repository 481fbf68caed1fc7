import type { Page } from "@playwright/test";
import { call } from "./api.ts";
import { type Client, expect, foundOrganization, newAddress, test, visit } from "./fixtures.ts";
import { intercept, release } from "./intercept.ts";
import { mailsTo } from "./mailbox.ts";
import { checkPage } from "./page-check.ts";
import { enroll, join } from "./people.ts";
import { refusal } from "./pretend.ts";

const rows = (page: Page) => page.getByRole("list", { name: "Notifications" }).getByRole("listitem");
const bell = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** Grace is a member of Ada's organization, and Ada has mentioned her in so many updates. */
async function mention({ request }: Client, id: string, account: string, titles: readonly string[]) {
  for (const title of titles) {
    await call(request, "POST", `/organizations/${id}/updates`, { title, content: `Look, @${account}` });
  }
}

/** Waits until somebody has so many notifications of a kind. */
async function notified({ request }: Client, count: number, kind = "update.mentioned") {
  const list = () => call<{ items: { kind: string }[] }>(request, "GET", "/notifications");
  await expect.poll(async () => (await list()).items.filter((one) => one.kind === kind).length).toBe(count);
}

test("a mention leads to its update, and is read in every tab and on every device", async ({
  person: { page },
  otherBrowser,
}, info) => {
  await call(page.request, "PATCH", "/account", { name: "Ada Lovelace" });
  const id = await foundOrganization(page, "Acme");
  const grace = await join(page, id, otherBrowser, { email: newAddress(info), name: "Grace Hopper", role: "write" });
  const { id: account } = await call<{ id: string }>(grace.request, "GET", "/account");
  await grace.goto("/notifications");
  await expect(grace.getByRole("heading", { name: "No notifications yet" })).toBeVisible();
  await checkPage(grace, "inbox-empty");

  await mention(page, id, account, ["Release plan", "Party on Friday"]);
  await notified(grace, 2);
  await grace.reload();
  await expect(rows(grace).first()).toContainText(
    "Ada Lovelace mentioned you or a team of yours in an update: Party on Friday",
  );
  await checkPage(grace, "inbox");

  // by keyboard alone, from the bell to the page
  const second = await otherBrowser.newPage();
  await second.goto(`/organizations/${id}`);
  await bell(second, "Notifications, some unread").press("Enter");
  await second.getByRole("link", { name: "All notifications" }).press("Enter");
  await second.getByRole("link", { name: "Mentions", exact: true }).press("Enter");
  await expect(second).toHaveURL(/only=mentions/);
  await expect(rows(second)).toHaveCount(2);
  await rows(second).first().getByRole("button", { name: "Mark as read" }).press("Enter");
  await expect(rows(second).nth(1).getByRole("link")).toBeFocused();
  await expect(rows(second).first().getByText(", unread")).toHaveCount(0);
  await second.getByRole("link", { name: "Unread", exact: true }).click();
  await expect(rows(second)).toHaveCount(1);

  await grace.reload();
  await expect(rows(grace).filter({ hasText: ", unread" })).toHaveCount(1);
  await rows(grace).filter({ hasText: "Release plan" }).getByRole("link").click();
  await expect(grace.getByRole("heading", { name: "Release plan", level: 1 })).toBeVisible();
  await expect(bell(grace, "Notifications")).toBeVisible();
  await second.reload();
  await expect(second.getByRole("heading", { name: "All read" })).toBeVisible();
});

test("all are marked as read at once; what was deleted is gone; a failure says so", async ({
  person: { page },
  newClient,
  watcher,
}, info) => {
  watcher.allowRefusals(503);
  const id = await foundOrganization(page, "Acme");
  const { id: account } = await call<{ id: string }>(page.request, "GET", "/account");
  const grace = await newClient();
  await enroll(page, id, grace, { email: newAddress(info), name: "Grace Hopper", role: "write" });
  await mention(grace, id, account, ["One", "Two", "Three"]);
  await notified(page, 3);
  await page.goto("/notifications?only=mentions");
  await expect(rows(page)).toHaveCount(3);

  await page.getByRole("link", { name: "Unread", exact: true }).click();
  await intercept(page, "**/api/v1/notifications/read-all", (route) => route.fulfill(refusal(503, "table.busy")));
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await expect(page.getByText("Not marked as read").first()).toBeVisible();
  await expect(bell(page, "Notifications, some unread")).toBeVisible();
  release(page, "**/api/v1/notifications/read-all");
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await expect(bell(page, "Notifications")).toBeVisible();
  await expect(page.getByRole("button", { name: "Mark all as read" })).toHaveCount(0);
  await page.getByRole("link", { name: "Mentions", exact: true }).click();

  const { items } = await call<{ items: { id: string }[] }>(grace.request, "GET", `/organizations/${id}/updates`);
  await call(grace.request, "DELETE", `/organizations/${id}/updates/${items[0]?.id}`);
  await page.reload();
  await expect(rows(page)).toHaveCount(2);
});

test("how somebody is notified is chosen for each organization, and a failure leaves it as it was", async ({
  person: { page },
  newClient,
  watcher,
}, info) => {
  watcher.allowRefusals(503);
  const id = await foundOrganization(page, "Acme");
  const { id: account } = await call<{ id: string }>(page.request, "GET", "/account");
  const grace = await newClient();
  await enroll(page, id, grace, { email: newAddress(info), name: "Grace Hopper", role: "write" });
  await page.goto("/account");
  await page.getByRole("link", { name: "Notifications", exact: true }).press("Enter");
  await expect(page.getByRole("heading", { name: "Notification preferences", level: 1 })).toBeVisible();
  const mentions = page.getByLabel("Mentions");
  await expect(mentions).toHaveValue("email");
  await checkPage(page, "notification-preferences");

  const path = "**/notification-preferences";
  await intercept(page, path, (route) => route.fulfill(refusal(503, "table.busy")));
  await mentions.selectOption("Off");
  await expect(page.getByText("Not saved").first()).toBeVisible();
  release(page, path);
  await expect(mentions).toHaveValue("email");
  await mentions.selectOption("Off");
  await expect(page.getByText("Saved").first()).toBeVisible();
  await page.reload();
  await expect(mentions).toHaveValue("off");
  await intercept(page, /\/organizations\?cursor=/, async (route) => {
    const items = [{ id, name: "From the second page", state: "active", role: "read" }];
    await route.fulfill({ json: { items, deleted: [] } });
  });
  await intercept(page, /\/api\/v1\/organizations$/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ json: { ...(await answer.json()), next: "more" } });
  });
  await page.reload();
  await expect(page.getByLabel("Organization").getByText("From the second page")).toBeAttached();
  release(page, /\/organizations\?cursor=/);
  release(page, /\/api\/v1\/organizations$/);

  await mention(grace, id, account, ["Never seen"]);
  const updates = `/organizations/${id}/updates`;
  const own = await call<{ id: string }>(page.request, "POST", updates, { title: "Mine", content: "Hello." });
  await call(grace.request, "POST", `${updates}/${own.id}/comments`, { content: "Well said." });
  await notified(page, 1, "update.commented");
  await visit(page, "/notifications");
  await expect(rows(page).filter({ hasText: "commented on Mine" })).toHaveCount(1);
  await expect(rows(page).filter({ hasText: "Never seen" })).toHaveCount(0);
});

test("emails about mentions end by their link, without signing in; an update is muted; a digest is chosen", async ({
  person: { page },
  otherBrowser,
  browser,
}, info) => {
  const id = await foundOrganization(page, "Acme");
  const email = newAddress(info);
  const grace = await join(page, id, otherBrowser, { email, name: "Grace Hopper", role: "write" });
  const { id: account } = await call<{ id: string }>(grace.request, "GET", "/account");
  await mention(page, id, account, ["Release plan"]);
  const [text = ""] = await mailsTo(page.request, email, "/unsubscribe#");
  const link = /(\/unsubscribe#\S+)/.exec(text)?.[1] ?? "";

  const nobody = await browser.newContext();
  const mail = await nobody.newPage();
  await mail.goto(link);
  await expect(mail.getByRole("heading", { name: "Stop these emails?" })).toBeVisible();
  await checkPage(mail, "unsubscribe");
  await mail.getByRole("button", { name: "Stop these emails" }).press("Enter");
  await expect(mail.getByRole("heading", { name: "These emails have stopped" })).toBeVisible();
  const preference = () =>
    call<{ mentions: string }>(grace.request, "GET", `/organizations/${id}/notification-preferences`);
  expect((await preference()).mentions).toBe("product");
  await checkPage(mail, "unsubscribed");
  await mail.getByRole("button", { name: "Undo" }).press("Enter");
  await expect(mail.getByText("Undone: you get these emails again.")).toBeVisible();
  expect((await preference()).mentions).toBe("email");
  await nobody.close();

  await grace.goto("/account/notifications");
  await grace.getByLabel("Mentions").selectOption("digest");
  await expect(grace.getByText("Saved").first()).toBeVisible();
  expect((await preference()).mentions).toBe("digest");

  await visit(grace, `/organizations/${id}`);
  const card = grace.getByRole("article").filter({ hasText: "Release plan" });
  const menu = card.getByRole("button", { name: /^Actions for/ });
  await menu.click();
  await grace.getByRole("menuitem", { name: "Mute this update" }).click();
  await expect(grace.getByText("Its comments don’t notify you anymore.")).toBeVisible();
  await menu.click();
  await grace.getByRole("menuitem", { name: "Unmute this update" }).click();
  await expect(grace.getByText("Its comments notify you again.")).toBeVisible();
});

test("an update is muted from its notification, and that is undone", async ({
  person: { page },
  otherBrowser,
}, info) => {
  const id = await foundOrganization(page, "Acme");
  const grace = await join(page, id, otherBrowser, { email: newAddress(info), name: "Grace Hopper", role: "write" });
  const { id: account } = await call<{ id: string }>(grace.request, "GET", "/account");
  await mention(page, id, account, ["Release plan"]);
  await notified(grace, 1);
  await grace.goto("/notifications");
  const row = rows(grace).filter({ hasText: "Release plan" });
  await row.getByRole("button", { name: "Mute this update" }).press("Enter");
  await expect(grace.getByText("Its comments don’t notify you anymore.")).toBeVisible();
  await expect(row.getByRole("button", { name: "Unmute this update" })).toBeFocused();
  await checkPage(grace, "notification-muted");
  await grace.getByRole("button", { name: "Undo" }).click();
  await expect(row.getByRole("button", { name: "Mute this update" })).toBeVisible();
  await grace.reload();
  await expect(row.getByRole("button", { name: "Mute this update" })).toBeVisible();
});
