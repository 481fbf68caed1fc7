import { openAgents } from "./agents.ts";
import { call } from "./api.ts";
import { expect, foundOrganization, newAddress, test } from "./fixtures.ts";
import { checkPage } from "./page-check.ts";
import { join } from "./people.ts";

let agents: ReturnType<typeof openAgents>;
test.beforeEach(() => {
  agents = openAgents();
});
test.afterEach(() => agents.stop());

type Listed<T> = { items: T[] };

test("agents follow a change within seconds, wipe themselves when their member goes, and when the organization goes", async ({
  person: { page },
  otherBrowser,
}, info) => {
  test.slow();
  await call(page.request, "PATCH", "/account", { name: "Ada Lovelace" });
  const id = await foundOrganization(page, "Acme");
  const grace = await join(page, id, otherBrowser, { email: newAddress(info), name: "Grace Hopper" });
  const own = await agents.start(page, "Desk", id);
  const [hers, offline] = [await agents.start(grace, "Laptop", id), await agents.start(grace, "Old laptop", id)];
  for (const agent of [own, hers, offline]) await expect.poll(() => agent.value("features.telemetry")).toBe(false);

  await page.setViewportSize({ width: 1280, height: 1_600 });
  await page.goto(`/organizations/${id}/settings/features`);
  await offline.kill();
  await page.getByRole("switch", { name: "Telemetry" }).press("Space");
  await page.keyboard.press("Control+S");
  await expect(page.getByText("Settings saved")).toBeVisible();
  for (const agent of [own, hers]) {
    await expect.poll(() => agent.value("features.telemetry"), { timeout: 5_000 }).toBe(true);
  }
  await checkPage(page, "settings-in-force");

  const { items } = await call<Listed<{ account: string; name: string }>>(
    page.request,
    "GET",
    `/organizations/${id}/members`,
  );
  const account = items.find(({ name }) => name === "Grace Hopper")?.account ?? "";
  await call(page.request, "DELETE", `/organizations/${id}/members/${account}`);
  await expect.poll(hers.hasEnded, { timeout: 40_000 }).toBe(true);
  expect(hers.output()).toContain("All that the organization gave this device is removed.");
  expect([hers.hasSettings(), offline.hasSettings()]).toEqual([false, true]);

  await page.goto(`/organizations/${id}/departures`);
  await page.getByRole("link", { name: /Grace Hopper/ }).click();
  await expect(page.getByText("1 of 2 devices confirmed the wipe.")).toBeVisible();
  const devices = page.getByRole("list", { name: "Devices that ended" });
  await expect(devices.getByRole("listitem").filter({ hasText: "Old laptop" })).toContainText("Not confirmed");
  await checkPage(page, "departure-agents");

  await call(page.request, "POST", `/organizations/${id}/deletion`, { name: "Acme" });
  await expect.poll(own.hasEnded, { timeout: 40_000 }).toBe(true);
  expect(own.hasSettings()).toBe(false);
});
