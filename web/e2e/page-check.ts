import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** The folder of the pictures, when somebody wants some: `npm run screens`. */
const album = process.env["MUSTER_SCREENS"];

/** What holds for every page in both themes: no barrier, a title, nothing to scroll sideways. */
export async function checkPage(page: Page, name: string) {
  await expect(page).toHaveTitle(/\S · Muster$/);
  const wanted = page.viewportSize()?.width;
  const widths = await page.evaluate(() => [window.innerWidth, document.documentElement.scrollWidth]);
  expect(widths, `width of ${name}`).toEqual([wanted, wanted]);

  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
    await page.evaluate(async () => {
      const transitions = document.getAnimations().filter((one) => one instanceof CSSTransition);
      await Promise.allSettled(transitions.map((one) => one.finished));
    });
    await takePicture(page, `${name}-${theme}`);
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

/** For a person to look at; nothing is compared with it. */
export async function takePicture(page: Page, name: string) {
  if (album !== undefined) {
    await page.screenshot({ path: `${album}/${test.info().project.name}/${name}.jpg`, type: "jpeg", quality: 65 });
  }
}
