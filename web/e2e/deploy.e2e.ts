import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { holdIdle } from "./first-load.ts";
import { expect, openOrganization, test } from "./fixtures.ts";
import { checkPage } from "./page-check.ts";

test.use({ savesData: false });

/** The account page's own file, whatever its hash: the build's manifest has it. */
function accountPart() {
  const text = readFileSync(new URL("../dist/.vite/manifest.json", import.meta.url), "utf8");
  const chunks = Object.values(JSON.parse(text) as Record<string, { file: string; name?: string }>);
  return `**/${chunks.find(({ name }) => name === "_signed-in/account")?.file ?? "no such file"}`;
}

/**
 * Removes the file of the account page, like a deployment that keeps no old files, and counts every load of the page
 * itself; `isBack` says when the file exists again.
 */
async function loseAccountPage(page: Page, isBack: (loads: string[]) => boolean) {
  const loads: string[] = [];
  page.on("request", (request) => {
    if (request.isNavigationRequest()) {
      loads.push(new URL(request.url()).pathname);
    }
  });
  await page.route(accountPart(), (route) =>
    isBack(loads) ? route.continue() : route.fulfill({ status: 404, contentType: "text/plain", body: "Gone." }),
  );
  return loads;
}

test("the page says which release it is", async ({ person: { page } }) => {
  await page.goto("/account");
  const { release } = JSON.parse(readFileSync(new URL("../dist/built.json", import.meta.url), "utf8"));
  const footer = page.getByText("Release", { exact: false }).and(page.locator("footer"));
  await expect(footer.filter({ visible: true })).toHaveText(`Release ${release}`);
  await checkPage(page, "account");
});

test("a deployment under an open tab: it reloads once, at the requested page, and no draft is lost", async ({
  person: { page },
  watcher,
}) => {
  watcher.allowRefusals(404);
  await holdIdle(page.context());
  await page.goto("/organizations/new");
  await page.getByLabel("Name").fill("Acme Robotics");
  const loads = await loseAccountPage(page, ({ length }) => length > 0);
  await page.getByRole("link", { name: "Account", exact: true }).click();
  await expect(page.getByText("What other members see about you.")).toBeVisible();
  expect(loads).toEqual(["/account"]);
  watcher.forgive(/A part of this page did not load/);

  await page.goto("/organizations/new");
  await expect(page.getByLabel("Name")).toHaveValue("Acme Robotics");
});

test("a part that stays missing: no second reload, but a page that says so and tries again on request", async ({
  person: { page },
  watcher,
}) => {
  watcher.allowRefusals(404);
  const incomplete = page.getByRole("heading", { name: "Something went wrong on this page" });
  await holdIdle(page.context());
  await page.goto("/organizations/new");
  const loads = await loseAccountPage(page, ({ length }) => length > 2);
  await page.getByRole("link", { name: "Account", exact: true }).click();
  await expect(incomplete).toBeVisible();
  expect(loads).toEqual(["/account"]);

  await page.getByRole("button", { name: "Try again" }).click();
  await expect.poll(() => loads).toHaveLength(2);
  await expect(incomplete).toBeVisible();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("What other members see about you.")).toBeVisible();
  expect(loads).toHaveLength(3);
  watcher.forgive(/A part of this page did not load/);
});

test("offline and one click: the shell stays, the page waits, and opens with the network; no draft is lost", async ({
  person: { page },
  context,
  watcher,
}) => {
  await page.goto("/organizations/new");
  await page.getByLabel("Name").fill("Acme Robotics");
  await context.setOffline(true);
  await page.getByRole("link", { name: "Account", exact: true }).click();
  const waiting = page.getByRole("heading", { name: "No connection" });
  await expect(waiting).toBeVisible();
  await expect(page.getByText("You’re offline.")).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(waiting).toBeVisible();
  await checkPage(page, "offline");

  await context.setOffline(false);
  await expect(page.getByText("What other members see about you.")).toBeVisible();
  await expect(page).toHaveURL(/\/account$/);
  await page.getByRole("link", { name: "Organizations", exact: true }).first().click();
  await page.goto("/organizations/new");
  await expect(page.getByLabel("Name")).toHaveValue("Acme Robotics");
  watcher.forgive(/A part of this page did not load|ERR_INTERNET_DISCONNECTED|Failed to fetch/);
});

test("an unknown address inside an organization keeps the navigation", async ({ person: { page } }) => {
  const id = await openOrganization(page, "Acme Robotics");
  await page.goto(`/organizations/${id}/nowhere`);
  await expect(page.getByRole("heading", { name: "This page doesn’t exist" })).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Members" })).toBeVisible();
  await checkPage(page, "missing-in-organization");
});
