import { expect, test } from "./fixtures.ts";
import { checkPage } from "./page-check.ts";

test("the API reference is a page of the site", async ({ page }) => {
  await page.goto("/docs");
  await expect(page.getByRole("heading", { name: "List members", exact: true })).toBeVisible();
  const answer = await page.request.get("/api/openapi.json");
  expect(await answer.json()).toMatchObject({ openapi: "3.1.0" });
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  }
  // a barrier in one section is in all similar ones: only every tenth is checked, because axe takes minutes for all
  await page.locator("section").evaluateAll((all) => {
    for (const [i, section] of all.entries()) {
      if (i % 10 !== 0) section.remove();
    }
  });
  await checkPage(page, "docs");
});

test("an error links to its entry, and no code breaks within a word", async ({ page }) => {
  const refusal = await page.request.get("/api/v1/account");
  const { type, code } = (await refusal.json()) as { type: string; code: string };
  await page.goto(type);
  await expect(page.locator("tr:target")).toContainText(code);
  await expect(page.locator("tr:target")).toBeInViewport();
  await checkPage(page, "docs-errors");
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
});
