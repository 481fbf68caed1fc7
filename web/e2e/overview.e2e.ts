import type { Page } from "@playwright/test";
import { call } from "./api.ts";
import { expect, foundOrganization, newAddress, openOrganization, test } from "./fixtures.ts";
import { checkPage } from "./page-check.ts";
import { join } from "./people.ts";

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

test("the checklist completes itself, confirms it and disappears; once dismissed, it stays away", async ({
  person: { page },
  otherBrowser,
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
  await join(page, id, otherBrowser, { email, name: "Grace Hopper", role: "admin" });
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

test("activity is grouped, shows what each entry is about, and can be filtered by subject and person", async ({
  person: { page },
  otherBrowser,
}, info) => {
  const id = await openOrganization(page, "Acme");
  await call(page.request, "PATCH", "/account", { name: "Ada Lovelace" });
  const path = `/organizations/${id}`;
  const grace = await join(page, id, otherBrowser, { email: newAddress(info), name: "Grace Hopper", role: "admin" });
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
  await checkPage(page, "overview-activity");
  await expect(activity.getByRole("link", { name: "Sales" })).toHaveAttribute("href", /\/teams\/team_/);
  await expect(entries.first().getByRole("link", { name: "Grace Hopper" })).toHaveAttribute("href", /members\?search=/);

  await activity.getByLabel("Show activity about").selectOption("People");
  await expect(entries.first()).toContainText("Grace Hopper joined as Admin, invited by you");
  await expect(activity.getByText("created 3 teams")).toBeHidden();
  await activity.getByLabel("Show activity of").selectOption("You");
  await expect(entries).toHaveCount(1);
  await expect(entries.first()).toContainText(/^You invited/);
  await activity.getByLabel("Show activity about").selectOption("Billing");
  await expect(activity.getByText("No activity matches.")).toBeVisible();
});
