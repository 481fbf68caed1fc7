import type { Locator, Page } from "@playwright/test";
import { bombs, corpus } from "../src/features/markdown/markdown.testing.ts";
import { call } from "./api.ts";
import { expect, foundOrganization, newAddress, openOrganization, reopen, startOver, test, visit } from "./fixtures.ts";
import { intercept, release } from "./intercept.ts";
import { checkPage } from "./page-check.ts";
import { enroll, join } from "./people.ts";
import { refusal } from "./pretend.ts";

const cards = (page: Page) =>
  page.getByRole("list", { name: "Updates" }).getByRole("article", { name: /^(?!Comment by)/ });
const cardOf = (page: Page, name: string) => page.getByRole("article", { name, exact: true });

async function write(page: Page, title: string, text: string) {
  await page.getByRole("button", { name: "Post an update…" }).click();
  await expect(page.getByLabel("Title")).toBeFocused();
  await page.keyboard.type(title);
  await page.getByRole("textbox", { name: "Text", exact: true }).fill(text);
}

async function post(page: Page, title: string, text: string) {
  await write(page, title, text);
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(cardOf(page, title)).toBeVisible();
}

async function choose(card: Locator, action: string) {
  await card.getByRole("button", { name: /^Actions for/ }).click();
  await card.page().getByRole("menuitem", { name: action, exact: true }).click();
}

/** Messages and the header cover what is below them. */
async function checkQuietPage(page: Page, name: string) {
  const message = page.getByRole("button", { name: "Dismiss", exact: true });
  await expect(async () => {
    await message
      .first()
      .click({ timeout: 500 })
      .catch(() => undefined);
    await expect(message).toHaveCount(0, { timeout: 500 });
  }).toPass();
  await page.evaluate(() => window.scrollTo(0, 0));
  await checkPage(page, name);
}

test("what was saved in another window shows both texts, and nothing is lost", async ({
  person: { page },
  watcher,
}) => {
  await test.step("an update that was saved in another window shows both texts, and nothing is lost", async () => {
    watcher.allowRefusals(409);
    const id = await foundOrganization(page, "Acme");
    const path = `/organizations/${id}/updates`;
    const { id: update } = await call<{ id: string }>(page.request, "POST", path, { title: "Plan", content: "One." });
    const edit = (change: object) => call(page.request, "PATCH", `${path}/${update}`, change);
    await page.goto(`/organizations/${id}/updates/${update}`);
    const card = cardOf(page, "Plan");
    await choose(card, "Edit");
    await page.getByRole("textbox", { name: "Text", exact: true }).fill("Mine.");
    await edit({ title: "Plan B", content: "Theirs." });
    await page.getByRole("textbox", { name: "Text", exact: true }).press("ControlOrMeta+Enter");
    await expect(page.getByText("The title of that window is in the form now.")).toBeVisible();
    await expect(page.getByLabel("Title")).toHaveValue("Plan B");
    const theirs = page.getByRole("radio", { name: /^Saved in the other window/ });
    const mine = page.getByRole("radio", { name: /^Yours, here/ });
    await expect(theirs).toBeFocused();
    await expect(page.getByRole("radiogroup", { name: "Text" })).toContainText(/Theirs\..*Mine\./);
    await checkPage(page, "update-conflict");
    await page.getByRole("textbox", { name: "Text", exact: true }).fill("Mine, later.");
    await theirs.check();
    await expect(page.getByRole("textbox", { name: "Text", exact: true })).toHaveValue("Theirs.");
    await mine.check();
    await expect(page.getByRole("textbox", { name: "Text", exact: true })).toHaveValue("Mine, later.");
    await page.getByRole("textbox", { name: "Text", exact: true }).fill("Mine, and theirs.");
    await theirs.check();
    await mine.check();
    await expect(page.getByRole("textbox", { name: "Text", exact: true })).toHaveValue("Mine, and theirs.");

    await page.reload();
    await choose(cardOf(page, "Plan B"), "Edit");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("radiogroup", { name: "Text" })).toContainText("Mine, and theirs.");
    await mine.check();
    await edit({ tags: ["late"] });
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Your changes are still here. Save to keep both.")).toBeVisible();
    await page.getByRole("button", { name: "Save" }).click();
    await expect(cardOf(page, "Plan B")).toContainText("Mine, and theirs.");
    await expect(cardOf(page, "Plan B")).toContainText("late");
  });

  await test.step("a comment that was saved in another window shows both texts", async () => {
    await startOver(page);
    watcher.allowRefusals(409);
    const id = await foundOrganization(page, "Acme");
    const path = `/organizations/${id}/updates`;
    const { id: update } = await call<{ id: string }>(page.request, "POST", path, { title: "Plan", content: "One." });
    const comments = `${path}/${update}/comments`;
    const { id: comment } = await call<{ id: string }>(page.request, "POST", comments, { content: "First." });
    await reopen(page, `/organizations/${id}/updates/${update}`);
    const shown = page.getByRole("article", { name: /^Comment by/ });
    await shown.getByRole("button", { name: "Edit" }).click();
    const text = page.getByLabel("Change your comment", { exact: true }).getByRole("textbox");
    await text.fill("Mine.");
    await call(page.request, "PATCH", `${comments}/${comment}`, { content: "Theirs." });
    await text.press("ControlOrMeta+Enter");
    await expect(page.getByRole("radiogroup", { name: "Text" })).toContainText(/Theirs\..*Mine\./);
    await checkPage(page, "comment-conflict");
    await page.getByRole("radio", { name: /^Saved in the other window/ }).check();
    await expect(text).toHaveValue("Theirs.");
    await page.getByRole("radio", { name: /^Yours, here/ }).check();
    await expect(text).toHaveValue("Mine.");
    // what fails now says so, and leaves what was decided
    await text.fill("");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Write a text.")).toBeVisible();
    await text.fill("Mine.");
    watcher.allowRefusals(503);
    await intercept(page, `**/comments/${comment}`, (route) => route.fulfill(refusal(503, "internal.unavailable")));
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Refused.")).toBeVisible();
    await expect(page.getByRole("radio", { name: /^Yours, here/ })).toBeChecked();
    release(page, `**/comments/${comment}`);
    await page.getByRole("button", { name: "Save" }).click();
    await expect(shown).toContainText("Mine.");
  });
});

