import type { Page } from "@playwright/test";
import { call } from "./api.ts";
import { expect, foundOrganization, newAddress, openOrganization, reopen, startOver, test } from "./fixtures.ts";
import { intercept } from "./intercept.ts";
import { checkPage } from "./page-check.ts";
import { enroll, join } from "./people.ts";

/** Search finds a new role a moment after it was granted. */
async function managersAreFound({ request }: Page, organization: string, count: number) {
  type List = { items: { role: string }[] };
  await expect
    .poll(async () => {
      const { items } = await call<List>(request, "GET", `/organizations/${organization}/members?sort=role`);
      return items.filter(({ role }) => role === "owner" || role === "admin").length;
    })
    .toBe(count);
}

async function hasFigures({ request }: Page, organization: string) {
  const { items } = await call<{ items: object[] }>(request, "GET", `/organizations/${organization}/figures`);
  return items.length > 0;
}

test("the checklist completes itself, confirms it and disappears; once dismissed, it stays away", async ({
  person: { page },
  newClient,
}, info) => {
  const id = await openOrganization(page, "Acme");
  const checklist = page.getByRole("region", { name: "Set up Acme" });
  await expect(checklist).toContainText("1 of 5 done");
  await checklist.getByRole("link", { name: "Invite people" }).click();
  await expect(page.getByRole("dialog", { name: "Invite people to Acme" })).toBeVisible();
  await page.keyboard.press("Escape");

  await checklist.getByRole("button", { name: "Dismiss the checklist" }).click();
  await expect(checklist).toBeHidden();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(checklist).toBeVisible();

  await call(page.request, "PATCH", "/account", { name: "Ada Lovelace" });
  const email = newAddress(info);
  await enroll(page, id, await newClient(), { email, name: "Grace Hopper", role: "admin" });
  await managersAreFound(page, id, 2);
  await page.reload();
  await expect(page.getByText("All done: Acme is set up.")).toBeVisible();
  await checkPage(page, "overview-set-up");
  await page.reload();
  await expect(page.getByText("You created Acme")).toBeVisible();
  await expect(page.getByText("All done")).toBeHidden();
});

test("a member sees who manages the organization, and a forbidden page says who can help", async ({
  person: { page },
  otherBrowser,
}, info) => {
  await call(page.request, "PATCH", "/account", { name: "Ada Lovelace" });
  const id = await foundOrganization(page, "Acme");
  const email = newAddress(info);
  const member = await join(page, id, otherBrowser, { email, name: "Grace Hopper" });
  await managersAreFound(member, id, 1);
  await member.goto(`/organizations/${id}`);
  const managers = member.getByRole("region", { name: "Who manages Acme" });
  await expect(managers.getByRole("listitem")).toHaveText([/Ada LovelaceOwner/]);
  await expect(member.getByText("Recent activity")).toBeHidden();
  await expect(member.getByRole("button", { name: "Copy address" }).locator("..")).toContainText(email);
  await checkPage(member, "overview-member");

  await member.goto(`/organizations/${id}/invitations`);
  await expect(member.getByText("Your role doesn’t let you see invitations. Your role here is Read.")).toBeVisible();
  await expect(member.getByRole("region", { name: "Who can change your role" })).toContainText("Ada Lovelace");
  await expect(member.getByRole("main")).not.toContainText("@");
  await checkPage(member, "forbidden-invitations");
});

