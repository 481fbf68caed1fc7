import { firstLoad, holdIdle } from "./first-load.ts";
import { expect, foundOrganization, newAddress, test } from "./fixtures.ts";
import { invitationLink, invite, join } from "./people.ts";

// What each page requests before somebody can use it. Everything else comes when the page is idle.

const maxRequests = 25;

test("the pages before signing in need little", async ({ page, person, otherBrowser }, info) => {
  await holdIdle(otherBrowser);
  const other = await otherBrowser.newPage();
  const signIn = await firstLoad(other, "/sign-in", () => expect(other.getByLabel("Email address")).toBeVisible());
  expect(signIn.api).toEqual([]);
  expect(signIn.requests).toBeLessThanOrEqual(12);
  expect(signIn.bytes).toBeLessThanOrEqual(144_000);

  const id = await foundOrganization(person.page, "Acme");
  const email = newAddress(info);
  await invite(page, id, { email });
  const link = await invitationLink(page.request, email);
  await other.goto("about:blank");
  const accept = await firstLoad(other, link, () => expect(other.getByRole("heading", { level: 1 })).toBeVisible());
  expect(accept.api).toEqual(["POST /invitations/preview"]);
  expect(accept.requests).toBeLessThanOrEqual(13);
});

test("the lists of an organization need at most 25 requests until they can be used", async ({
  person: { page },
  otherBrowser,
}, info) => {
  const id = await foundOrganization(page, "Acme");
  await join(page, id, otherBrowser, { email: newAddress(info), name: "Grace Hopper", role: "write" });
  await holdIdle(page.context());
  const main = page.getByRole("main");
  const pages = {
    members: () => expect(main.getByText("Grace Hopper")).toBeVisible(),
    invitations: () => expect(main.getByText("No pending invitations")).toBeVisible(),
    billing: () => expect(main.getByText("Free plan").first()).toBeVisible(),
    devices: () => expect(main.getByText("No linked devices")).toBeVisible(),
  };
  for (const [name, isThere] of Object.entries(pages)) {
    const { requests } = await firstLoad(page, `/organizations/${id}/${name}`, isThere);
    expect(requests).toBeLessThanOrEqual(maxRequests);
  }
});

test("the names that the activity of an organization needs are not requested one by one", async ({
  person: { page },
  otherBrowser,
}, info) => {
  const id = await foundOrganization(page, "Acme");
  await join(page, id, otherBrowser, { email: newAddress(info), name: "Grace Hopper", role: "write" });
  const { api } = await firstLoad(page, `/organizations/${id}`, () =>
    expect(page.getByRole("listitem").filter({ hasText: "Grace Hopper" }).first()).toBeVisible(),
  );
  expect(api).toContain("GET /organizations/{id}/members?accounts");
  // that is the reader
  expect(api.filter((name) => name.endsWith("/members/{id}")).length).toBeLessThanOrEqual(1);
});

test("what a page opens is there before that: it opens without a network", async ({ person: { page }, watcher }) => {
  const id = await foundOrganization(page, "Acme");
  await page.goto(`/organizations/${id}/members`);
  await expect(page.getByRole("button", { name: "Your account" }).first()).toBeVisible();
  await page.waitForLoadState("networkidle");
  await page.context().setOffline(true);
  await page.keyboard.press("i");
  await expect(page.getByRole("dialog", { name: "Invite people to Acme" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Search or jump to" })).toBeFocused();
  await page.context().setOffline(false);
  watcher.forgive(/ERR_INTERNET_DISCONNECTED/);
});
