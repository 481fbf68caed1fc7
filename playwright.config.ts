import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { defineConfig } from "@playwright/test";

// The configuration is read again in every worker, which then inherits what was chosen first.
process.env["MUSTER_E2E_PORT"] ??= String(await freePort());
process.env["MUSTER_E2E_TIME_PORT"] ??= String(await freePort());

/** `npm test` finds one in more places, or installs it, and sets this variable. */
const browser =
  process.env["CHROMIUM_PATH"] ?? ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"].find(existsSync);

const site = serve("muster", process.env["MUSTER_E2E_PORT"]);
// One story moves the time of the whole deployment by years: nobody else stays signed in after that.
const siteOfTime = serve("muster-time", process.env["MUSTER_E2E_TIME_PORT"]);
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
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [["list"], ["./web/e2e/plain-reporter.ts"]],
  use: {
    baseURL: site.url,
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
    { name: "time", testMatch: "billing.e2e.ts", use: { ...desktop, colorScheme: "light", baseURL: siteOfTime.url } },
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

/** A deployment of its own for tests, with its data in a folder of this name. */
function serve(folder: string, port: string) {
  const url = `http://127.0.0.1:${port}`;
  const server = {
    command: `node local/start.mjs --port ${port} --data test-results/${folder} --reset --real-limits`,
    url: `${url}/api/v1/health`,
    // more people sign in here within minutes than a deployment of the default size sends codes to
    env: { MUSTER_MAIL_PER_HOUR: "100000" },
    timeout: 90_000,
    gracefulShutdown: { signal: "SIGTERM" as const, timeout: 10_000 },
  };
  return { url, server };
}

function freePort() {
  return new Promise<number>((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
