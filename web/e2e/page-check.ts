import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What holds for every page in both themes: no barrier, a title, nothing to scroll sideways. Pictures are kept. */
export async function checkPage(page: Page, name: string, pictures: string) {
  await expect(page).toHaveTitle(/\S · Muster$/);
  const wanted = page.viewportSize()?.width;
  const widths = await page.evaluate(() => [window.innerWidth, document.documentElement.scrollWidth]);
  expect(widths, `width of ${name}`).toEqual([wanted, wanted]);

  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.screenshot({ path: `${pictures}/${name}-${theme}.png` });
    // A theme changes nothing but colours.
    const runOnly =
      theme === "light"
        ? { type: "tag" as const, values: rules }
        : { type: "rule" as const, values: ["color-contrast"] };
    // No page has frames, so nothing needs the detour over a second page that the newer mode takes.
    const axe = new AxeBuilder({ page }).setLegacyMode().options({ runOnly, resultTypes: ["violations"] });
    const { violations } = await axe.analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
    expect(found, `barriers on ${name}, ${theme}`).toEqual([]);
  }
}
