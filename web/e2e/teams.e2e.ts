import { call } from "./api.ts";
import { expect, foundOrganization, newAddress, openOrganization, reopen, startOver, test } from "./fixtures.ts";
import { intercept } from "./intercept.ts";
import { idOf, memberAt, pageOf } from "./many-members.ts";
import { checkPage } from "./page-check.ts";
import { enter, join } from "./people.ts";
import { pretendLists } from "./pretend-lists.ts";

test("a team is created, filled, changed and deleted; its members can leave it", async ({
  person: { page },
  otherBrowser,
  newClient,
}, info) => {
  await call(page.request, "PATCH", "/account", { name: "Ada Lovelace" });
  const id = await openOrganization(page, "Acme");
  const member = await join(page, id, otherBrowser, { email: newAddress(info), name: "Grace Hopper" });
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Teams" }).click();
  await expect(page.getByRole("heading", { name: "No teams yet" })).toBeVisible();
  await page.getByRole("button", { name: "New team" }).click();
  await expect(page.getByLabel("Name")).toBeFocused();
  await page.keyboard.type("Design");
  await page.getByLabel("Description").fill("How it **looks** and feels:\n\n- screens\n- <b>paper</b>");
  await page.getByRole("checkbox", { name: "Join this team as its lead" }).uncheck();
  await page.getByRole("button", { name: "Create team" }).click();

  await expect(page.getByRole("heading", { name: "Design", level: 1 })).toBeVisible();
  const main = page.getByRole("main");
  await expect(main.getByRole("strong").first()).toHaveText("looks");
  await expect(main.getByRole("listitem").filter({ hasText: /^(screens|<b>paper<.b>)$/ })).toHaveCount(2);
  const activity = page.getByRole("region", { name: "Recent activity" });
  await expect(activity).toContainText("You created the team Design");
  await page.getByRole("button", { name: "Add people" }).click();
  await page.getByRole("checkbox", { name: /Grace Hopper/ }).check();
  await page.getByRole("checkbox", { name: /Ada Lovelace/ }).check();
  await page.getByRole("button", { name: "Add 2" }).click();
  const people = page.getByRole("list", { name: "Members" });
  await expect(people.getByRole("listitem")).toHaveText([/Ada Lovelace/, /Grace Hopper/]);
  await expect(page.getByText("2 members")).toBeVisible();
  await expect(page.getByRole("searchbox", { name: "Search members of Design" })).toHaveCount(0);
  await expect(activity).toContainText("You added 2 people to the team Design");

  await member.goto(page.url());
  await expect(member.getByText("2 members")).toBeVisible();
  await expect(member.getByRole("heading", { name: "Recent activity" })).toHaveCount(0);
  await member.getByRole("button", { name: "Leave" }).click();
  await expect(member.getByText("You left Design")).toBeVisible();
  await expect(member.getByRole("button", { name: "Add people" })).toHaveCount(0);

  await page.getByRole("button", { name: "Actions for Ada Lovelace" }).click();
  await page.getByRole("menuitem", { name: "Remove from team" }).click();
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
  await enter(await newClient(), { email, name: "Edsger Dijkstra" });

  await reopen(page, `/organizations/${id}/members`);
  await expect(page.getByRole("row", { name: /Ada Lovelace/ })).toContainText("Design & Research");
  await page.getByLabel("Team", { exact: true }).selectOption("Design & Research");
  await expect(page.getByRole("row")).toHaveCount(3);
  await expect(page.getByRole("row", { name: /Edsger Dijkstra/ })).toBeVisible();
  await expect(page).toHaveURL(/team=team_/);

  await page.goto(`/organizations/${id}/teams`);
  // the sidebar has it too, a moment later
  await main.getByRole("link", { name: /Design & Research/ }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete team" }).click();
  await expect(page.getByRole("heading", { name: "No teams yet" })).toBeVisible();
});

test("a lead changes the team, adds people and pins, until that ends", async ({
  person: { page },
  otherBrowser,
}, info) => {
  await call(page.request, "PATCH", "/account", { name: "Ada Lovelace" });
  const id = await foundOrganization(page, "Acme");
  const grace = await join(page, id, otherBrowser, { email: newAddress(info), name: "Grace Hopper", role: "write" });
  const me = await call<{ id: string }>(grace.request, "GET", "/account");
  const { id: team } = await call<{ id: string }>(page.request, "POST", `/organizations/${id}/teams`, {
    name: "Design",
  });
  await call(page.request, "POST", `/organizations/${id}/teams/${team}/members`, { accounts: [me.id] });
  await call(page.request, "POST", `/organizations/${id}/updates`, { title: "News", content: "Here.", team });

  await grace.goto(`/organizations/${id}/teams/${team}`);
  await expect(grace.getByRole("button", { name: "Leave" })).toBeVisible();
  for (const name of ["Edit", "Add people", "Actions for Grace Hopper"]) {
    await expect(grace.getByRole("button", { name })).toHaveCount(0);
  }
  await page.goto(`/organizations/${id}/teams/${team}`);
  const people = page.getByRole("list", { name: "Members" });
  const actOn = async (action: string) => {
    await page.getByRole("button", { name: "Actions for Grace Hopper" }).click();
    await page.getByRole("menuitem", { name: action }).click();
  };
  await actOn("Make a lead");
  await expect(page.getByText("Grace Hopper leads Design now")).toBeVisible();
  await page.setViewportSize({ width: 1024, height: 768 });
  const name = page.getByRole("list", { name: "Members" }).getByText("Grace Hopper", { exact: true });
  await expect.poll(() => name.evaluate((one) => one.scrollWidth <= one.clientWidth)).toBe(true);
  await expect(people).toContainText("Lead");
  const refusal = { items: [{ account: me.id, outcome: "lead" }] };
  await intercept(page, "**/members/remove", (route) => route.fulfill({ json: refusal }), { times: 1 });
  await actOn("Remove from team");
  await expect(page.getByRole("alert")).toContainText("Only an owner or admin removes a lead from the team.");
  await expect(people).toContainText("Grace Hopper");
  await actOn("Remove from team");
  await expect(page.getByText("Undo adds this member back, but not as a lead.")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(people).toContainText("Grace Hopper");
  await expect(people).not.toContainText("Lead");
  await actOn("Make a lead");
  await expect(people).toContainText("Lead");

  await grace.reload();
  await grace.getByRole("button", { name: "Add people" }).click();
  await grace.getByRole("checkbox", { name: /Ada Lovelace/ }).check();
  await grace.getByRole("button", { name: "Add 1" }).click();
  await expect(grace.getByRole("region", { name: "Members" })).toContainText("Ada Lovelace");
  await grace.getByRole("button", { name: "Edit" }).click();
  await grace.getByLabel("Description").fill("Led by Grace.");
  await call(page.request, "PATCH", `/organizations/${id}/teams/${team}`, { name: "Drawing", visibility: "private" });
  await grace.getByRole("button", { name: "Save" }).click();
  await expect(grace.getByText("Someone else just changed this team.")).toBeVisible();
  await expect(grace.getByLabel("Name")).toHaveValue("Drawing");
  await grace.getByRole("button", { name: "Save" }).click();
  await expect(grace.getByText("Led by Grace.")).toBeVisible();
  await expect(grace.getByRole("heading", { level: 1 })).toHaveText("DrawingPrivate");
  await grace.getByRole("button", { name: "Actions for News" }).click();
  await expect(grace.getByRole("menuitem", { name: "Delete" })).toHaveCount(0);
  await grace.getByRole("menuitem", { name: "Pin to the top" }).click();
  await expect(grace.getByText("Pinned to the top").first()).toBeVisible();

  await grace.getByRole("button", { name: "Actions for Grace Hopper" }).click();
  await grace.getByRole("menuitem", { name: "Stop leading the team" }).click();
  await expect(grace.getByRole("button", { name: "Add people" })).toHaveCount(0);
});

test("a private team is missing for others, and where leads post its members do not", async ({
  person: { page },
  otherBrowser,
}, info) => {
  const id = await openOrganization(page, "Acme");
  const grace = await join(page, id, otherBrowser, { email: newAddress(info), name: "Grace Hopper", role: "write" });
  const me = await call<{ id: string }>(grace.request, "GET", "/account");
  const path = `/organizations/${id}/teams`;
  const { id: team } = await call<{ id: string }>(page.request, "POST", path, { name: "Design" });
  await page.goto(`${path}/${team}`);
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Who posts updates").selectOption("Leads only");
  await page.getByLabel("Who sees the team").selectOption("Only its members, owners, and admins");
  await expect(page.getByText("is not undone")).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("DesignPrivate");
  await expect(page.getByText("Leads, owners, and admins post updates")).toBeVisible();

  await grace.goto(path);
  await expect(grace.getByRole("heading", { name: "No teams yet" })).toBeVisible();
  await grace.goto(`${path}/${team}`);
  await expect(grace.getByText("This page doesn’t exist")).toBeVisible();

  await call(page.request, "POST", `${path}/${team}/members`, { accounts: [me.id] });
  await grace.goto(path);
  await grace.getByRole("link", { name: /^Design .*member/ }).click();
  const post = grace.getByRole("button", { name: "Post an update…" });
  await expect(post).toBeVisible();
  await expect(post).toHaveAccessibleDescription("In this team, leads, owners, and admins post updates.");
  await grace.getByRole("button", { name: "Leave" }).click();
  await expect(grace.getByRole("heading", { name: "No teams yet" })).toBeVisible();
});

test("among many members of a team, and many teams, some are searched", async ({ person: { page } }) => {
  await test.step("among many members of a team some are searched", async () => {
    const organization = await foundOrganization(page, "Acme");
    await pretendLists(page);
    const everybody = Array.from({ length: 300 }, (_, index) => memberAt(index));
    const asked: (string | null)[] = [];
    await intercept(page, /\/members\?/, (route) => {
      const query = new URL(route.request().url()).searchParams;
      // names in the activity
      if (query.has("accounts")) return route.fulfill({ json: { items: [] } });
      asked.push(query.get("team") ?? query.get("leadOf"));
      if (query.has("leadOf")) {
        return route.fulfill({ json: { items: query.has("search") ? [] : everybody.slice(0, 2) } });
      }
      return route.fulfill({ json: pageOf(everybody, query, 25) });
    });
    await page.goto(`/organizations/${organization}/teams/${idOf("team", 0)}`);
    const people = page.getByRole("list", { name: "Members" }).getByRole("listitem");
    await expect(people).toHaveCount(25);
    const search = page.getByRole("searchbox", { name: "Search members of Team 000" });
    await search.fill("yuki tanaka");
    await expect(people).toHaveText(Array.from({ length: 3 }, () => /Yuki Tanaka/));
    await search.fill("nobody");
    await expect(page.getByText("No member of this team matches “nobody”.")).toBeVisible();
    await checkPage(page, "team-search");
    await page.getByRole("button", { name: "Clear search" }).click();
    await expect(people).toHaveCount(25);
    await expect(search).toBeFocused();
    await page.getByLabel("Show", { exact: true }).selectOption("Leads");
    await expect(people).toHaveCount(2);
    await checkPage(page, "team-leads");
    await search.fill("zoe");
    await expect(page.getByText("No lead of this team matches “zoe”.")).toBeVisible();
    await page.getByRole("button", { name: "Clear search" }).click();
    await expect(people).toHaveCount(25);
    expect(new Set(asked)).toEqual(new Set([idOf("team", 0)]));
  });

  await test.step("among many teams some are searched, wherever one is chosen", async () => {
    await startOver(page);
    const organization = await foundOrganization(page, "Acme");
    await pretendLists(page);
    const asked: string[] = [];
    const entry = (index: number, name: string) => ({
      id: idOf("team", index),
      name,
      members: 3,
      posting: "members",
      visibility: "open",
      own: { isMember: false, isLead: false },
    });
    await intercept(page, /\/teams\?.*(search|teams)=/, (route) => {
      const query = new URL(route.request().url()).searchParams;
      asked.push(query.get("search") ?? query.get("teams") ?? "");
      const found = query.get("search") === "nothing" ? [] : [entry(4999, "Zebra crossing")];
      // a page may be empty and have a next one
      const isFirst = query.has("search") && !query.has("cursor");
      return route.fulfill({ json: isFirst ? { items: [], next: "1" } : { items: found } });
    });
    await reopen(page, `/organizations/${organization}/members`);
    await page.getByLabel("Team", { exact: true }).selectOption({ label: "Find a team…" });
    const dialog = page.getByRole("dialog", { name: "Find a team" });
    await dialog.getByRole("button", { name: "Show more" }).click();
    await expect(dialog.getByRole("listitem")).toHaveCount(200);
    await dialog.getByLabel("Search teams").fill("zeb");
    await page.keyboard.press("Escape");
    await expect(dialog.getByLabel("Search teams")).toHaveValue("");
    await dialog.getByLabel("Search teams").fill("zeb");
    await checkPage(page, "team-find");
    await dialog.getByRole("button", { name: /Zebra crossing/ }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByLabel("Team", { exact: true }).locator("option:checked")).toHaveText("Zebra crossing");
    await expect(page).toHaveURL(new RegExp(`team=${idOf("team", 4999)}`));

    await reopen(page, `/organizations/${organization}/teams`);
    await expect(page.getByRole("list", { name: "Teams" }).getByRole("listitem")).toHaveCount(100);
    await page.getByLabel("Search teams").fill("zeb");
    await expect(page.getByRole("list", { name: "Teams" }).getByRole("listitem")).toHaveText([/Zebra crossing/]);
    await page.getByLabel("Search teams").fill("nothing");
    await expect(page.getByRole("heading", { name: "No team matches" })).toBeVisible();
    await page.getByLabel("Search teams").press("Escape");
    await expect(page.getByRole("list", { name: "Teams" }).getByRole("listitem")).toHaveCount(100);

    await reopen(page, `/organizations/${organization}/members?dialog=invite`);
    await page.getByRole("button", { name: "Choose teams" }).click();
    const choices = page.getByRole("list", { name: "Teams to choose from" }).getByRole("checkbox");
    await expect(choices).toHaveCount(100);
    await page.getByRole("dialog").getByRole("button", { name: "Show more" }).click();
    await expect(choices).toHaveCount(200);
    await page.getByRole("dialog").getByLabel("Search teams").fill("zeb");
    await page.getByRole("checkbox", { name: "Zebra crossing" }).check();
    await expect(page.getByRole("button", { name: "Not Zebra crossing" })).toBeVisible();
    expect(new Set(asked)).toEqual(new Set(["zeb", "nothing", idOf("team", 4999)]));
  });
});
