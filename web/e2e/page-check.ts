import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What holds for every page in every look: no barrier, a title, nothing to scroll sideways. A picture is kept. */
export async function checkPage(page: Page, name: string, pictures: string) {
  await page.screenshot({ path: `${pictures}/${name}.png` });
  const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
  expect(found, `barriers on ${name}`).toEqual([]);
  await expect(page).toHaveTitle(/\S · Muster$/);
  const wanted = page.viewportSize()?.width;
  const widths = await page.evaluate(() => [window.innerWidth, document.documentElement.scrollWidth]);
  expect(widths, `width of ${name}`).toEqual([wanted, wanted]);
}
