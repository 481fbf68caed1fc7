import { readFile } from "node:fs/promises";
import type { APIRequestContext } from "@playwright/test";
import { call } from "./api.ts";
import { expect, foundOrganization, test, visit } from "./fixtures.ts";
import { linkDevice } from "./linked-device.ts";
import { checkPage } from "./page-check.ts";
import { enroll } from "./people.ts";

const keyOf = (word: string) => `sk-proj-${word.padEnd(48, "0")}`;

const addKey = (client: APIRequestContext, organization: string, name: string) =>
  call(client, "POST", `/organizations/${organization}/secrets`, {
    name,
    credentials: { kind: "openai", key: keyOf("EXAMPLE") },
  });

test("a member with a device is removed: what left is listed, until the device confirms and the key is replaced", async ({
  person: { page, email },
  newClient,
}) => {
  const organization = await foundOrganization(page, "Acme Robotics");
  const grace = await newClient();
  await enroll(page, organization, grace, { email: `grace.${email}`, name: "Grace Hopper" });
  await addKey(page.request, organization, "Production");
  const device = await linkDevice(grace, organization, { name: "Grace’s laptop", platform: "macos" });
  expect(Object.keys((await device.sync()).secrets ?? {})).toHaveLength(1);

  await page.goto(`/organizations/${organization}/departures`);
  await expect(page.getByRole("heading", { name: "No departures yet" })).toBeVisible();
  await checkPage(page, "departures-empty");
  await page
    .getByRole("link", { name: /^Members/ })
    .last()
    .click();
  await page.getByRole("button", { name: "Actions for Grace Hopper" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog).toContainText("1 device of theirs will remove all settings and API keys");
  await expect(dialog).toContainText("1 API key that these devices fetched will have to be replaced.");
  await checkPage(page, "member-remove-with-device");
  await dialog.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("Grace Hopper was removed")).toBeVisible();

  const list = page.getByRole("list", { name: "Departures" });
  const departures = () => call(page.request, "GET", `/organizations/${organization}/departures`);
  await expect.poll(departures).toMatchObject({ items: [{ open: 1 }] });
  await visit(page, `/organizations/${organization}/departures`);
  await expect(list).toContainText("1 API key to replace");
  await expect(list).toContainText("Grace Hopper was removed");
  await checkPage(page, "departures");
  await list.getByRole("link", { name: "Grace Hopper" }).click();
  await expect(page).toHaveTitle(/^Departure of Grace Hopper/);
  const devices = page.getByRole("list", { name: "Devices that ended" });
  const keys = page.getByRole("list", { name: "API keys that left" });
  await expect(devices).toContainText("Not confirmed");
  await expect(page.getByText("Grace’s laptop: wipe not confirmed")).toBeVisible();
  await expect(keys).toContainText("To replace");
  await page.setViewportSize({ width: 1280, height: 1200 });
  await checkPage(page, "departure");

  await device.sync();
  await device.confirmWipe();
  await expect(devices).toContainText("Wiped");
  await expect(page.getByText("Grace’s laptop confirmed its wipe")).toBeVisible();

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download signed certificate" }).click(),
  ]);
  const { certificate, signature } = JSON.parse(await readFile(await download.path(), "utf8")) as Record<
    string,
    string
  >;
  expect(JSON.parse(certificate ?? "")).toMatchObject({
    devices: [{ wipe: "confirmed" }],
    secrets: [{ state: "same" }],
  });
  expect(signature?.split(".")).toHaveLength(3);

  await visit(page, `/organizations/${organization}/settings/api-keys`);
  const banner = page.getByText("1 API key was on devices that are no longer linked. Replace it.");
  await expect(banner).toBeVisible();
  await expect(page.getByText("It is on a device that was revoked")).toBeVisible();
  await checkPage(page, "api-keys-to-replace");
  await page.getByRole("link", { name: /^Devices of Grace Hopper/ }).click();
  await keys.getByRole("link", { name: "Replace Production" }).click();
  const replace = page.getByRole("dialog", { name: "Replace Production" });
  await replace.getByLabel("API key", { exact: true }).fill(keyOf("NEWER"));
  await replace.getByRole("button", { name: "Replace key" }).click();
  await expect(page.getByText("Production was replaced")).toBeVisible();
  await expect(banner).toHaveCount(0);

  await page.goBack();
  await expect(page.getByText("None of them is still the same.")).toBeVisible();
  await expect(keys).toContainText("Replaced");
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("navigation", { name: "Main" })).toBeHidden();
  await expect(page.getByRole("button", { name: "Download signed certificate" })).toBeHidden();
  await expect(page.getByText("Production was replaced").last()).toBeVisible();
  await device.close();
});
