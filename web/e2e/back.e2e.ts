import type { Page } from "@playwright/test";
import { expect, foundOrganization, reopen, test } from "./fixtures.ts";
import { intercept, release } from "./intercept.ts";
import { idOf } from "./many-members.ts";
import { type List, pretendLists } from "./pretend-lists.ts";

const activity = /\/events(\?.*)?$/;
/** A list grows within a few hundred milliseconds. */
const intervals = [50, 100, 100, 200];

/**
 * The long lists, with the place, the text of the last entry, and the button that loads more, unless scrolling does.
 */
const long: { list: List; path: string; last: string; more?: string }[] = [
  { list: "invitations", path: "/invitations", last: "person-299@example.com" },
  { list: "imports", path: "/imports", last: "people-59.csv", more: "Show older" },
  { list: "rows", path: `/imports/${idOf("imp", 1)}`, last: "row-299@example.com" },
  { list: "teams", path: "/teams", last: "Team 299", more: "Show more" },
  { list: "members", path: `/teams/${idOf("team", 1)}`, last: "Person 299", more: "Show more" },
  { list: "events", path: "", last: "Acme 60", more: "Show older" },
  { list: "invoices", path: "/billing", last: "DE2WKYGX-0059", more: "Show older" },
];

test("coming back to a long list restores the scroll position", async ({ person: { page } }) => {
  const organization = await foundOrganization(page, "Acme");
  await pretendLists(page);
  await page.goto(`/organizations/${organization}/members`);
  for (const { list, path, last, more } of long) {
    await test.step(list, async () => {
      // the activity is below the members of a team
      if (list === "members") await intercept(page, activity, (route) => route.fulfill({ json: { items: [] } }));
      await reopen(page, `/organizations/${organization}${path}`);
      const end = page.getByText(last).first();
      await expect(async () => {
        await scrollDown(page);
        // Playwright's own click would wait forever for a button that goes with the last page
        const button = page.getByRole("button", { name: more ?? "no button" });
        await button.evaluateAll((found: HTMLElement[]) => found.forEach((one) => one.click()));
        expect(await end.count()).toBe(1);
      }).toPass({ intervals });
      await page.evaluate(() => document.fonts.load('1em "Inter Variable"'));
      await scrollDown(page);
      await expect(end).toBeInViewport();
      const place = await placeOf(page);
      expect(place).toBeGreaterThan(1_000);

      await page.getByRole("link", { name: "Account", exact: true }).click();
      await expect(page.getByText("What other members see about you.")).toBeVisible();
      await page.goBack();
      await expect(end).toBeInViewport();
      expect(await placeOf(page)).toBe(place);

      await page.reload();
      if (more === undefined) {
        await expect(end).toBeInViewport();
        // until its font is there, the page is a few pixels lower
        await expect.poll(() => placeOf(page)).toBe(place);
      } else {
        await expect(page.getByRole("button", { name: more })).toBeInViewport();
      }
      release(page, activity);
    });
  }
});

const scrollDown = (page: Page) => page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
const placeOf = (page: Page) => page.evaluate(() => window.scrollY);
