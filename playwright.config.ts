import { existsSync } from "node:fs";
import { minuteMs } from "@muster/core/base/duration.ts";
import { defineConfig } from "@playwright/test";

/** `npm test` finds one in more places, or installs it, and sets this variable. */
const browser =
  process.env["CHROMIUM_PATH"] ?? ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"].find(existsSync);

const site = serve("muster", "muster_e2e_url");
// One story moves the time of the whole deployment by years: nobody else stays signed in after that.
const siteOfTime = serve("muster-time", "muster_e2e_time_url");
const desktop = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

// Two invisible pages behind the address bar cost each new browser context as much as a page of Muster. Chromium only
// heeds the last such list, so Playwright's own entries are repeated.
const withoutFeatures = [
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsUpgrades",
  "LensOverlay",
  "HttpsFirstBalancedModeAutoEnable",
  "MediaRouter",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "TcpPortRandomizationWin",
  "OptimizationHints",
  "AimEnabled",
  "NetworkTimeServiceQuerying",
  "PreconnectToSearch",
];

export default defineConfig({
  testDir: "web/e2e",
  testMatch: "*.e2e.ts",
  fullyParallel: true,
  workers: 3,
  retries: 0,
  forbidOnly: process.env["CI"] !== undefined,
  // A machine that is slow is not wrong: this is for a failure that would last forever.
  timeout: 10 * minuteMs,
  expect: { timeout: 2 * minuteMs, toPass: { timeout: 2 * minuteMs } },
  reporter: [["list"], ["./web/e2e/plain-reporter.ts"]],
  use: {
    ...site.use,
    // what can never be clicked fails with its reason, and not with the story's limit
    actionTimeout: 2 * minuteMs,
    locale: "en-US",
    timezoneId: "Europe/Berlin",
    contextOptions: { reducedMotion: "reduce" },
    screenshot: "only-on-failure",
    launchOptions: {
      ...(browser !== undefined && { executablePath: browser }),
      args: [
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--font-render-hinting=none",
        "--force-color-profile=srgb",
        "--hide-scrollbars",
        `--disable-features=${withoutFeatures.join(",")}`,
      ],
    },
  },
  projects: [
    // Passing hours takes a while, and little of the machine: it starts first, in parallel with all others.
    { name: "time", testMatch: "billing.e2e.ts", use: { ...desktop, colorScheme: "light", ...siteOfTime.use } },
    {
      name: "desktop",
      testIgnore: ["billing.e2e.ts", "phone.e2e.ts"],
      use: { ...desktop, colorScheme: "light" },
    },
    // page-check.ts looks at pages in both widths; touch is tested here.
    { name: "phone", testMatch: "phone.e2e.ts", use: { ...phone, colorScheme: "dark" } },
  ],
  webServer: [site.server, siteOfTime.server],
});

/**
 * A deployment of its own for tests, with its data in a folder of this name. It takes a free port, and says which: the
 * workers, which read this file again, find its URL in this variable.
 */
function serve(folder: string, variable: string) {
  const url = process.env[variable.toUpperCase()];
  const server = {
    command: `node local/start.mjs --port 0 --data test-results/${folder} --reset --real-limits`,
    wait: { stdout: new RegExp(`runs at (?<${variable}>http://\\S+)`) },
    // more people sign in here within minutes than a deployment of the default size sends codes to
    env: { MUSTER_MAIL_PER_HOUR: "100000" },
    timeout: 5 * minuteMs,
    gracefulShutdown: { signal: "SIGTERM" as const, timeout: 10_000 },
  };
  return { use: { ...(url !== undefined && { baseURL: url }) }, server };
}
