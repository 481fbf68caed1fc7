import { existsSync } from "node:fs";
import { type Browser, chromium } from "@playwright/test";

const places = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

/** Runs with Chromium, which ends afterward. */
export async function withChromium(run: (browser: Browser) => Promise<void>): Promise<void> {
  const executablePath = process.env["CHROMIUM_PATH"] ?? places.find((place) => existsSync(place)) ?? "chromium";
  const args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"];
  const browser = await chromium.launch({ executablePath, args });
  try {
    await run(browser);
  } finally {
    await browser.close();
  }
}
