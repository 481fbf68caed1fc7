import { expect, type Page, test } from "@playwright/test";
import axe from "axe-core";

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** The folder of the pictures, when somebody wants some: `npm run screens`. */
const album = process.env["MUSTER_SCREENS"];

type Theme = "light" | "dark";

declare global {
  interface Window {
    axe: typeof axe;
  }
}

/** What holds for every page, once all of it is there: no barrier, a title, one main heading, nothing to scroll sideways. */
export async function checkPage(page: Page, name: string) {
  await expect(page).toHaveTitle(/\S · Muster$/);
  await expect(page.locator("[data-reserved]")).toHaveCount(0);
  await expect(page.locator("h1")).toHaveCount(1);
  const wanted = page.viewportSize()?.width;
  const widths = await page.evaluate(() => [window.innerWidth, document.documentElement.scrollWidth]);
  expect(widths, `width of ${name}`).toEqual([wanted, wanted]);

  const [first, second] = await themes(page);
  await setTheme(page, first);
  await takePicture(page, `${name}-${first}`);
  expect(await barriers(page, { type: "tag", values: rules }), `barriers on ${name}, ${first}`).toEqual([]);

  // A theme changes nothing but colours, and a width nothing of them: the desktop has seen both themes.
  if (test.info().project.use.isMobile === true && album === undefined) return;
  await setTheme(page, second);
  await takePicture(page, `${name}-${second}`);
  const contrast = await barriers(page, { type: "rule", values: ["color-contrast"] });
  expect(contrast, `barriers on ${name}, ${second}`).toEqual([]);
}

/** The theme that is shown comes first, which saves a change. */
async function themes(page: Page): Promise<[Theme, Theme]> {
  const shown = await page.locator("html").getAttribute("data-theme");
  return shown === "dark" ? ["dark", "light"] : ["light", "dark"];
}

async function setTheme(page: Page, theme: Theme) {
  await page.emulateMedia({ colorScheme: theme });
  await page.waitForFunction((wanted) => document.documentElement.dataset["theme"] === wanted, theme);
}

/** No page has frames. What the debugger evaluates is under no policy of the page, so nothing of it is loosened. */
async function barriers(page: Page, runOnly: axe.RunOnly) {
  if (!(await page.evaluate(() => "axe" in window))) {
    await page.evaluate(axe.source);
  }
  return await page.evaluate(
    async (options) => {
      const { violations } = await window.axe.run(document, options);
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
    },
    { runOnly, resultTypes: ["violations"], preload: false } satisfies axe.RunOptions,
  );
}

/** For a person to look at; nothing is compared with it. */
export async function takePicture(page: Page, name: string) {
  if (album !== undefined) {
    await page.screenshot({ path: `${album}/${test.info().project.name}/${name}.jpg`, type: "jpeg", quality: 65 });
  }
}
