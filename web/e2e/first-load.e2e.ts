import { call } from "./api.ts";
import { firstLoad, holdIdle, scriptsOf } from "./first-load.ts";
import { expect, foundOrganization, newAddress, test } from "./fixtures.ts";
import { intercept, type Route } from "./intercept.ts";
import { enroll, invitationLink, invite } from "./people.ts";
import { subscribe } from "./stripe-pages.ts";

test.use({ savesData: false });

// What each page requests until it is whole. What somebody opens on it comes when the page is idle.

const whole = { requests: 34, bytes: 373_000 };

test("the pages before signing in need little", async ({ page, person, otherBrowser }, info) => {
  await holdIdle(otherBrowser);
  const other = await otherBrowser.newPage();
  const signIn = await firstLoad(other, "/sign-in", () => expect(other.getByLabel("Email address")).toBeVisible());
  expect(signIn.api).toEqual([]);
  expect(signIn.requests).toBeLessThanOrEqual(12);
  expect(signIn.bytes).toBeLessThanOrEqual(182_000);

  const id = await foundOrganization(person.page, "Acme");
  const email = newAddress(info);
  await invite(page, id, { email });
  const link = await invitationLink(page.request, email);
  await other.goto("about:blank");
  const accept = await firstLoad(other, link, () => expect(other.getByRole("heading", { level: 1 })).toBeVisible());
  expect(accept.api).toEqual(["POST /invitations/preview"]);
  expect(accept.requests).toBeLessThanOrEqual(13);
});

test("each page is whole after at most 34 requests and 373 kB", async ({ person: { page }, newClient }, info) => {
  const id = await foundOrganization(page, "Acme");
  await enroll(page, id, await newClient(), { email: newAddress(info), name: "Grace Hopper", role: "write" });
  await holdIdle(page.context());
  const main = page.getByRole("main");
  const inOrganization = {
    "": () => expect(main.getByRole("button", { name: "Post an update…" })).toBeVisible(),
    members: () => expect(main.getByText("Grace Hopper")).toBeVisible(),
    invitations: () => expect(main.getByText("No pending invitations")).toBeVisible(),
    teams: () => expect(main.getByText("No teams yet")).toBeVisible(),
    billing: () => expect(main.getByText("Free plan").first()).toBeVisible(),
    devices: () => expect(main.getByText("No linked devices")).toBeVisible(),
    "settings/general": () => expect(main.getByLabel("Organization name")).toHaveValue("Acme"),
    "settings/features": () => expect(main.getByRole("switch").first()).toBeVisible(),
    "settings/api-keys": () => expect(main.getByRole("button", { name: "Add API key" }).first()).toBeVisible(),
  };
  const pages: Record<string, () => Promise<void>> = {
    "/": () => expect(main.getByRole("link", { name: "Acme" })).toBeVisible(),
    "/account": () => expect(main.getByLabel("Name")).toBeVisible(),
  };
  for (const [path, isThere] of Object.entries(inOrganization)) pages[`/organizations/${id}/${path}`] = isThere;
  const over: object[] = [];
  for (const [path, isThere] of Object.entries(pages)) {
    const { requests, bytes, api } = await firstLoad(page, path, isThere);
    if (requests > whole.requests || bytes > whole.bytes) over.push({ path, requests, bytes, api });
  }
  expect(over).toEqual([]);
});

test("what comes late moves nothing: the cards of paid seats are there, and an order is below the rest", async ({
  person: { page },
}) => {
  const ordered = await foundOrganization(page, "Acme");
  const order = { seats: 5, plan: "monthly" };
  await call(page.request, "POST", `/organizations/${ordered}/billing/checkout`, order);
  const subscribed = await subscribe(page, 2);
  await holdIdle(page.context());
  await page.goto(`/organizations/${subscribed}/billing`);
  await expect(page.getByRole("region", { name: "Automatic seats" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Unused seats" })).toBeVisible();

  const held: Route[] = [];
  await intercept(page, /\/billing$/, (route) => void held.push(route));
  await page.goto(`/organizations/${ordered}`);
  const seats = page.getByRole("heading", { name: "Seats", exact: true });
  await expect(seats).toBeVisible();
  await expect.poll(() => held.length).toBe(1);
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  const top = async () => (await seats.boundingBox())?.y;
  const before = await top();
  for (const route of held) await route.continue();
  await expect(page.getByRole("heading", { name: "Your order is waiting for payment" })).toBeAttached();
  expect(await top()).toBe(before);
});

test("the names that the activity of an organization needs are not requested one by one", async ({
  person: { page },
  newClient,
}, info) => {
  const id = await foundOrganization(page, "Acme");
  await enroll(page, id, await newClient(), { email: newAddress(info), name: "Grace Hopper", role: "write" });
  const { api } = await firstLoad(page, `/organizations/${id}`, () =>
    expect(page.getByRole("listitem").filter({ hasText: "Grace Hopper" }).first()).toBeVisible(),
  );
  expect(api).toContain("GET /organizations/{id}/members?accounts");
  // that is the reader
  expect(api.filter((name) => name.endsWith("/members/{id}")).length).toBeLessThanOrEqual(1);
});

test("a dialog and the palette have loaded before they are opened, and open without a network", async ({
  person: { page },
  watcher,
}) => {
  const id = await foundOrganization(page, "Acme");
  const scripts = scriptsOf(page);
  await page.goto(`/organizations/${id}/members`);
  await expect(page.getByRole("button", { name: "Your account" }).first()).toBeVisible();
  await expect.poll(scripts.all).toContain("Invite people to ");
  await expect.poll(scripts.all).toContain("Command palette");
  await expect.poll(scripts.pending).toBe(0);
  await page.context().setOffline(true);
  await page.keyboard.press("i");
  await expect(page.getByRole("dialog", { name: "Invite people to Acme" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Search or jump to" })).toBeFocused();
  await page.context().setOffline(false);
  watcher.forgive(/ERR_INTERNET_DISCONNECTED/);
});

test("a dialog opened without a network waits for it, and the page stays", async ({ person: { page }, watcher }) => {
  const id = await foundOrganization(page, "Acme");
  await holdIdle(page.context());
  await page.goto(`/organizations/${id}/members`);
  const table = page.getByRole("table", { name: "Members" });
  await expect(table).toBeVisible();
  await page.waitForLoadState("networkidle");
  const loads: string[] = [];
  page.on("request", (request) => request.isNavigationRequest() && loads.push(request.url()));
  await page.context().setOffline(true);
  const failed = page.waitForEvent("requestfailed");
  await page.keyboard.press("i");
  await failed;
  await expect(table).toBeVisible();
  await page.context().setOffline(false);
  await expect(page.getByRole("dialog", { name: "Invite people to Acme" })).toBeVisible();
  expect(loads).toEqual([]);
  watcher.forgive(/A part of this page did not load|ERR_INTERNET_DISCONNECTED|Failed to fetch/);
});

test("what is typed right after the palette opens or closes gets there, before the page is idle or the next frame", async ({
  person: { page },
}) => {
  const id = await foundOrganization(page, "Acme");
  await holdIdle(page.context());
  await page.goto(`/organizations/${id}/members`);
  await expect(page.getByRole("button", { name: "Search or jump to" })).toBeVisible();
  await page.evaluate(() => {
    window.requestAnimationFrame = () => 0;
  });
  await page.keyboard.press("Control+k");
  await page.keyboard.type("invite");
  await expect(page.getByRole("combobox", { name: "Search or jump to" })).toHaveValue("invite");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: /shortcuts/i })).toBeVisible();
});