test("a search that finds little looks no further by itself, and its suggestions are not cut off", async ({
  person: { page },
}) => {
  await call(page.request, "PATCH", "/account", { name: "Ada Lovelace" });
  const id = await foundOrganization(page, "Acme");
  await call(page.request, "POST", `/organizations/${id}/updates`, { title: "Plan", content: "One." });
  let pages = 0;
  await intercept(page, /\/updates\?.*search=/, async (route) => {
    pages++;
    return route.fulfill({ json: { items: [], names: {}, next: `page-${pages}` } });
  });
  await page.goto(`/organizations/${id}`);
  await page.getByLabel("Search updates").fill("plan rare");
  const older = page.getByRole("button", { name: "Show older updates" });
  await expect(page.getByText("No more matches among the newer updates.")).toBeVisible();
  await checkQuietPage(page, "updates-few-matches");
  const before = pages;
  await older.click();
  await expect.poll(() => pages).toBe(before + 1);
  await expect(page.getByText("No more matches among the newer updates.")).toBeVisible();
  expect(pages).toBe(before + 1);

  await visit(page, `/organizations/${id}`);
  await page.waitForLoadState("networkidle");
  await cardOf(page, "Plan").getByRole("button", { name: "Comment", exact: true }).click();
  await page.getByRole("button", { name: "Comment on Plan" }).click();
  await page.keyboard.type("Look, @");
  await page.getByRole("listbox").getByRole("option", { name: "Ada Lovelace" }).click();
  await expect(page.getByLabel("Comment on Plan", { exact: true }).getByRole("textbox")).toHaveValue(
    "Look, @Ada Lovelace ",
  );
});

