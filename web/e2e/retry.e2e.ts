import { expect, foundOrganization, reopen, startOver, test } from "./fixtures.ts";
import { intercept, release } from "./intercept.ts";
import { idOf } from "./many-members.ts";
import { refusal } from "./pretend.ts";
import { pretendLists } from "./pretend-lists.ts";

/** Parts of pages, with the request of each, and what it shows of the answer. */
const parts = [
  { part: "activity", page: "", request: "events", shows: "Acme 1 to Acme 0" },
  { part: "rows of an import", page: `/imports/${idOf("imp", 1)}`, request: "rows", shows: "row-0@example.com" },
  { part: "people in a team", page: `/teams/${idOf("team", 1)}`, request: "members", shows: "Person 000" },
  { part: "invoices", page: "/billing", request: "invoices", shows: "DE2WKYGX-0000" },
  { part: "the upcoming invoice", page: "/billing", request: "upcoming-invoice", shows: "Nothing will be charged" },
  { part: "billing contact", page: "/billing", request: "general", shows: "None yet" },
  { part: "the catalog", page: "/settings/sources", request: "catalog", shows: "Messages" },
];

test("what fails on a page is shown in its place, and a retry loads it", async ({ person: { page }, watcher }) => {
  await test.step("a part of a page that fails is shown in its place, and a retry loads it", async () => {
    watcher.allowRefusals(500);
    const organization = await foundOrganization(page, "Acme");
    await pretendLists(page);
    await page.goto(`/organizations/${organization}/teams`);
    for (const { part, page: path, request, shows } of parts) {
      await test.step(part, async () => {
        const refused = new RegExp(`/api/v1/.*/${request}(\\?.*)?$`);
        await intercept(page, refused, (route) => route.fulfill(refusal(500, "internal.error")));
        await reopen(page, `/organizations/${organization}${path}`);
        const failure = page.getByRole("main").getByRole("alert");
        await expect(failure).toBeVisible();
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        release(page, refused);

        await failure.getByRole("button", { name: "Try again" }).click();
        await expect(page.getByText(shows).first()).toBeVisible();
        await expect(failure).toHaveCount(0);
      });
    }

    await test.step("the next part of a list", async () => {
      const next = /\/events\?.*cursor/;
      await intercept(page, next, (route) => route.fulfill(refusal(500, "internal.error")));
      await reopen(page, `/organizations/${organization}`);
      await page.getByRole("button", { name: "Show older" }).click();
      const failure = page.getByRole("main").getByRole("alert");
      await expect(failure).toBeVisible();
      await expect(page.getByText("Acme 1 to Acme 0")).toBeVisible();
      release(page, next);
      await failure.getByRole("button", { name: "Try again" }).click();
      await expect(page.getByText("Acme 31 to Acme 30")).toBeVisible();
    });
  });

  await test.step("a tab of the settings that fails says so, and a retry loads it", async () => {
    await startOver(page);
    watcher.allowRefusals(500);
    const organization = await foundOrganization(page, "Acme");
    await reopen(page, `/organizations/${organization}/teams`);
    for (const { page: path, request, shows } of tabs) {
      const refused = new RegExp(`/api/v1/.*/${request}(\\?.*)?$`);
      await intercept(page, refused, (route) => route.fulfill(refusal(500, "internal.error")));
      await reopen(page, `/organizations/${organization}${path}`);
      await expect(page.getByRole("heading", { name: "Something went wrong" })).toBeVisible();
      release(page, refused);
      await page.getByRole("main").getByRole("button", { name: "Try again" }).click();
      await expect(page.getByText(shows).first()).toBeVisible();
    }
  });
});

/** Tabs that fail as a whole. */
const tabs = [
  { page: "/settings/features", request: "settings", shows: "External cloud" },
  { page: "/settings/models", request: "effective", shows: "Allowed providers" },
  { page: "/settings/websites", request: "settings", shows: "Denied websites" },
  { page: "/settings/history", request: "history", shows: "No changes yet" },
  { page: "/settings/api-keys", request: "secrets", shows: "No API keys yet" },
  { page: "/your-settings", request: "own", shows: "LTM Websites" },
];
