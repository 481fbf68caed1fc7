import { answered, call } from "./api.ts";
import { expect, foundOrganization, test, visit } from "./fixtures.ts";
import { linkDevice } from "./linked-device.ts";
import { checkPage } from "./page-check.ts";

type Settings = { revision: number };

test("while a rollout is under way its settings say why they are closed, and the history says how it went", async ({
  person: { page },
  watcher,
}) => {
  watcher.allowRefusals(409);
  const organization = await foundOrganization(page, "Acme Robotics");
  const settings = `/organizations/${organization}/settings`;
  const api = <T>(method: string, path: string, json?: object) =>
    call<T>(page.request, method, `/organizations/${organization}${path}`, json);
  await linkDevice(page, organization, { name: "Ada’s laptop", platform: "macos" });
  const team = await api<{ id: string }>("POST", "/teams", { name: "Design" });

  await page.goto(`${settings}/features`);
  const limit = page.locator("[data-setting='features.offlineLimit']");
  await limit.getByText("7 days").click();

  // somebody else lets another value reach devices in waves
  const rollout = {
    waves: [{ teams: [team.id] }, { percent: 50 }],
    share: 90,
    maxRefused: 5,
    silenceHours: 24,
    minHours: 0,
  };
  const fields = { "features.offlineLimit": { value: "1_DAY" } };
  const saved = await api<Settings>("PATCH", "/settings", { revision: 0, fields, rollout });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("radiogroup", { name: "Offline limit" }).getByText("Yours").click();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("A rollout of these settings is under way.").first()).toBeVisible();
  await checkPage(page, "settings-refused-dispute");
  await page.getByRole("button", { name: "Discard" }).click();

  await expect(limit.getByText("A rollout brings this setting, or one it depends on, to devices.")).toBeVisible();
  await visit(page, `${settings}/history`);
  const steps = page.getByRole("list", { name: "Waves" }).getByRole("listitem");
  await expect(steps.first()).toContainText("Design");
  const revisions = page.getByRole("list", { name: "Revisions" }).getByRole("listitem");
  await expect(revisions.first()).toContainText("On its way in 3 waves");
  await answered(page, /\/rollout\/pause$/, () => page.getByRole("button", { name: "Pause" }).click());
  await page.reload();
  await expect(revisions.first()).toContainText("Paused, in 3 waves");
  await checkPage(page, "settings-history-rollout");

  await api("POST", "/settings/rollout/roll-back", {});
  await page.reload();
  const ofRevision = (number: number) => page.locator("li").filter({ hasText: `Revision ${number} ·` });
  await expect(ofRevision(saved.revision)).toContainText("Begun in 3 waves, then rolled back");
  await expect(ofRevision(saved.revision + 1)).toContainText(`Rolls back revision ${saved.revision}`);

  // what is restored can go in waves too
  await page.getByRole("button", { name: `Restore revision ${saved.revision}` }).click();
  const dialog = page.getByRole("dialog", { name: `Restore revision ${saved.revision}?` });
  await dialog.getByRole("combobox", { name: "How the change reaches devices" }).selectOption({ index: 2 });
  await checkPage(page, "settings-restore-waves");
  await dialog.getByRole("button", { name: "Restore revision" }).click();
  await expect(ofRevision(saved.revision + 2)).toContainText("On its way in 2 waves");
  await page.getByRole("button", { name: "Release to everyone" }).click();
  const release = page.getByRole("alertdialog").getByRole("button", { name: "Release to everyone" });
  await answered(page, /\/rollout\/finish$/, () => release.click());
  await page.reload();
  await expect(ofRevision(saved.revision + 2)).toContainText("Begun in 2 waves, then released to everyone");

  // and so can what a file changes
  await page.getByRole("button", { name: "Import…" }).click();
  const files = page.getByRole("dialog", { name: "Import a settings file" });
  const picking = page.waitForEvent("filechooser");
  await files.getByRole("button", { name: "Choose a file" }).click();
  const text = "features:\n  telemetry: { value: true }\n";
  await (await picking).setFiles({ name: "settings.yaml", mimeType: "text/yaml", buffer: Buffer.from(text) });
  await files.getByRole("combobox", { name: "How the change reaches devices" }).selectOption({ index: 1 });
  await files
    .getByRole("combobox", { name: "How long a wave lasts at least" })
    .selectOption("At least 4 hours per wave");
  await checkPage(page, "settings-import-waves");
  await files.getByRole("button", { name: "Import file" }).click();
  // ten percent of one device: it is chosen for the first wave if it is not in it
  const rolling = page.getByRole("region", { name: "Rollout" });
  await expect(rolling).toContainText("wave 1 of 3");
  await expect(rolling).toContainText("the next wave begins at 90%, 4 hours after this one at the earliest");
  await expect(steps.first()).toContainText("1 device");
});