test("two people post, react, comment and answer, and each sees within seconds what the other did", async ({
  person: { page },
  otherBrowser,
}, info) => {
  await call(page.request, "PATCH", "/account", { name: "Ada Lovelace" });
  const id = await openOrganization(page, "Acme");
  const other = await join(page, id, otherBrowser, { email: newAddress(info), name: "Grace Hopper", role: "write" });
  await expect(page.getByRole("heading", { name: "No updates yet" })).toBeVisible();
  await post(page, "Welcome to Acme", "This is **our** first update.");
  await expect(page.getByRole("button", { name: "Post an update…" })).toBeFocused();

  await other.goto(`/organizations/${id}`);
  await expect(cardOf(other, "Welcome to Acme")).toContainText("This is our first update.");
  await other.getByRole("button", { name: "React to Welcome to Acme" }).click();
  await other.getByRole("dialog", { name: "Reactions" }).getByRole("button", { name: "Celebrate" }).click();
  const reaction = cardOf(page, "Welcome to Acme").getByRole("button", { name: "Celebrate, 1 member" });
  await reaction.hover();
  await expect(page.getByText("Celebrate: Grace Hopper")).toBeVisible();

  await post(other, "Second news", "From Grace.");
  await page.getByRole("button", { name: "1 new update" }).click();
  await expect(cards(page)).toHaveText([/Second news/, /Welcome to Acme/]);

  await cardOf(page, "Second news").getByRole("button", { name: "Comment", exact: true }).click();
  await page.getByRole("button", { name: "Comment on Second news" }).click();
  await page.keyboard.type("Well said.");
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(page.getByRole("article", { name: "Comment by Ada Lovelace" })).toContainText("Well said.");
  const talk = cardOf(other, "Second news");
  await talk.getByRole("button", { name: "1 comment" }).click();
  await talk.getByRole("button", { name: "Reply" }).click();
  await other.keyboard.type("Thank you.");
  await talk.getByRole("button", { name: "Reply" }).last().click();
  await expect(page.getByRole("list", { name: "Replies to Ada Lovelace" })).toContainText("Thank you.");

  const comment = page.getByRole("article", { name: "Comment by Ada Lovelace" });
  await comment.getByRole("button", { name: "Reply" }).click();
  await page.keyboard.type("Half a reply");
  await comment.getByRole("button", { name: "Edit" }).click();
  await expect(page.getByRole("textbox", { name: "Change your comment" })).toHaveValue("Well said.");
  await page.getByRole("form", { name: "Change your comment" }).getByRole("button", { name: "Discard" }).click();
  await page.getByRole("form", { name: "Reply to Ada Lovelace" }).getByRole("button", { name: "Discard" }).click();
  await page.getByRole("article", { name: "Comment by Ada Lovelace" }).getByRole("button", { name: "Delete" }).click();
  await expect(other.getByText("This comment was deleted.")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(other.getByRole("article", { name: "Comment by Ada Lovelace" })).toContainText("Well said.");
  for (const count of [1, 2]) {
    await page.getByRole("button", { name: "Comment on Second news" }).click();
    await page.keyboard.type("Ping.");
    await page.keyboard.press("ControlOrMeta+Enter");
    await expect(comment.filter({ hasText: "Ping." })).toHaveCount(count);
  }
  await checkQuietPage(page, "updates");
});

test("an update is edited, pinned, deleted and restored; owners see who has seen it and what it said", async ({
  person: { page },
  otherBrowser,
  watcher,
}, info) => {
  watcher.allowRefusals(409);
  await call(page.request, "PATCH", "/account", { name: "Ada Lovelace" });
  const id = await foundOrganization(page, "Acme");
  const reader = await join(page, id, otherBrowser, { email: newAddress(info), name: "Grace Hopper" });
  const path = `/organizations/${id}/updates`;
  const { id: account } = await call<{ id: string }>(page.request, "GET", "/account");
  const tags = ["news"];
  const { id: update } = await call<{ id: string }>(page.request, "POST", path, {
    title: "One",
    content: `First, by @${account}.`,
    tags,
  });
  await call(page.request, "POST", path, { title: "Two", content: `${"字".repeat(550)}。 The end.` });

  await reader.goto(`/organizations/${id}`);
  await expect(cards(reader)).toHaveText([/Two/, /One/]);
  await expect(reader.getByRole("button", { name: "Post an update…" })).toHaveCount(0);
  await expect(cardOf(reader, "Two")).toContainText("字字");
  await expect(cardOf(reader, "Two")).not.toContainText("The end.");
  await cardOf(reader, "Two").getByRole("button", { name: "Show more" }).click();
  await expect(cardOf(reader, "Two")).toContainText("The end.");
  await cardOf(reader, "One")
    .getByRole("button", { name: /^Actions for/ })
    .click();
  await expect(reader.getByRole("menuitem")).toHaveText(["Mute this update", "Copy link", "Report…"]);
  await reader.keyboard.press("Escape");

  await page.goto(`/organizations/${id}`);
  const one = cardOf(page, "One");
  await choose(one, "Edit");
  await page.getByRole("textbox", { name: "Text", exact: true }).fill("Too late.");
  const refreshed = page.waitForResponse((response) => /\/api\/.*\/updates(?:\?.*)?$/.test(response.url()));
  await call(page.request, "PATCH", `${path}/${update}`, { content: "Elsewhere." });
  await refreshed;
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("This update was saved in another window")).toBeVisible();
  await page.getByRole("form", { name: "Save" }).getByRole("button", { name: "Discard" }).click();
  await expect(one).toContainText("Elsewhere.");
  await choose(one, "Edit");
  await page.getByRole("textbox", { name: "Text", exact: true }).fill("Changed.");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(one).toContainText("Changed.");
  await expect(one).toContainText("Edited");
  await choose(one, "Pin to the top");
  await expect(cards(page)).toHaveText([/One/, /Two/]);
  await choose(one, "Show edits");
  await expect(page.getByRole("dialog", { name: "Edits" })).toContainText("First, by @Ada Lovelace.");
  await page.keyboard.press("Escape");
  await expect(cardOf(reader, "One")).toContainText("Changed.");

  await one.getByRole("button", { name: /^Seen by/ }).click();
  await expect(page.getByRole("dialog", { name: /^Seen by/ })).toContainText("Grace Hopper");
  await page.keyboard.press("Escape");
  await one.getByRole("link", { name: "#news" }).click();
  await expect(page).toHaveURL(/tag=news/);
  await expect(cards(page)).toHaveText([/One/]);
  await page.getByRole("button", { name: "Remove the filter for tag news" }).click();
  await page.getByLabel("Search updates").fill("nothing");
  await expect(page.getByRole("heading", { name: "No matching updates" })).toBeVisible();
  await checkQuietPage(page, "updates-no-match");
  await page.getByRole("button", { name: "Show all updates" }).click();

  await choose(cardOf(page, "Two"), "Delete");
  await expect(cards(reader)).toHaveText([/One/]);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(cards(page)).toHaveText([/One/, /Two/]);

  await visit(page, `/organizations/${id}/updates/${update}`);
  await expect(page.getByRole("heading", { name: "One", level: 1 })).toBeVisible();
  await checkPage(page, "update");
  await choose(page.getByRole("article", { name: "One" }), "Delete");
  await expect(page).toHaveURL(new RegExp(`/organizations/${id}$`));
  await expect(cards(page)).toHaveText([/Two/]);
});

