import { buildAgent, openAgents } from "./agents.ts";
import { call } from "./api.ts";
import { expect, foundOrganization, newAddress, test, visit } from "./fixtures.ts";
import { checkPage } from "./page-check.ts";
import { enroll } from "./people.ts";

// one worker, which builds the program once: another that builds it again would take it from an agent that starts
test.describe.configure({ mode: "default" });
test.beforeAll(buildAgent);

let agents: ReturnType<typeof openAgents>;
test.beforeEach(() => {
  agents = openAgents();
});
test.afterEach(() => agents.stop());

test("agents follow a change within seconds, wipe themselves when their member goes, and when the organization goes", async ({
  person: { page },
  newClient,
}, info) => {
  await call(page.request, "PATCH", "/account", { name: "Ada Lovelace" });
  const id = await foundOrganization(page, "Acme");
  const grace = await newClient();
  const account = await enroll(page, id, grace, { email: newAddress(info), name: "Grace Hopper" });
  const own = await agents.start(page, "Desk", id);
  const [hers, offline] = [await agents.start(grace, "Laptop", id), await agents.start(grace, "Old laptop", id)];
  for (const agent of [own, hers, offline]) await expect.poll(() => agent.value("features.telemetry")).toBe(false);

  await page.setViewportSize({ width: 1280, height: 1_600 });
  await page.goto(`/organizations/${id}/settings/features`);
  await expect(page.getByText("In force on 3 of 3 devices")).toBeVisible();
  await offline.kill();
  await page.getByRole("switch", { name: "Telemetry" }).press("Space");
  await page.keyboard.press("Control+S");
  await expect(page.getByText("Settings saved")).toBeVisible();
  for (const agent of [own, hers]) {
    await expect.poll(() => agent.value("features.telemetry")).toBe(true);
  }
  await expect(page.getByText("In force on 2 of 3 devices")).toBeVisible();
  await checkPage(page, "settings-in-force");

  await call(page.request, "DELETE", `/organizations/${id}/members/${account}`);
  await expect.poll(hers.hasEnded).toBe(true);
  expect(hers.output()).toContain("All that the organization gave this device is removed.");
  expect([hers.hasSettings(), offline.hasSettings()]).toEqual([false, true]);

  await visit(page, `/organizations/${id}/departures`);
  await page.getByRole("link", { name: /Grace Hopper/ }).click();
  await expect(page.getByText("1 of 2 devices confirmed the wipe.")).toBeVisible();
  const devices = page.getByRole("list", { name: "Devices that ended" });
  await expect(devices.getByRole("listitem").filter({ hasText: "Old laptop" })).toContainText("Not confirmed");
  await checkPage(page, "departure-agents", devices);

  // an open page would ask for what is deleted
  await page.goto("about:blank");
  await call(page.request, "POST", `/organizations/${id}/deletion`, { name: "Acme" });
  await expect.poll(own.hasEnded).toBe(true);
  expect(own.hasSettings()).toBe(false);
});

test("a rollout halts when an agent refuses the change, spares the others, and is rolled back", async ({
  person: { page },
  newClient,
}, info) => {
  await call(page.request, "PATCH", "/account", { name: "Ada Lovelace" });
  const id = await foundOrganization(page, "Acme");
  const grace = await newClient();
  const account = await enroll(page, id, grace, { email: newAddress(info), name: "Grace Hopper" });
  const team = await call<{ id: string }>(page.request, "POST", `/organizations/${id}/teams`, { name: "Pilot" });
  await call(page.request, "POST", `/organizations/${id}/teams/${team.id}/members`, { accounts: [account] });
  const own = await agents.start(page, "Desk", id);
  const refusing = agents.switchedHook();
  const hers = await agents.start(grace, "Laptop", id, ["--hook", refusing.command]);
  await page.setViewportSize({ width: 1280, height: 1_600 });
  await page.goto(`/organizations/${id}/settings/features`);
  await expect(page.getByText("In force on 2 of 2 devices")).toBeVisible();

  refusing.fail();
  await page.getByRole("switch", { name: "Telemetry" }).press("Space");
  await page.getByLabel("How the change reaches devices").selectOption("Choose waves…");
  const dialog = page.getByRole("dialog", { name: "Choose waves" });
  await dialog.getByRole("button", { name: "Remove wave 2" }).click();
  const wave = dialog.getByRole("group", { name: "Wave 1" });
  const share = wave.getByLabel("Share of all devices, %");
  await share.fill("100");
  await dialog.getByRole("button", { name: "Use these waves" }).click();
  await expect(share).toBeFocused();
  await expect(wave).toContainText("Enter a whole number from 1 to 99.");
  await share.fill("");
  await wave.getByRole("button", { name: "Choose teams" }).click();
  await wave.getByLabel("Pilot").check();
  await expect(wave).toContainText("Wave 1 · 1 device");
  await checkPage(page, "rollout-waves");
  await dialog.getByRole("button", { name: "Use these waves" }).click();
  await expect(page.getByText("on 90% of the released devices")).toBeVisible();
  await page.keyboard.press("Control+S");
  await expect.poll(() => hers.value("features.telemetry")).toBe(true);
  const rollout = page.getByRole("region", { name: "Rollout" });
  await expect(rollout).toContainText("has halted: too many devices refuse it");
  await expect(rollout.getByRole("listitem").filter({ hasText: "Refused" })).toHaveText("Refused 1");
  expect(own.value("features.telemetry")).toBe(false);
  await checkPage(page, "rollout-halted", rollout);

  refusing.pass();
  await rollout.getByRole("button", { name: "Roll back" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Roll back" }).click();
  await expect.poll(() => hers.value("features.telemetry")).toBe(false);
  await expect(rollout).toBeHidden();
  await expect(page.getByText("In force on 2 of 2 devices")).toBeVisible({ timeout: 20_000 });
});
