import { createServer } from "node:net";
import { defineConfig } from "@playwright/test";

// The configuration is read again in every worker, which then inherits what was chosen first.
process.env["MUSTER_E2E_PORT"] ??= String(await freePort());

const site = `http://127.0.0.1:${process.env["MUSTER_E2E_PORT"]}`;
const desktop = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

// Two pages behind the address bar, which nobody sees, cost each new browser context as much as a page of Muster.
// Chromium heeds only the last such list, so what Playwright itself switches off is said again.
const withoutFeatures = [
  ...["WebUIOmniboxPopup", "WebUIOmniboxAimPopup"],
  ...["AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "LensOverlay"],
  ...["HttpsFirstBalancedModeAutoEnable", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning"],
  ...["AvoidCorsURLLoaderRestartOnRedirect", "TcpPortRandomizationWin", "OptimizationHints", "AimEnabled"],
  ...["NetworkTimeServiceQuerying", "PreconnectToSearch"],
];

export default defineConfig({
  testDir: "web/e2e",
  testMatch: "*.e2e.ts",
  fullyParallel: true,
  workers: 3,
  retries: 0,
  forbidOnly: process.env["CI"] !== undefined,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [["list"], ["./web/e2e/plain-reporter.ts"]],
  use: {
    baseURL: site,
    locale: "en-US",
    timezoneId: "Europe/Berlin",
    contextOptions: { reducedMotion: "reduce" },
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
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
    { name: "desktop", testIgnore: "billing.e2e.ts", use: { ...desktop, colorScheme: "light" } },
    {
      name: "phone",
      testMatch: ["pages", "people-pages", "overview", "imports-pages", "billing-pages"].map(
        (name) => `${name}.e2e.ts`,
      ),
      use: { ...phone, colorScheme: "dark" },
    },
    {
      // It moves the time of the whole deployment, by years: nobody else is signed in after that.
      name: "time",
      testMatch: "billing.e2e.ts",
      dependencies: ["desktop", "phone"],
      use: { ...desktop, colorScheme: "light" },
    },
  ],
  webServer: {
    command: `node local/start.mjs --port ${process.env["MUSTER_E2E_PORT"]} --data test-results/muster --reset`,
    url: `${site}/api/v1/health`,
    timeout: 90_000,
    gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
  },
});

function freePort() {
  return new Promise<number>((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