test("an update is written by keyboard alone; a draft survives a reload, an error and a lost network", async ({
  person: { page },
  newClient,
  watcher,
}, info) => {
  watcher.allowRefusals(503);
  await call(page.request, "PATCH", "/account", { name: "Ada Lovelace" });
  const id = await openOrganization(page, "Acme");
  await enroll(page, id, await newClient(), { email: newAddress(info), name: "Grace Hopper", role: "write" });
  await call(page.request, "POST", `/organizations/${id}/updates`, {
    title: "One",
    content: "First.",
    tags: ["release"],
  });
  await page.reload();

  await page.getByRole("button", { name: "Post an update…" }).press("Enter");
  await page.keyboard.press("ControlOrMeta+Enter");
  await page.getByLabel("Title").press("Enter");
  await expect(page.getByText("Give your update a title.")).toBeVisible();
  await expect(page.getByText("Write a text.")).toBeVisible();
  await page.keyboard.type("Release 2");
  const text = page.getByRole("textbox", { name: "Text", exact: true });
  await text.focus();
  await page.keyboard.press("ControlOrMeta+b");
  await page.keyboard.type("Done");
  await page.keyboard.press("End");
  await page.keyboard.type(" by @gra");
  await expect(page.getByRole("listbox").getByRole("option", { name: "Grace Hopper" })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(text).toHaveValue("**Done** by @Grace Hopper ");
  await page.getByRole("combobox", { name: "Tags" }).focus();
  await page.keyboard.type("#big,rel");
  await expect(page.getByRole("option", { name: "#release" })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Remove tag release" })).toBeVisible();
  await checkPage(page, "update-form");

  await page.reload();
  await page.getByRole("button", { name: "Continue “Release 2”" }).click();
  await expect(text).toHaveValue("**Done** by @Grace Hopper ");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByRole("form", { name: "Post update" })).toContainText("Done by @Grace Hopper");
  await page.getByRole("button", { name: "Write" }).click();

  await page.context().setOffline(true);
  await page.getByRole("button", { name: "Post update" }).click();
  await expect(page.getByText("We can’t reach the server.").last()).toBeVisible();
  await page.context().setOffline(false);
  watcher.forgive(/ERR_INTERNET_DISCONNECTED|Failed to load resource/);
  await intercept(page, "**/updates", (route) =>
    route.request().method() === "POST" ? route.fulfill(refusal(503, "internal.unavailable")) : route.continue(),
  );
  await page.getByRole("button", { name: "Post update" }).click();
  await expect(page.getByText("Refused.")).toBeVisible();
  release(page, "**/updates");
  await page.getByRole("button", { name: "Post update" }).click();
  await expect(cardOf(page, "Release 2")).toContainText("Done by @Grace Hopper");
  await expect(cardOf(page, "Release 2").getByRole("link", { name: "#release" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: "Post an update…" })).toBeVisible();
});

test("an update is sent by the keyboard from every field, with the tag that is being typed", async ({
  person: { page },
}) => {
  const id = await openOrganization(page, "Acme");
  await write(page, "From the tags", "One.");
  const tags = page.getByRole("combobox", { name: "Tags" });
  await tags.fill("big,no.tag");
  await tags.press("ControlOrMeta+Enter");
  await expect(page.getByText("A tag has 1 to 30 letters")).toBeVisible();
  await tags.fill("late");
  await tags.press("ControlOrMeta+Enter");
  for (const tag of ["#big", "#late"]) {
    await expect(cardOf(page, "From the tags").getByRole("link", { name: tag })).toBeVisible();
  }
  await write(page, "From the title", "Two.");
  await page.getByLabel("Title").press("ControlOrMeta+Enter");
  await expect(cardOf(page, "From the title")).toBeVisible();
  const { items } = await call<{ items: object[] }>(page.request, "GET", `/organizations/${id}/updates`);
  expect(items).toHaveLength(2);
});

test("a team has its own updates, which its members also see in their overview", async ({
  person: { page },
  otherBrowser,
}, info) => {
  await call(page.request, "PATCH", "/account", { name: "Ada Lovelace" });
  const id = await foundOrganization(page, "Acme");
  const other = await join(page, id, otherBrowser, { email: newAddress(info), name: "Grace Hopper", role: "write" });
  const path = `/organizations/${id}/teams`;
  const team = await call<{ id: string }>(page.request, "POST", path, { name: "Design", description: "How it looks." });
  await call(page.request, "POST", `/organizations/${id}/updates`, { title: "For everyone", content: "Here." });
  await other.goto(`${path}/${team.id}`);
  const composer = other.getByRole("button", { name: "Post an update…" });
  await expect(composer).toHaveAttribute("aria-description", /You are not in this one/);
  const { id: account } = await call<{ id: string }>(other.request, "GET", "/account");
  await call(page.request, "POST", `${path}/${team.id}/members`, { accounts: [account] });
  await other.reload();
  await post(other, "For the team", "Only here.");
  await expect(cards(other)).toHaveText([/For the team/]);
  await cardOf(other, "For the team").getByRole("button", { name: "Comment", exact: true }).click();
  await other.getByRole("button", { name: "Comment on For the team" }).click();
  await other.keyboard.type("Look, @ada");
  await expect(other.getByRole("option", { name: "Ada Lovelace" })).toBeVisible();
  await other.keyboard.press("Enter");
  await other.keyboard.press("ControlOrMeta+Enter");
  await expect(other.getByRole("article", { name: "Comment by Grace Hopper" })).toContainText("Look, @Ada Lovelace");
  await checkQuietPage(other, "team-updates");

  await visit(other, `/organizations/${id}`);
  await expect(cards(other)).toHaveText([/For the team/, /For everyone/]);
  await other.getByLabel("Show updates of").selectOption("Everyone in Acme");
  await expect(cards(other)).toHaveText([/For everyone/]);
  await other.getByLabel("Show updates of").selectOption("Design");
  await expect(cards(other)).toHaveText([/For the team/]);
  await expect(other).toHaveURL(/team=team_/);
  await page.goto(`/organizations/${id}`);
  await expect(cards(page)).toHaveText([/For everyone/]);
});

test("among many comments more are shown, also after a failure, and a link leads to any of them", async ({
  person: { page },
  watcher,
}) => {
  watcher.allowRefusals(503);
  const id = await foundOrganization(page, "Acme");
  const updates = `/organizations/${id}/updates`;
  const { id: update } = await call<{ id: string }>(page.request, "POST", updates, {
    title: "Plans",
    content: "Here.",
  });
  const written: string[] = [];
  for (let n = 1; n <= 53; n++) {
    const sent = { content: `Number ${n}.` };
    written.push((await call<{ id: string }>(page.request, "POST", `${updates}/${update}/comments`, sent)).id);
  }
  const comments = page.getByRole("article", { name: /^Comment by/ });
  await page.goto(`${updates}/${update}`);
  await expect(comments).toHaveCount(50);
  const later = /\/comments\?cursor=/;
  await intercept(page, later, (route) => route.fulfill(refusal(503, "table.busy")));
  await page.getByRole("button", { name: "Show newer comments" }).click();
  const retry = page.getByRole("alert").getByRole("button", { name: "Try again" });
  await expect(retry).toBeVisible();
  release(page, later);
  await retry.click();
  await expect(comments).toHaveCount(53);

  await visit(page, `${updates}/${update}#${written.at(-1)}`);
  await page.reload();
  await expect(comments.filter({ hasText: "Number 53." })).toBeFocused();
  await expect(comments.filter({ hasText: "Number 53." })).toBeInViewport();
  await comments.filter({ hasText: "Number 2." }).getByRole("link").click();
  await expect(page).toHaveURL(new RegExp(`#${written[1]}$`));
  await expect(comments.filter({ hasText: "Number 2." })).toBeFocused();
});

test("whatever a text tries, it acts on nothing and loads nothing", async ({ person: { page } }) => {
  const id = await foundOrganization(page, "Acme");
  const path = `/organizations/${id}/updates`;
  const small = corpus.filter((text) => !Object.values(bombs).includes(text));
  const texts = [small.filter((_, at) => at % 2 === 0), small.filter((_, at) => at % 2 === 1)].map((some) =>
    some.join("\n\n"),
  );
  const shown = [
    ...texts.map((text) => text.replaceAll(/[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu, "")),
    // quotes alone show nothing, and are refused
    `${bombs["quotes"]?.slice(0, -1)}x`,
  ];
  const foreign: string[] = [];
  page.on(
    "request",
    (request) => void (new URL(request.url()).hostname === "localhost" || foreign.push(request.url())),
  );
  page.on("dialog", (dialog) => void foreign.push(dialog.message()));
  await page.goto(`/organizations/${id}`);
  for (const content of shown) {
    const { id: update } = await call<{ id: string }>(page.request, "POST", path, { title: "Text", content });
    await visit(page, `${path}/${update}`);
    await expect(page.getByRole("heading", { name: "Text", level: 1 })).toBeVisible();
    const links = await page.getByRole("article").getByRole("link").all();
    const protocols = new Set(
      await Promise.all(links.map((link) => link.evaluate((a) => (a as HTMLAnchorElement).protocol))),
    );
    expect([...protocols].filter((protocol) => !/^(?:https?|mailto):$/.test(protocol))).toEqual([]);
    expect(
      await page.locator("article :is(script, style, img, iframe, object, embed, form form, base, meta, math)").count(),
    ).toBe(0);
  }
  expect(foreign).toEqual([]);
});
