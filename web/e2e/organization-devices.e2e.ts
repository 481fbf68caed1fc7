import { call } from "./api.ts";
import { expect, foundOrganization, test } from "./fixtures.ts";
import { linkDevice } from "./linked-device.ts";
import { checkPage } from "./page-check.ts";

test("admins see on which devices their settings are in force, what is refused and why, and revoke a device", async ({
  person: { page },
}) => {
  const organization = await foundOrganization(page, "Acme Robotics");
  await page.goto(`/organizations/${organization}/devices`);
  await expect(page.getByRole("heading", { name: "No linked devices yet" })).toBeVisible();
  await checkPage(page, "organization-devices-empty");

  const laptop = await linkDevice(page, organization, { name: "Ada’s laptop", platform: "macos" });
  const desk = await linkDevice(page, organization, { name: "Build server", platform: "linux" });
  await laptop.enforce(0);
  await desk.enforce(0);
  await expect(page.getByRole("heading", { name: "In force on 2 of 2 devices" })).toBeVisible();

  // a save is followed on the tab itself
  await page.goto(`/organizations/${organization}/settings/features`);
  const inForce = (count: number) => page.getByText(`In force on ${count} of 2 devices`);
  await expect(inForce(2)).toBeVisible();
  const { revision } = await call<{ revision: number }>(
    page.request,
    "PATCH",
    `/organizations/${organization}/settings`,
    { revision: 0, fields: { "features.telemetry": { value: true } } },
  );
  await page.reload();
  await expect(inForce(0)).toBeVisible();
  await laptop.enforce(revision);
  await expect(inForce(1)).toBeVisible();
  const said = { state: "refused", code: "unknown_key", key: "features.telemetry", message: "No such setting here." };
  await desk.report({ section: "features", revision, ...said });
  await page.getByRole("link", { name: "1 refused it" }).click();

  const table = page.getByRole("table", { name: "Devices" });
  await expect(page).toHaveURL(/section=features.*status=refused/);
  await expect(table.getByRole("row")).toHaveCount(2);
  await expect(table).toContainText("Build server");
  await expect(page.getByText("What to do: Update the client on these devices.")).toBeVisible();
  await expect(page.getByText("It says: “No such setting here.”")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(table.getByRole("row")).toHaveCount(3);
  await page.goBack();
  await expect(table.getByRole("row")).toHaveCount(2);
  await page.goForward();
  await expect(table.getByRole("row")).toHaveCount(3);
  await checkPage(page, "organization-devices");
  await page.getByRole("button", { name: "Show table" }).click();
  await expect(page.getByRole("cell", { name: /Revision 1: 1/ }).first()).toBeVisible();
  await checkPage(page, "organization-devices-table");
  await page.getByRole("button", { name: /^Refused/ }).click();
  await expect(page).toHaveURL(/status=refused/);

  await page.goto(`/organizations/${organization}/devices?status=zzz&section=general`);
  await expect(table.getByRole("row")).toHaveCount(3);
  await page.getByRole("button", { name: /^Refused/ }).click();
  await expect(table.getByRole("row")).toHaveCount(2);

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  expect((await download).suggestedFilename()).toMatch(/^devices-.*\.csv$/);

  await table.getByRole("link", { name: "Build server" }).click();
  await expect(page.getByText("This device refuses something of the current settings.")).toBeVisible();
  const receipts = page.getByRole("list", { name: "Receipts" }).getByRole("listitem");
  await expect(receipts).toHaveCount(5);
  await expect(receipts.first()).toContainText("Refused");
  await expect(receipts.first()).toContainText("Signed by this device");
  await page.getByRole("button", { name: "Mark as canary" }).click();
  await expect(page.getByText("With the first wave, as a canary")).toBeVisible();
  await checkPage(page, "organization-device");
  await page.getByRole("main").getByRole("link", { name: "Devices" }).click();
  await expect(table.getByRole("row").filter({ hasText: "Build server" })).toContainText("Canary");
  await expect(table.getByRole("row").filter({ hasText: "Ada’s laptop" })).not.toContainText("Canary");
  await page.setViewportSize({ width: 1280, height: 1400 });
  await checkPage(page, "organization-devices-canary");
  await page.setViewportSize({ width: 1280, height: 800 });
  await table.getByRole("link", { name: "Build server" }).click();
  await page.getByRole("button", { name: "Revoke device" }).click();
  const dialog = page.getByRole("alertdialog", { name: "Revoke Build server?" });
  await expect(dialog).toContainText("It gets nothing more");
  await dialog.getByRole("button", { name: "Revoke device" }).click();
  await expect(page.getByText("It has not confirmed that.")).toBeVisible();
  await expect(page.getByText("Not confirmed", { exact: true })).toBeVisible();
});