test("an overview has what the operator offers, and figures over time", async ({ person: { page } }) => {
  await test.step("what the operator offers is on the overview and in the sidebar, and what is not set up is not", async () => {
    const id = await foundOrganization(page, "Acme");
    await page.goto(`/organizations/${id}`);
    const client = page.getByRole("region", { name: "Desktop client" });
    await expect(client).toContainText("You have no linked device in this organization.");
    await expect(client.getByRole("link")).toHaveText(["enter the code", "Your devices"]);
    await expect(page.getByRole("link", { name: "Support" })).toBeHidden();
    await expect(page.getByRole("region", { name: "Resources" })).toBeHidden();

    const guide = {
      title: "Guide",
      url: "https://docs.example.com/guide",
      description: "How the desktop client works.",
    };
    const supportUrl = "https://example.com/support";
    const json = { downloadUrl: "https://example.com/download", launchUrl: "acme://link", supportUrl, items: [guide] };
    await intercept(page, "**/api/v1/resources", (route) => route.fulfill({ json }));
    await page.reload();
    const open = client.getByRole("link", { name: "Open the desktop client" });
    await expect(open).toHaveAttribute("href", "acme://link");
    await expect(client.getByRole("link", { name: "Download" })).toHaveAttribute("href", json.downloadUrl);
    const main = page.getByRole("navigation", { name: "Main" });
    await expect(main.getByRole("link", { name: "Support" })).toHaveAttribute("href", supportUrl);
    const resources = page.getByRole("region", { name: "Resources" });
    await expect(resources.getByRole("link", { name: guide.title })).toHaveAttribute("href", guide.url);
    await expect(resources).toContainText(guide.description);
    await checkPage(page, "overview-resources");

    await client.getByRole("link", { name: "Your devices" }).click();
    await expect(page.getByRole("heading", { name: "Devices" })).toBeInViewport();
  });

  await test.step("figures over time are lines, a slider for the keyboard, and a table", async () => {
    await startOver(page);
    const id = await foundOrganization(page, "Acme");
    const figures = page.getByRole("region", { name: "Over time" });
    // the log, which they are made from, follows a moment after the organization
    await expect.poll(() => hasFigures(page, id)).toBe(true);
    await reopen(page, `/organizations/${id}`);
    await expect(figures.getByRole("img", { name: /^From .*Members 1/ })).toBeVisible();
    await expect(figures.getByRole("slider", { name: "Day" })).toBeHidden();

    const history = [
      { on: "2026-11-22", members: 3, committed: 4 },
      { on: "2026-11-23", members: 5, committed: 8, capacity: 10, active: 2 },
      { on: "2026-11-24", members: 7, committed: 8, capacity: 10, active: 6 },
    ];
    let items: object[] = history;
    await intercept(page, /\/figures\?/, (route) => route.fulfill({ status: 200, json: { items } }));
    await page.reload();
    const day = figures.getByRole("slider", { name: "Day" });
    await day.focus();
    await page.keyboard.press("ArrowLeft");
    await expect(day).toHaveAttribute(
      "aria-valuetext",
      /Nov 23, 2026: Seats 10, Seats in use 8, Members 5, Active members 2/,
    );
    await page.keyboard.press("Home");
    await expect(figures.getByRole("listitem")).toHaveText(["Seats Unknown", /4$/, /3$/, "Active members Unknown"]);
    await figures.getByRole("button", { name: "Show as table" }).click();
    await expect(figures.getByRole("row").nth(1)).toHaveText(/Nov 24, 2026\s*10\s*8\s*7\s*6/);
    const table = await figures.getByRole("table").boundingBox();
    const card = await figures.boundingBox();
    expect((table?.x ?? 0) + (table?.width ?? 0)).toBeLessThan((card?.x ?? 0) + (card?.width ?? 0));
    await checkPage(page, "overview-figures", figures);

    items = [];
    await figures.getByRole("radio", { name: "12 months" }).check({ force: true });
    await expect(figures.getByText("No figures yet.")).toBeVisible();
  });
});

test("activity is grouped, shows what each entry is about, and can be filtered by subject and person", async ({
  person: { page },
  newClient,
}, info) => {
  const id = await openOrganization(page, "Acme");
  await call(page.request, "PATCH", "/account", { name: "Ada Lovelace" });
  const path = `/organizations/${id}`;
  const grace = await newClient();
  await enroll(page, id, grace, { email: newAddress(info), name: "Grace Hopper", role: "admin" });
  for (const name of ["Design", "Sales", "Support"]) {
    await call(grace.request, "POST", `${path}/teams`, { name });
  }
  await page.goto(path);
  const activity = page.getByRole("region", { name: "Recent activity" });
  const entries = activity.getByRole("list").first().locator("> li");
  await expect(entries.first()).toContainText("Grace Hopper created 3 teams");

  const details = entries.first().getByRole("button", { name: "Show all 3" });
  await details.focus();
  await page.keyboard.press("Enter");
  await expect(entries.first().getByRole("listitem")).toContainText([/Support/, /Sales/, /Design/]);
  await checkPage(page, "overview-activity", activity);
  await expect(activity.getByRole("link", { name: "Sales" })).toHaveAttribute("href", /\/teams\/team_/);
  await expect(entries.first().getByRole("link", { name: "Grace Hopper" })).toHaveAttribute("href", /members\?search=/);

  await activity.getByLabel("Show activity about").selectOption("People");
  await expect(entries.first()).toContainText("Grace Hopper joined as Admin, invited by you");
  await expect(activity.getByText("created 3 teams")).toBeHidden();
  await activity.getByLabel("Show activity of").selectOption("You");
  await expect(entries).toHaveCount(1);
  await expect(entries.first()).toContainText(/^You invited/);
  await expect(page).toHaveURL(/about=people&of=acc_/);
  await page.reload();
  await expect(entries.first()).toContainText(/^You invited/);
  await expect(activity.getByLabel("Show activity of").locator("option:checked")).toHaveText("You");
  await activity.getByLabel("Show activity about").selectOption("Billing");
  await expect(activity.getByText("No activity matches.")).toBeVisible();
});
