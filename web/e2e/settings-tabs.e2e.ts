import { call } from "./api.ts";
import { expect, foundOrganization, newAddress, reopen, test, visit } from "./fixtures.ts";
import { intercept, release } from "./intercept.ts";
import { checkPage } from "./page-check.ts";
import { join } from "./people.ts";
import { refusal } from "./pretend.ts";

test("an admin changes settings, sees where each comes from, and goes back; a member follows, and chooses what is left", async ({
  person: { page },
  otherBrowser,
}, info) => {
  await call(page.request, "PATCH", "/account", { name: "Ada Lovelace" });
  const id = await foundOrganization(page, "Acme");
  const settings = `/organizations/${id}/settings`;
  const member = await join(page, id, otherBrowser, { email: newAddress(info), name: "Grace Hopper" });
  // tall enough that no control is half hidden by the bar, which the check would report as too small
  await page.setViewportSize({ width: 1280, height: 1_600 });
  await page.goto(`${settings}/features`);
  await expect(page.getByText("Inherited: Off (product default)").first()).toBeVisible();

  await page.getByRole("switch", { name: "Telemetry" }).press("Space");
  await page.getByRole("button", { name: "Actions for Telemetry" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Locked" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Teams may override" }).click();
  await page.keyboard.press("Escape");
  const version = page.getByRole("textbox", { name: "Minimum client version" });
  await version.fill("2.x");
  await page.keyboard.press("Control+S");
  await expect(page.getByText("A version has three numbers, such as 2.10.0.")).toBeVisible();
  await expect(version).toBeFocused();
  await version.fill("2.8.0");
  await page.getByRole("button", { name: "Add a note" }).click();
  await page.getByLabel("Note for the history").fill("Agreed with the works council");
  await expect(page.getByText("2 unsaved changes")).toBeVisible();
  await expect(page.getByText("Changes all 2 members")).toBeVisible();
  await page.getByRole("button", { name: "Details" }).click();
  await expect(page.getByRole("region", { name: "Settings that change" })).toContainText(/Telemetry\s*2 members/);
  // so tall that the bar of unsaved changes covers part of no button
  await page.setViewportSize({ width: 1280, height: 2_400 });
  await checkPage(page, "settings-features-unsaved");
  await page.keyboard.press("Control+S");
  await expect(page.getByText("Settings saved")).toBeVisible();

  await page
    .getByRole("button", { name: /^Set by you/ })
    .first()
    .click();
  const why = page.getByRole("dialog", { name: "Why is it so?" });
  await expect(why.getByText("You can’t change it.")).toBeVisible();
  await why.getByLabel("Show for another member").fill("Grace");
  await why.getByRole("button", { name: /Grace Hopper/ }).click();
  await expect(why.getByText("On for Grace Hopper, from the organization.")).toBeVisible();
  await expect(why.getByRole("listitem").filter({ hasText: "Applies" })).toContainText("Organization");
  await checkPage(page, "settings-why");
  await page.keyboard.press("Escape");

  await member.goto(`/organizations/${id}/your-settings`);
  await member.getByRole("switch", { name: "Telemetry" }).click({ force: true });
  await expect(member.getByText("Your organization decides this setting.")).toBeVisible();
  await expect(member.getByText("1 unsaved change")).toBeHidden();
  await member.getByRole("switch", { name: "External cloud" }).click();
  await member.getByRole("button", { name: "Save" }).click();
  await expect(member.getByRole("button", { name: /^Set by you/ })).toBeVisible();
  await checkPage(member, "own-settings");

  await page.getByRole("link", { name: "History", exact: true }).click();
  await expect(page.getByText("Agreed with the works council")).toBeVisible();
  await visit(page, `${settings}/features`);
  await page.getByRole("switch", { name: "Telemetry" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(/unsaved change/)).toHaveCount(0);
  await expect(page.getByText("Settings saved")).toBeVisible();
  await page.getByRole("link", { name: "History", exact: true }).click();
  await page.getByRole("button", { name: "Restore revision 1" }).click();
  await expect(page.getByRole("list", { name: "What changes" })).toContainText(/Telemetry.*Off, locked.*On, locked/);
  await expect(page.getByText("Changes all 2 members")).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Restore revision" }).click();
  await expect(page.getByText("Revision 3")).toBeVisible();
  await page.getByRole("button", { name: "Compare revision 2" }).click();
  await expect(page.getByRole("list", { name: "Differences" })).toContainText("Telemetry");
  await checkPage(page, "settings-compare");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await checkPage(page, "settings-history");
});

test("a team overrides what is open to it; denied websites are typed, pasted, reviewed and removed", async ({
  person: { page },
}) => {
  const id = await foundOrganization(page, "Acme");
  const settings = `/organizations/${id}/settings`;
  await call(page.request, "POST", `/organizations/${id}/teams`, { name: "Design", description: "" });
  await call(page.request, "PATCH", settings, { revision: 0, openToTeams: ["features.processingMode"] });
  await page.setViewportSize({ width: 1280, height: 1_600 });
  await page.goto(`${settings}/teams`);
  await expect(page.getByText("Processing mode")).toBeVisible();
  await checkPage(page, "settings-teams");
  await page.getByRole("link", { name: /Design/ }).click();
  await page.getByText("On the device", { exact: true }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(/^Set by you/)).toBeVisible();
  await checkPage(page, "settings-team");

  await page.getByRole("link", { name: "LTM Websites" }).click();
  const typed = page.getByLabel("Add a website");
  await typed.fill("facebook");
  await expect(page.getByText("Enter a whole domain, such as example.com.")).toBeVisible();
  await typed.fill("https://Example.com/private/");
  await expect(page.getByText("Denies example.com/private and everything below it.")).toBeVisible();
  await typed.press("Enter");
  await page.getByRole("button", { name: "Add many" }).click();
  await page.getByRole("textbox", { name: "Websites" }).fill("HTTPS://a.example\na.example\n10.0.0.0/8\n*.b.example");
  await expect(page.getByText("Ranges of addresses are not supported.")).toBeVisible();
  await expect(page.getByText("1 duplicate merged")).toBeVisible();
  await checkPage(page, "settings-websites-review");
  await page.getByRole("button", { name: "Add 2 websites" }).click();
  await expect(page.getByText("3 websites")).toBeVisible();
  await page.getByRole("button", { name: "Remove a.example" }).press("Enter");
  await expect(page.getByRole("button", { name: "Remove *.b.example" })).toBeFocused();
  await page.keyboard.press("Control+S");
  await expect(page.getByText(/unsaved change/)).toBeHidden();
  await checkPage(page, "settings-websites");
  expect(await call(page.request, "GET", settings)).toMatchObject({
    fields: { "websites.denied": { value: expect.arrayContaining(["*.b.example", "example.com/private"]) } },
  });

  await page.getByRole("button", { name: "Test an address" }).click();
  const tested = page.getByRole("dialog", { name: "Test an address" });
  const address = tested.getByLabel("Address");
  await address.fill("http://www.b.example/?q=1");
  await expect(tested.getByText("Not denied for you: *.b.example, from the organization")).toBeVisible();
  await expect(tested.getByText(/Not in force while “.*” is off/)).toBeVisible();
  await address.fill("b.example");
  await expect(tested.getByText("No denied website covers it")).toBeVisible();
  await address.fill("*.b.example");
  await expect(tested.getByText("Enter the address of one page, without *.")).toBeVisible();
  await page.keyboard.press("Escape");
  const { revision } = await call<{ revision: number }>(page.request, "GET", settings);
  await call(page.request, "PATCH", settings, { revision, fields: { "websites.isManaged": { value: true } } });
  await page.reload();
  await page.getByRole("button", { name: "Test an address" }).click();
  await address.fill("example.com/private/notes");
  await expect(tested.getByText("Denied for you: example.com/private, from the organization")).toBeVisible();
  await checkPage(page, "settings-websites-test");
});

test("models and applications of the catalog are allowed and blocked", async ({ person: { page }, watcher }) => {
  watcher.allowRefusals(400);
  const id = await foundOrganization(page, "Acme");
  await page.setViewportSize({ width: 1280, height: 2_800 });
  await page.goto(`/organizations/${id}/settings/models`);
  await page.getByRole("switch", { name: "Customized allowed models" }).click();
  await expect(page.getByText("Nothing is allowed")).toBeVisible();
  await expect(page.getByText("Nobody can use a model after this change.")).toBeVisible();
  await page.getByRole("switch", { name: "Provider Anthropic" }).click();
  await page.getByLabel("Search models").fill("claude");
  await page.getByRole("button", { name: "All on" }).click();
  await expect(page.getByText("3 of 17 allowed")).toBeVisible();
  await page
    .getByRole("combobox", { name: "Auto-generated summaries", exact: true })
    .selectOption({ label: "GPT-4o (not allowed)" });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(
    page.getByText("This model is not allowed. Allow it and its provider, or choose another.").first(),
  ).toBeVisible();
  await page
    .getByRole("combobox", { name: "Auto-generated summaries", exact: true })
    .selectOption({ label: "Claude Haiku 4.5" });
  await page.getByLabel("Search models").fill("");
  await checkPage(page, "settings-models");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Settings saved")).toBeVisible();

  await page.getByRole("link", { name: "LTM Sources" }).click();
  await page.getByRole("radiogroup", { name: "Slack" }).getByText("Block").click();
  await page.getByLabel("Block another application").fill("macos:com.example.secret");
  await page.keyboard.press("Enter");
  await expect(page.getByText("2 blocked")).toBeVisible();
  await checkPage(page, "settings-sources");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(/unsaved change/)).toBeHidden();
  expect(await call(page.request, "GET", `/organizations/${id}/settings`)).toMatchObject({
    fields: {
      "models.summaries": { value: "anthropic/claude-haiku-4-5" },
      "sources.blocked": { value: ["macos:com.example.secret", "slack"] },
    },
  });

  const file = await page.request.get(`/api/v1/organizations/${id}/settings/document`);
  const edited = (await file.text())
    .replace('- "slack"', '- "zoom"')
    .replace("contact: {}", "contact: { phone: '12345' }");
  await page.getByRole("link", { name: "History", exact: true }).click();
  await page.getByRole("button", { name: "Import…" }).click();
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "settings.yaml", mimeType: "application/yaml", buffer: Buffer.from(edited) });
  await expect(page.getByRole("list", { name: "What changes" })).toContainText("Zoom");
  await expect(page.getByRole("list", { name: "What changes" })).toContainText(/Phone.*12345/);
  await checkPage(page, "settings-import");
  await page.getByRole("button", { name: "Import file" }).click();
  await expect(page.getByText("Settings imported")).toBeVisible();
  await expect(page.getByText("Revision 3")).toBeVisible();
});

