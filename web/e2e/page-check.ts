import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, type Locator, type Page, test } from "@playwright/test";
import type axe from "axe-core";

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Every page that is checked parses it, so it is the smaller of its two forms. */
const checker = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** The folder of the screenshots, if they are wanted: `npm run screens`. */
const album = process.env["MUSTER_SCREENS"];

/**
 * Each page is shown in these ways without loading it again: only its styles depend on width and theme. The dark theme
 * is checked on a phone, and beside that where only wide windows show something.
 */
const looks: Look[] = [
  { place: "desktop", width: 1280, theme: "light", runOnly: { type: "tag", values: rules } },
  { place: "phone", width: 390, theme: "dark", runOnly: { type: "tag", values: rules } },
  { place: "desktop", width: 1280, theme: "dark", runOnly: { type: "rule", values: ["color-contrast"] }, isRest: true },
  { place: "tablet", width: 1024, theme: "dark" },
  { place: "phone", width: 390, theme: "light" },
];
/** Unless a test sets a taller window. */
const heights = { 1280: 800, 1024: 768, 390: 844 };
type Theme = "light" | "dark";
type Look = {
  place: "desktop" | "tablet" | "phone";
  width: keyof typeof heights;
  theme: Theme;
  runOnly?: axe.RunOnly;
  /** Only what the look before did not show is checked. */
  isRest?: boolean;
};

declare global {
  interface Window {
    axe: typeof axe;
    /** The elements that the last look showed. */
    shownBefore?: WeakSet<Element>;
  }
}

/**
 * Checks that apply to every page, once all of it is loaded and nothing is closing: no barrier, a title, one main
 * heading, no horizontal scrolling, nothing outside of its card. With a part, barriers are looked for only there: the
 * rest of the page is as it is under another name.
 */
export async function checkPage(page: Page, name: string, part?: Locator) {
  await expect(page).toHaveTitle(/\S · Muster$/);
  await expect(page.locator("[data-reserved], [data-ending-style]")).toHaveCount(0);
  await expect(page.locator("h1")).toHaveCount(1);
  for (const look of wanted()) {
    await setLook(page, look);
    const said = `${name}, ${look.place}, ${look.theme}`;
    await expect.poll(() => widths(page), `width of ${said}`).toEqual([look.width, look.width]);
    await keepPicture(page, look.place, `${name}-${look.theme}`);
    expect(await page.evaluate(strays), `outside of their cards on ${said}`).toEqual([]);
    if (look.runOnly) expect(await barriers(page, look, part), `barriers on ${said}`).toEqual([]);
  }
  await turnBack(page);
}

/** For a person to look at, wide and narrow, in light; nothing is compared with it. */
export async function takePicture(page: Page, name: string) {
  if (album === undefined) return;
  for (const look of wanted().filter(({ theme }) => theme === "light")) {
    await setLook(page, look);
    await keepPicture(page, look.place, name);
  }
  await turnBack(page);
}

/** A phone keeps its width; the last look is only a screenshot. */
function wanted(): readonly Look[] {
  const isPhone = test.info().project.use.isMobile === true;
  return looks.filter(
    ({ place, runOnly }) =>
      (!isPhone || place === "phone") && (place === "tablet" || runOnly !== undefined || album !== undefined),
  );
}

async function setLook(page: Page, { width, theme }: Pick<Look, "width" | "theme">) {
  const { width: shown, height = 0 } = page.viewportSize() ?? {};
  if (shown !== width) await page.setViewportSize({ width, height: height > 900 ? height : heights[width] });
  await setTheme(page, theme);
}

function turnBack(page: Page) {
  const { viewport, colorScheme } = test.info().project.use;
  return setLook(page, { width: viewport?.width as Look["width"], theme: colorScheme as Theme });
}

/** Lists what stands beside the card or the cell that it belongs to, unless it is cut or scrolled there. */
function strays(): string[] {
  const isShown = (element: Element) =>
    element.clientWidth > 1 && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const isCut = (element: Element, card: Element): boolean =>
    element !== card &&
    (getComputedStyle(element).overflowX !== "visible" || isCut(element.parentElement ?? card, card));
  const ofCards = [...document.querySelectorAll(".card")].flatMap((card) => {
    const { left, right } = card.getBoundingClientRect();
    return [...card.querySelectorAll("*")].filter((element) => {
      const box = element.getBoundingClientRect();
      const isOut = box.right > right + 1 || box.left < left - 1;
      return isOut && isShown(element) && !isCut(element.parentElement ?? card, card);
    });
  });
  const ofCells = [...document.querySelectorAll("th, td")].filter(
    (cell) => isShown(cell) && cell.scrollWidth > cell.clientWidth + 1 && !isCut(cell, document.body),
  );
  return [...ofCards, ...ofCells].map((one) => `${one.tagName.toLowerCase()} ${one.textContent.slice(0, 40)}`);
}

const widths = (page: Page) => page.evaluate(() => [window.innerWidth, document.documentElement.scrollWidth]);

async function setTheme(page: Page, theme: Theme) {
  await page.emulateMedia({ colorScheme: theme });
  await page.waitForFunction((wanted) => document.documentElement.dataset["theme"] === wanted, theme);
}

/**
 * Lists the barriers of an open dialog, or else of the page: what a dialog covers is checked without it. No page has
 * frames. The page's policy does not apply to the debugger, so nothing of it is loosened.
 */
async function barriers(page: Page, { runOnly, isRest = false }: Look, part: Locator | undefined) {
  if (!(await page.evaluate(() => "axe" in window))) {
    await page.evaluate(checker);
  }
  const options: axe.RunOptions = { ...(runOnly && { runOnly }), resultTypes: ["violations"], preload: false };
  const only = (await part?.elementHandle()) ?? null;
  return await page.evaluate(
    async ([options, isRest, only]) => {
      const looked = only ?? document.querySelector("[role=dialog]:not(.toast), [role=alertdialog]") ?? document;
      const shown = new Set([...looked.querySelectorAll("*")].filter((element) => element.checkVisibility()));
      const before = window.shownBefore ?? new WeakSet();
      window.shownBefore = new WeakSet(shown);
      const others = new Set([...shown].filter((element) => !before.has(element)));
      const outer = [...others].filter(({ parentElement }) => parentElement === null || !others.has(parentElement));
      if (isRest && outer.length === 0) return [];
      // until it has the focus, an error is said by an alert beside its message, which is hidden
      const context = { include: isRest ? outer : [looked], exclude: [".toast[aria-hidden=true]"] };
      const { violations } = await window.axe.run(context as axe.ElementContext, options);
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
    },
    [options, isRest, only] as const,
  );
}

async function keepPicture(page: Page, place: Look["place"], name: string) {
  if (album !== undefined) {
    await page.screenshot({ path: `${album}/${place}/${name}.jpg`, type: "jpeg", quality: 65 });
  }
}
