import { untilIdle } from "./idle.ts";
import { local } from "./storage.ts";

const font = "Inter Variable";

/** Shows the site's own font, which is as large as a third of the code: after the first page, and then with each. */
export async function showFont() {
  await untilIdle();
  await document.fonts.load(`1em "${font}"`);
  document.documentElement.dataset["font"] = "own";
  local.write("font", "own");
}
