import { createHash } from "node:crypto";
import type { Page } from "@playwright/test";
import { answered, call } from "./api.ts";
import { expect, foundOrganization, test } from "./fixtures.ts";
import { intercept } from "./intercept.ts";
import { newestMail, reauthenticationCode } from "./mailbox.ts";
import { checkPage } from "./page-check.ts";
import { refusal } from "./pretend.ts";

type Codes = { device_code: string; user_code: string; verification_uri_complete: string };

/** Starts linking a device as a client does. */
function startLinking(page: Page, more: object = {}) {
  const key = `${"0123456789".repeat(4)}abA`;
  const described = { clientName: "muster-agent", deviceName: "Ada’s laptop", platform: "linux", appVersion: "1.0.0" };
  const data = { ...described, signingKey: key, sealingKey: key, ...more };
  return call<Codes>(page.request, "POST", "/device-authorization", data);
}
const tokenOf = (page: Page, data: object) => page.request.post("/api/v1/device-token", { data });
const grant_type = "urn:ietf:params:oauth:grant-type:device_code";

test("a device is linked by its code, renamed, and revoked", async ({ person: { page, email }, watcher }) => {
  watcher.allowRefusals(403, 404, 409);
  await foundOrganization(page, "Acme Robotics");
  await foundOrganization(page, "Beta Bakery");
  const { device_code, user_code } = await startLinking(page);
  await page.goto("/account");
  await expect(page.getByText("No device is linked to your account.")).toBeVisible();
  await page.getByRole("link", { name: "Link a device" }).click();
  await page.getByRole("textbox", { name: "Code" }).fill("BBBB-BBBB");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByText("No device is waiting for this code.")).toBeVisible();
  await checkPage(page, "link-device-refused");

  await page.getByRole("textbox", { name: "Code" }).fill(user_code.toLowerCase());
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Link Ada’s laptop?" })).toBeVisible();
  await expect(page.getByText("Only continue if you started this yourself")).toContainText(user_code);
  await expect(page.getByText("muster-agent 1.0.0")).toBeVisible();
  await expect(page.getByRole("combobox", { name: "Organization" })).toHaveValue("");
  await expect(page.getByRole("button", { name: "Approve" })).toHaveAccessibleDescription(
    "Choose an organization first.",
  );
  await page.getByRole("combobox", { name: "Organization" }).selectOption("Beta Bakery");
  await checkPage(page, "link-device");

  await intercept(page, /\/approve$/, (route) => route.fulfill(refusal(403, "actor.reauthentication_required")), {
    times: 1,
  });
  await page.getByRole("button", { name: "Approve" }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm it’s you" });
  await expect(dialog).toContainText("Linking a device requires a sign-in");
  await dialog.getByLabel("Code", { exact: true }).fill(await reauthenticationCode(page.request, email));
  await expect(page.getByText("Ada’s laptop is approved")).toBeVisible();
  await checkPage(page, "link-device-done");
  const linked = await tokenOf(page, { grant_type, device_code });
  expect((await linked.json()).organization.name).toBe("Beta Bakery");

  await page.getByRole("link", { name: "See your devices" }).click();
  const device = page.getByRole("listitem").filter({ hasText: "muster-agent" });
  await expect(device).toContainText("Beta Bakery · Linux · muster-agent 1.0.0");
  await device.getByRole("button", { name: "Mark Ada’s laptop as canary" }).click();
  await expect(device).toContainText("Gets changes of the settings with the first wave.");
  await page.setViewportSize({ width: 1280, height: 2000 });
  await checkPage(page, "devices");
  await page.setViewportSize({ width: 1280, height: 800 });
  await device.getByRole("button", { name: "Rename Ada’s laptop" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Desk in Berlin");
  await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
  await device.getByRole("button", { name: "Unmark Desk in Berlin as canary" }).click();
  await expect(device.getByRole("button", { name: "Mark Desk in Berlin as canary", exact: true })).toBeVisible();
  await device.getByRole("button", { name: "Revoke Desk in Berlin" }).click();
  await expect(page.getByRole("alertdialog")).toContainText("It removes what it got when it is next in contact.");
  await checkPage(page, "device-revoke");
  await answered(page, /\/devices\//, () => page.getByRole("button", { name: "Revoke device" }).click());
  await expect(device).toContainText("Revoked, not wiped yet");
  await page.reload();
  await expect(device).toContainText("Revoked, not wiped yet");

  await page.goto(`/link#${user_code}`);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByText("This code was already used.")).toBeVisible();
});

test("a device is denied, and a client on this computer gets the browser back", async ({
  person: { page },
  watcher,
}) => {
  watcher.allowRefusals(409);
  await foundOrganization(page, "Acme Robotics");
  const first = await startLinking(page);
  await page.goto(`/link#${first.user_code}`);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Deny" }).click();
  await expect(page.getByText("Ada’s laptop was denied")).toBeVisible();
  await checkPage(page, "link-device-denied");
  const denied = await tokenOf(page, { grant_type, device_code: first.device_code });
  expect((await denied.json()).error).toBe("access_denied");
  await page.getByRole("button", { name: "Link another device" }).click();
  await page.getByRole("textbox", { name: "Code" }).fill(first.user_code);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByText("This code was denied.")).toBeVisible();

  const verifier = "a verifier of a client".replaceAll(" ", "-").padEnd(43, "x");
  const redirectUri = "http://127.0.0.1:49152/linked";
  const codeChallenge = createHash("sha256").update(verifier).digest("base64url");
  const { user_code } = await startLinking(page, { challenge: { codeChallenge, redirectUri, state: "s" } });
  await page.route(`${redirectUri}?**`, (route) => route.fulfill({ contentType: "text/html", body: "You can go." }));
  await page.getByRole("textbox", { name: "Code" }).fill(user_code);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Approve" }).click();
  await expect(page).toHaveURL(/^http:\/\/127\.0\.0\.1:49152\/linked\?code=mst_aut_\w+&state=s$/);
  const code = new URL(page.url()).searchParams.get("code");
  const data = { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: redirectUri };
  expect((await tokenOf(page, data)).ok()).toBe(true);
});

test("somebody who is signed out comes back to the device after signing in", async ({ page, email }) => {
  await page.goto("/link#BCDF-GHJK");
  await page.getByLabel("Email address").fill(email);
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Code", { exact: true })).toBeFocused();
  const { code } = await newestMail(page.request, email);
  await page.getByLabel("Code", { exact: true }).fill(code);
  await expect(page.getByRole("heading", { name: "Link a device" })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Code" })).toHaveValue("BCDF-GHJK");
  await expect(page.getByText("You aren’t in an organization that a device can be linked to.")).toBeVisible();
});
