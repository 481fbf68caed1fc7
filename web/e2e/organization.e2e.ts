import { expect, foundOrganization, reopen, startOver, test, visit } from "./fixtures.ts";
import { intercept } from "./intercept.ts";

const level = { level: 1, exact: true } as const;

test("a person creates an organization and owns it", async ({ person: { page } }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "New organization" }).click();
  await expect(page.getByLabel("Name")).toBeFocused();
  await page.getByLabel("Name").fill("Acme Robotics");
  await expect(page.getByRole("complementary", { name: "Preview" })).toContainText("Acme Robotics");
  await page.getByRole("button", { name: "Create organization" }).click();
  await page.getByRole("link", { name: "Stay free with 3 seats" }).click();
  await expect(page.getByRole("heading", { name: "Acme Robotics is ready", ...level })).toBeVisible();
  await expect(page.getByRole("link", { name: "Invite people" })).toBeFocused();
  await page.reload();
  await page.getByRole("link", { name: "Skip for now" }).click();
  await expect(page.getByRole("heading", { name: "Acme Robotics", ...level })).toBeVisible();
  await expect(page).toHaveTitle("Acme Robotics · Muster");
  await expect(page.getByText("of 3 seats in use")).toBeVisible();
  await expect(page.getByRole("meter", { name: "Seats in use" })).toHaveAttribute("aria-valuetext", /^1 used, 0 held/);
  await expect(page.getByText("You created Acme Robotics")).toBeVisible();
  await page.getByRole("button", { name: "Notifications, some unread" }).click();
  await expect(page.getByRole("dialog", { name: "Notifications" })).toContainText("Acme Robotics is ready");
});

test("the name of a new organization is checked, and its draft survives a failure", async ({
  person: { page },
  watcher,
}) => {
  await test.step("a name is checked while it is typed, by the rules of the API", async () => {
    await page.goto("/organizations/new");
    await page.getByLabel("Name").fill("visit www.example.com");
    await page.getByLabel("Name").blur();
    await expect(page.getByText("The name must not look like a web or mail address.")).toBeVisible();
    await page.getByLabel("Name").fill("x".repeat(61));
    await expect(page.getByText("at most 60 characters")).toBeVisible();
    await page.getByLabel("Name").fill("Acme");
    await expect(page.getByText("at most 60 characters")).toBeHidden();
  });

  await test.step("an error of the API about a field appears at that field", async () => {
    await startOver(page);
    watcher.allowRefusals(400);
    await reopen(page, "/organizations/new");
    await intercept(page, "**/api/v1/organizations", (route) =>
      route.fulfill({
        status: 400,
        contentType: "application/problem+json",
        body: JSON.stringify({
          code: "input.invalid",
          detail: "Some fields need attention.",
          errors: [{ path: "name", message: "This name is taken by the moon." }],
        }),
      }),
    );
    await page.getByLabel("Name").fill("Acme");
    await page.getByRole("button", { name: "Create organization" }).click();
    await expect(page.getByText("This name is taken by the moon.")).toBeVisible();
    await expect(page.getByLabel("Name")).toBeFocused();
  });

  await test.step("a broken server and a reload lose no draft, and a repeated request creates nothing twice", async () => {
    await startOver(page);
    watcher.allowRefusals(500);
    await reopen(page, "/organizations/new");
    let isBroken = true;
    await intercept(page, "**/api/v1/organizations", async (route) => {
      if (!isBroken || route.request().method() !== "POST") {
        return route.continue();
      }
      isBroken = false;
      await route.fetch();
      return route.fulfill({ status: 500, body: "" });
    });
    await page.getByLabel("Name").fill("Acme Robotics");
    await page.getByRole("button", { name: "Create organization" }).click();
    await expect(page.getByText("Something went wrong on our end.")).toBeVisible();
    await page.getByRole("button", { name: "Create organization" }).click();
    await page.getByRole("link", { name: "Stay free with 3 seats" }).click();
    await page.getByRole("link", { name: "Invite people" }).click();
    await expect(page.getByRole("dialog", { name: "Invite people to Acme Robotics" })).toBeVisible();
    await page.goBack();
    await expect(page.getByRole("heading", { name: "Acme Robotics is ready", ...level })).toBeVisible();
    await visit(page, "/");
    await expect(page.getByRole("main").getByRole("link", { name: /Acme Robotics/ })).toHaveCount(1);
  });
});

test("being offline keeps the draft, even across a reload", async ({ person: { page }, context, watcher }) => {
  await page.goto("/organizations/new");
  await page.getByLabel("Name").fill("Acme Robotics");
  await expect(page.getByRole("button", { name: "Your account" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Search or jump to" })).toBeVisible();
  await context.setOffline(true);
  const size = page.viewportSize() ?? { width: 1280, height: 800 };
  await page.setViewportSize({ ...size, height: 300 });
  await page.getByRole("button", { name: "Create organization" }).scrollIntoViewIfNeeded();
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await expect(page.getByText("You’re offline. Your input is kept")).toBeInViewport({ ratio: 1 });
  await page.setViewportSize(size);
  await page.getByRole("button", { name: "Create organization" }).click();
  await expect(page.getByText("We can’t reach the server.")).toBeVisible();
  watcher.forgive(/ERR_INTERNET_DISCONNECTED/);
  await context.setOffline(false);
  await page.reload();
  await expect(page.getByLabel("Name")).toHaveValue("Acme Robotics");
  await page.getByRole("button", { name: "Create organization" }).click();
  await expect(page.getByRole("heading", { name: "How many seats?", ...level })).toBeVisible();
});

test("a stranger's organization looks like none", async ({ person: { page }, otherBrowser, watcher }) => {
  watcher.allowRefusals(404);
  const id = await foundOrganization(page, "Acme");
  const stranger = await otherBrowser.newPage();
  await stranger.goto(`/organizations/${id}`);
  await expect(stranger.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.goto(`/organizations/${id.slice(0, -1)}${id.endsWith("0") ? "1" : "0"}`);
  await expect(page.getByRole("heading", { name: "This page doesn’t exist" })).toBeVisible();
});
