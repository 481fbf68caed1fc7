import type { Page } from "@playwright/test";
import { call } from "./api.ts";
import { expect, foundOrganization, openOrganization, reopen, startOver, test } from "./fixtures.ts";
import { type Answer, intercept } from "./intercept.ts";
import { reauthenticationCode } from "./mailbox.ts";
import { join, operate } from "./people.ts";
import { refusal } from "./pretend.ts";

const addressOf = (id: string) => `/organizations/${id}/settings/general`;
const unsaved = (page: Page) => page.getByText(/unsaved change/);

test("general settings are saved by the keyboard alone, and the rest of the dashboard shows it", async ({
  person: { page },
}) => {
  await openOrganization(page, "Acme Robotics");
  await page.getByRole("main").getByRole("link", { name: "Settings", exact: true }).press("Enter");
  await expect(page).toHaveURL(/\/settings\/general$/);
  await expect(page).toHaveTitle("General settings · Muster");
  await page.getByLabel("Organization name").focus();
  for (const text of ["Acme Machines", "Grace Hopper", "Grace@Example.com", "+49 30 1234567", "books@example.com"]) {
    await page.keyboard.press("Control+A");
    await page.keyboard.type(text);
    await page.keyboard.press("Tab");
  }
  for (const text of ["P.O.Box 7", "10115", "Berlin", "Germ", ""]) {
    await page.keyboard.type(text);
    await page.keyboard.press("Tab");
  }
  await expect(page.getByText("9 unsaved changes")).toBeVisible();
  await page.keyboard.press("Control+S");
  await expect(page.getByText("Settings saved")).toBeVisible();
  await expect(unsaved(page)).toBeHidden();
  await expect(page.getByRole("button", { name: "Switch organization" })).toContainText("Acme Machines");

  await page.reload();
  await expect(page.getByLabel("Email address", { exact: true })).toHaveValue("grace@example.com");
  await expect(page.getByLabel("Country")).toHaveValue("DE");
  await page.getByLabel("Phone").fill("");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Settings saved")).toBeVisible();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Overview" }).click();
  await expect(page.getByText("You renamed Acme Robotics to Acme Machines")).toBeVisible();
  await expect(page.getByText(/You changed \d+ settings of the organization/)).toBeVisible();
});

test("general settings: single sign-on, what survives a failure, and the states of a country", async ({
  person: { page, email },
  watcher,
  context,
}) => {
  await test.step("single sign-on is saved after a confirmation, and a mistake stands at its field", async () => {
    watcher.allowRefusals(400, 403);
    const id = await foundOrganization(page, "Acme");
    await page.goto(addressOf(id));
    await expect(page.getByText("Members keep signing in with a code by email")).toBeVisible();
    const save = page.getByRole("button", { name: "Save" });
    await page.getByLabel(/^Issuer/).fill("https://acme.okta.com");
    await save.click();
    await expect(page.getByText("Enter the client ID that this issuer gave.")).toBeVisible();
    await page.getByLabel("Client ID").fill("0oa1b2c3D4");
    await intercept(
      page,
      `**/api/v1${addressOf(id)}`,
      (route) => route.fulfill(refusal(403, "actor.reauthentication_required")),
      {
        times: 1,
      },
    );
    // the email is there before the answer that says so
    let typed = () => {};
    const isTyped = new Promise<void>((resolve) => {
      typed = resolve;
    });
    await intercept(page, "**/session/reauthentication", async (route) => {
      const response = await route.fetch();
      await isTyped;
      await route.fulfill({ response });
    });
    await save.click();
    const confirmation = page.getByRole("dialog", { name: "Confirm it’s you" });
    await expect(confirmation).toContainText("Changing single sign-on requires a sign-in");
    await confirmation.getByLabel("Code", { exact: true }).fill(await reauthenticationCode(page.request, email));
    typed();
    await expect(page.getByText("Settings saved")).toBeVisible();
    expect(await call(page.request, "GET", addressOf(id))).toMatchObject({
      singleSignOn: { issuer: "https://acme.okta.com", clientId: "0oa1b2c3D4" },
    });
  });

  await test.step("typed changes survive an error, a broken server, a lost connection, a reload and a link away", async () => {
    await startOver(page);
    watcher.allowRefusals(400, 500);
    const id = await foundOrganization(page, "Acme");
    await reopen(page, addressOf(id));
    const email = page.getByLabel("Email address", { exact: true });
    await email.fill("grace@example.com");
    const save = page.getByRole("button", { name: "Save" });

    let answer: Answer | undefined = {
      status: 400,
      contentType: "application/problem+json",
      body: JSON.stringify({
        code: "input.invalid",
        detail: "Some fields need attention.",
        errors: [{ path: "contact.email", message: "Nobody reads mail there." }],
      }),
    };
    await intercept(page, `**/api/v1${addressOf(id)}`, (route) =>
      answer && route.request().method() === "PATCH" ? route.fulfill(answer) : route.continue(),
    );
    await save.click();
    await expect(page.getByText("Nobody reads mail there.")).toBeVisible();
    await expect(email).toBeFocused();

    answer = refusal(500, "internal.error");
    await save.click();
    await expect(page.getByRole("alert")).toHaveText("Refused.");
    answer = undefined;
    await context.setOffline(true);
    await save.click();
    await expect(page.getByRole("alert")).toContainText("We can’t reach the server.");
    watcher.forgive(/ERR_INTERNET_DISCONNECTED/);
    await context.setOffline(false);

    await page.reload();
    await expect(email).toHaveValue("grace@example.com");
    const overview = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Overview" });
    await overview.click();
    const guard = page.getByRole("alertdialog", { name: "Leave without saving?" });
    await guard.getByRole("button", { name: "Cancel" }).click();
    await expect(page).toHaveURL(addressOf(id));
    await save.click();
    await expect(page.getByText("Settings saved")).toBeVisible();

    await email.fill("ada@example.com");
    await page.getByRole("button", { name: "Discard" }).click();
    await expect(email).toHaveValue("grace@example.com");
    await email.fill("ada@example.com");
    await overview.click();
    await guard.getByRole("button", { name: "Discard and leave" }).click();
    await expect(page.getByRole("heading", { name: "Acme", level: 1 })).toBeVisible();
  });

  await test.step("the state is chosen from a list where the country has one, and another is refused at its field", async () => {
    await startOver(page);
    watcher.allowRefusals(400);
    const id = await foundOrganization(page, "Acme");
    await call(page.request, "PATCH", addressOf(id), { revision: 0, address: { country: "DE", state: "Calif." } });
    await reopen(page, addressOf(id));
    const state = page.getByLabel("State or region");
    await page.getByLabel("Country").selectOption("United States");
    await expect(state).toHaveValue("Calif.");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(state).toHaveAccessibleDescription(/US has no such state/);
    await state.selectOption("California");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(unsaved(page)).toBeHidden();
    expect(await call(page.request, "GET", addressOf(id))).toMatchObject({
      address: { country: "US", state: "California" },
    });
    await page.getByLabel("Country").selectOption("Germany");
    await state.fill("Hessen");
    await expect(state).toHaveValue("Hessen");
  });
});

