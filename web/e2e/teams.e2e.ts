import { call } from "./api.ts";
import { expect, newAddress, openOrganization, test } from "./fixtures.ts";
import { accept, join } from "./people.ts";

test("a team is created, filled, changed and deleted; its members can leave it", async ({
  person: { page },
  otherBrowser,
}, info) => {
  await call(page.request, "PATCH", "/account", { name: "Ada Lovelace" });
  const id = await openOrganization(page, "Acme");
  const member = await join(page, id, otherBrowser, { email: newAddress(info), name: "Grace Hopper" });
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Teams" }).click();
  await expect(page.getByRole("heading", { name: "No teams yet" })).toBeVisible();
  await page.getByRole("button", { name: "New team" }).click();
  await expect(page.getByLabel("Name")).toBeFocused();
  await page.keyboard.type("Design");
  await page.getByLabel("Description").fill("How it looks and feels.");
  await page.getByRole("button", { name: "Create team" }).click();

  await expect(page.getByRole("heading", { name: "Design", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "Add people" }).click();
  await page.getByRole("checkbox", { name: /Grace Hopper/ }).check();
  await page.getByRole("checkbox", { name: /Ada Lovelace/ }).check();
  await page.getByRole("button", { name: "Add 2" }).click();
  const people = page.getByRole("list", { name: "Members" });
  await expect(people.getByRole("listitem")).toHaveText([/Ada Lovelace/, /Grace Hopper/]);
  await expect(page.getByText("2 members")).toBeVisible();

  await member.goto(page.url());
  await member.getByRole("button", { name: "Leave" }).click();
  await expect(member.getByText("You left Design")).toBeVisible();
  await expect(member.getByRole("button", { name: "Add people" })).toHaveCount(0);

  await page.getByRole("button", { name: "Remove Ada Lovelace" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(people).toContainText("Ada Lovelace");
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Name").fill("Design & Research");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "Design & Research", level: 1 })).toBeVisible();

  const email = newAddress(info);
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "Invite people" }).click();
  await page.getByLabel("Address 1").fill(email);
  await dialog.getByRole("button", { name: "Choose teams" }).click();
  await dialog.getByRole("checkbox", { name: "Design & Research" }).check();
  await page.reload();
  await expect(dialog.getByRole("button", { name: "Not Design & Research" })).toBeVisible();
  await dialog.getByRole("button", { name: "Review" }).click();
  await expect(dialog.getByText("People who accept join Design & Research.")).toBeVisible();
  await dialog.getByRole("button", { name: "Send 1 invitation" }).click();
  await dialog.getByRole("button", { name: "Done" }).click();
  await accept(page, otherBrowser, { email, name: "Edsger Dijkstra" });

  await page.goto(`/organizations/${id}/members`);
  await expect(page.getByRole("row", { name: /Ada Lovelace/ })).toContainText("Design & Research");
  await page.getByLabel("Team", { exact: true }).selectOption("Design & Research");
  await expect(page.getByRole("row")).toHaveCount(3);
  await expect(page.getByRole("row", { name: /Edsger Dijkstra/ })).toBeVisible();
  await expect(page).toHaveURL(/team=team_/);

  await page.goto(`/organizations/${id}/teams`);
  await page.getByRole("link", { name: /Design & Research/ }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete team" }).click();
  await expect(page.getByRole("heading", { name: "No teams yet" })).toBeVisible();
});