test("the teams tab survives a broken server, and a team's changes a lost connection and a reload", async ({
  person: { page },
  context,
  watcher,
}) => {
  watcher.allowRefusals(500);
  const id = await foundOrganization(page, "Acme");
  const settings = `/organizations/${id}/settings`;
  for (const name of ["Design", "Sales"]) {
    await call(page.request, "POST", `/organizations/${id}/teams`, { name, description: "" });
  }
  await call(page.request, "PATCH", settings, { revision: 0, openToTeams: ["features.processingMode"] });
  const main = page.getByRole("main");
  const teams = page.getByRole("list", { name: "Teams", exact: true });
  const again = main.getByRole("button", { name: "Try again" });
  const broken = refusal(500, "internal.error");
  await page.goto(`${settings}/history`);

  for (const { request, stays, comes } of [
    { request: /\/api\/v1\/.*\/teams(\?.*)?$/, stays: page.getByText("Teams may override"), comes: teams },
    { request: /\/api\/v1\/.*\/settings(\?.*)?$/, stays: teams, comes: page.getByText("Teams may override") },
  ]) {
    await intercept(page, request, (route) => route.fulfill(broken));
    await reopen(page, `${settings}/teams`);
    await expect(again).toBeVisible();
    await expect(stays).toBeVisible();
    release(page, request);
    await again.click();
    await expect(comes).toBeVisible();
  }
  await teams.getByRole("button", { name: "Delete Sales" }).click();
  await page.getByRole("alertdialog", { name: "Delete Sales?" }).getByRole("button", { name: "Delete team" }).click();
  await expect(teams.getByRole("listitem")).toHaveCount(1);

  await teams.getByRole("link", { name: /Design/ }).click();
  const local = page.getByRole("radio", { name: "On the device" });
  await page.getByText("On the device", { exact: true }).click();
  const save = page.getByRole("button", { name: "Save" });
  await intercept(page, /\/settings\/teams\/team_\w+$/, (route) =>
    route.request().method() === "PATCH" ? route.fulfill(broken) : route.continue(),
  );
  await save.click();
  await expect(page.getByRole("alert")).toHaveText("Refused.");
  release(page, /\/settings\/teams\/team_\w+$/);
  await context.setOffline(true);
  await save.click();
  await expect(page.getByRole("alert").first()).toContainText("We can’t reach the server.");
  watcher.forgive(/ERR_INTERNET_DISCONNECTED/);
  await context.setOffline(false);
  await page.reload();
  await expect(local).toBeChecked();
  await expect(page.getByText("1 unsaved change")).toBeVisible();
  await save.click();
  await expect(page.getByText(/unsaved change/)).toBeHidden();
  await expect(page.getByText(/^Set by you/)).toBeVisible();
});
