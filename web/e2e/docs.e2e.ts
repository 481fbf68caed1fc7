import type { Locator } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { checkPage } from "./page-check.ts";

/** A barrier in one part is in all similar ones: only every fortieth is kept, because axe takes minutes for all. */
const keepFew = (parts: Locator) =>
  parts.evaluateAll((all) => {
    for (const [i, part] of all.entries()) {
      if (i % 40 !== 0) part.remove();
    }
  });

test("the API reference is a page of the site", async ({ page }) => {
  await page.goto("/docs");
  await expect(page.getByRole("heading", { name: "List members", exact: true })).toBeVisible();
  const answer = await page.request.get("/api/openapi.json");
  expect(await answer.json()).toMatchObject({ openapi: "3.1.0" });
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  }
  await keepFew(page.locator("section"));
  await checkPage(page, "docs");
});

test("an error links to its entry, and no code breaks within a word", async ({ page }) => {
  const refusal = await page.request.get("/api/v1/account");
  const { type, code } = (await refusal.json()) as { type: string; code: string };
  await page.goto(type);
  await expect(page.locator("tr:target")).toContainText(code);
  await expect(page.locator("tr:target")).toBeInViewport();
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 });
    const broken = await page
      .locator("td:first-child code")
      .evaluateAll((codes) =>
        codes
          .filter((one) => new Set([...one.getClientRects()].map(({ top }) => Math.round(top))).size !== 1)
          .map((one) => one.textContent),
      );
    expect(broken).toEqual([]);
  }
  await keepFew(page.locator("tbody tr"));
  await checkPage(page, "docs-errors");
});