test("two admins at once: the later one sees what both changed, decides, and loses nothing of either", async ({
  person: { page },
  otherBrowser,
  watcher,
}) => {
  watcher.allowRefusals(409);
  const id = await foundOrganization(page, "Acme");
  const grace = { email: `grace.${id.slice(4).toLowerCase()}@example.com`, role: "admin", name: "Grace Hopper" };
  const other = await join(page, id, otherBrowser, grace);
  await page.goto(addressOf(id));
  await other.goto(addressOf(id));

  await page.getByLabel("Organization name").fill("Mine");
  await page.getByLabel("Phone").fill("+49 30 1111");
  await page.getByLabel("City").fill("Berlin");
  await other.getByLabel("Organization name").fill("Theirs");
  await other.getByLabel("Phone").fill("+49 30 2222");
  await other.getByLabel("Contact person").fill("Grace Hopper");
  await other.getByRole("button", { name: "Save" }).click();
  await expect(other.getByText("Settings saved")).toBeVisible();

  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(/^Grace Hopper saved these settings/)).toBeInViewport();
  await expect(page.getByLabel("Contact person")).toHaveValue("Grace Hopper");
  await expect(page.getByText("Changed elsewhere")).toHaveCount(1);
  await expect(page.getByRole("radio", { name: "Theirs Theirs" })).toBeFocused();
  await expect(page.getByRole("button", { name: "Save" })).toBeDisabled();

  // a draft that is reloaded meets what others saved again
  await page.reload();
  await expect(page.getByText("2 choices to make")).toBeVisible();
  await page
    .getByRole("radiogroup", { name: "Organization name" })
    .getByRole("radio", { name: /^Yours/ })
    .click();
  await page
    .getByRole("radiogroup", { name: "Phone" })
    .getByRole("radio", { name: /^Theirs/ })
    .click();
  await expect(page.getByText("2 unsaved changes")).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Settings saved")).toBeVisible();
  expect(await call(page.request, "GET", addressOf(id))).toMatchObject({
    name: "Mine",
    contact: {
      name: "Grace Hopper",
      phone: "+49 30 2222",
    },
    address: { city: "Berlin" },
    revision: 2,
  });

  // the same change by both leaves nothing to decide: the rest is saved at once
  await other.reload();
  for (const one of [other, page]) {
    await one.getByLabel("City").fill("Potsdam");
  }
  await page.getByLabel("Phone").fill("+49 30 3333");
  await other.getByRole("button", { name: "Save" }).click();
  await expect(unsaved(other)).toBeHidden();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(unsaved(page)).toBeHidden();
  expect(await call(page.request, "GET", addressOf(id))).toMatchObject({
    contact: { phone: "+49 30 3333" },
    address: { city: "Potsdam" },
    revision: 4,
  });
});

test("a member without permission finds no settings, and nobody changes those of a suspended organization", async ({
  person: { page },
  otherBrowser,
}) => {
  const id = await foundOrganization(page, "Acme");
  const ben = { email: `ben.${id.slice(4).toLowerCase()}@example.com`, name: "Ben Okafor" };
  const other = await join(page, id, otherBrowser, ben);
  await other.goto(`/organizations/${id}`);
  await expect(other.getByRole("heading", { name: "Acme", level: 1 })).toBeVisible();
  await expect(other.getByRole("link", { name: "Settings", exact: true })).toHaveCount(0);
  await other.goto(`/organizations/${id}/settings`);
  await expect(other.getByRole("heading", { name: "You don’t have access to this page" })).toBeVisible();

  await operate("suspend", id);
  await page.goto(addressOf(id));
  await expect(page.getByText("you can view it but not change it")).toBeVisible();
  await expect(page.getByLabel("Organization name")).toBeDisabled();
});
