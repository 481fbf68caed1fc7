import { expect, test } from "./fixtures.ts";
import { checkPage } from "./page-check.ts";

test("the API reference is a page of the site", async ({ page }) => {
  test.slow(); // thousands of elements to look at, four times
  await page.goto("/docs");
  await checkPage(page, "docs");
  await expect(page.getByRole("heading", { name: "List or search members" })).toBeVisible();
  const document = await page.request.get("/api/openapi.json");
  expect(await document.json()).toMatchObject({ openapi: "3.1.0" });
});

test("an error leads to its entry, and no code breaks within a word", async ({ page }) => {
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
