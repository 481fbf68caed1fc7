import { call } from "./api.ts";
import { expect, foundOrganization, newAddress, reopen, startOver, test } from "./fixtures.ts";
import { intercept, release } from "./intercept.ts";
import { enroll } from "./people.ts";
import { refusal } from "./pretend.ts";

// A part of a page that fails says so in its place, and a retry loads it; the rest of the page stays.

const failing = (status = 500) => refusal(status, "internal.error");
const teamId = (n: number) => `team_${String(n).padStart(26, "0")}`;

test("parts that fail say so in their place, and a retry loads them; others are named as they can be", async ({
  person: { page },
  watcher,
  newClient,
}, info) => {
  await test.step("the rest of a long update that does not load is asked for again", async () => {
    watcher.allowRefusals(500);
    const id = await foundOrganization(page, "Acme");
    const content = `${"A long story. ".repeat(60)}The end.`;
    const { id: update } = await call<{ id: string }>(page.request, "POST", `/organizations/${id}/updates`, {
      title: "Story",
      content,
    });
    const whole = new RegExp(`/api/v1/.*/updates/${update}(\\?.*)?$`);
    await intercept(page, whole, (route) => route.fulfill(failing()));
    await page.goto(`/organizations/${id}`);
    const card = page.getByRole("article", { name: "Story", exact: true });
    await card.getByRole("button", { name: "Show more" }).click();
    await expect(card.getByRole("alert")).toBeVisible();
    await expect(card).toContainText("A long story.");
    release(page, whole);
    await card.getByRole("alert").getByRole("button", { name: "Try again" }).click();
    await expect(card).toContainText("The end.");
    await expect(card.getByRole("button", { name: "Show less" })).toBeVisible();
  });

  await test.step("the card of the desktop client says that devices did not load, and counts them after a retry", async () => {
    await startOver(page);
    watcher.allowRefusals(500);
    const id = await foundOrganization(page, "Acme");
    const devices = /\/api\/v1\/devices(\?.*)?$/;
    await intercept(page, devices, (route) => route.fulfill(failing()));
    await reopen(page, `/organizations/${id}`);
    const card = page.getByRole("region", { name: "Desktop client" });
    await expect(card.getByRole("alert")).toBeVisible();
    await expect(card.getByRole("button", { name: "Copy address" })).toBeVisible();
    release(page, devices);
    await card.getByRole("button", { name: "Try again" }).click();
    await expect(card.getByRole("alert")).toHaveCount(0);
    await expect(card.getByRole("link", { name: "Your devices" })).toBeVisible();
  });

  await test.step("revisions whose teams have no names for now say so, until a retry names them", async () => {
    await startOver(page);
    watcher.allowRefusals(500);
    const id = await foundOrganization(page, "Acme");
    const team = teamId(7);
    await intercept(page, /\/settings\/history(\?.*)?$/, async (route) => {
      const by = (await call<{ id: string }>(page.request, "GET", "/account")).id;
      const change = { field: "features.telemetry", team, to: { value: false } };
      const revision = {
        revision: 1,
        by,
        at: new Date().toISOString(),
        changes: [change],
      };
      return route.fulfill({ json: { items: [revision] } });
    });
    const named = /\/teams\?teams=/;
    await intercept(page, named, (route) => route.fulfill(failing()));
    await reopen(page, `/organizations/${id}/settings/history`);
    await expect(page.getByText("Team (its name did not load)")).toBeVisible();
    release(page, named);
    await intercept(page, named, (route) => route.fulfill({ json: { items: [{ id: team, name: "Design" }] } }));
    await page.getByRole("main").getByRole("button", { name: "Try again" }).click();
    await expect(page.getByText("Team Design")).toBeVisible();
    await expect(page.getByRole("main").getByRole("alert")).toHaveCount(0);
  });

  await test.step("more than twenty teams of mine have a search in the sidebar", async () => {
    await startOver(page);
    const id = await foundOrganization(page, "Acme");
    const items = Array.from({ length: 21 }, (_, n) => ({
      id: teamId(n),
      name: n === 20 ? "Zebra" : `Team ${n}`,
      members: 2,
    }));
    await intercept(page, /\/teams\?of=own$/, (route) => route.fulfill({ json: { items } }));
    await reopen(page, `/organizations/${id}`);
    const mine = page.getByRole("region", { name: "Your teams" });
    await expect(mine.getByRole("link")).toHaveCount(21);
    await mine.getByLabel("Search your teams").fill("zeb");
    await expect(mine.getByRole("link")).toHaveText(["Zebra"]);
    await mine.getByLabel("Search your teams").fill("nothing");
    await expect(mine.getByRole("link")).toHaveCount(0);
  });

  await test.step("activity that is filtered names a former member as such", async () => {
    await startOver(page);
    const id = await foundOrganization(page, "Acme");
    const grace = await newClient();
    const account = await enroll(page, id, grace, { email: newAddress(info), name: "Grace Hopper", role: "write" });
    await call(grace.request, "POST", `/organizations/${id}/updates`, { title: "Farewell", content: "Bye." });
    await call(page.request, "DELETE", `/organizations/${id}/members/${account}`);
    const events = () => call<{ items: { type: string }[] }>(page.request, "GET", `/organizations/${id}/events`);
    await expect.poll(async () => (await events()).items.map(({ type }) => type)).toContain("update.created");
    await reopen(page, `/organizations/${id}?about=updates`);
    await expect(page.getByText("A former member posted an update").first()).toBeVisible();
  });

  await test.step("teams to choose from that do not load say so in their place, and a retry offers them", async () => {
    await startOver(page);
    watcher.allowRefusals(500);
    const id = await foundOrganization(page, "Acme");
    await call(page.request, "POST", `/organizations/${id}/teams`, { name: "Design" });
    const teams = /\/api\/v1\/organizations\/[^/]+\/teams(\?(?!of=own).*)?$/;
    await intercept(page, teams, (route) => route.fulfill(failing()));
    await reopen(page, `/organizations/${id}/members?dialog=invite`);
    const field = page.getByRole("group", { name: "Teams" });
    await expect(field.getByRole("alert")).toBeVisible();
    release(page, teams);
    await field.getByRole("button", { name: "Try again" }).click();
    await field.getByRole("button", { name: "Choose teams" }).click();
    await expect(field.getByRole("checkbox", { name: "Design" })).toBeVisible();
  });

  await test.step("teams that are chosen already stay while the list of teams does not load", async () => {
    await startOver(page);
    watcher.allowRefusals(500);
    const id = await foundOrganization(page, "Acme");
    await call(page.request, "POST", `/organizations/${id}/teams`, { name: "Design" });
    await reopen(page, `/organizations/${id}/members?dialog=invite`);
    const field = page.getByRole("group", { name: "Teams" });
    await field.getByRole("button", { name: "Choose teams" }).click();
    await field.getByRole("checkbox", { name: "Design" }).check();
    await expect(field.getByRole("button", { name: "Not Design" })).toBeVisible();
    const teams = /\/api\/v1\/organizations\/[^/]+\/teams(\?(?!of=own).*)?$/;
    await intercept(page, teams, (route) => route.fulfill(failing()));
    await page.reload();
    await expect(field.getByRole("button", { name: "Not Design" })).toBeVisible();
    await field.getByRole("button", { name: "Change" }).click();
    await expect(field.getByRole("alert")).toBeVisible();
    release(page, teams);
    await field.getByRole("button", { name: "Try again" }).click();
    await expect(field.getByRole("checkbox", { name: "Design" })).toBeChecked();
  });
});
