import { readFileSync } from "node:fs";
import { answered, call } from "./api.ts";
import { expect, foundOrganization, reopen, startOver, test } from "./fixtures.ts";
import { intercept, type Route } from "./intercept.ts";
import { reauthenticationCode } from "./mailbox.ts";
import { enroll, join, operate } from "./people.ts";
import { pretendMembers, refusal } from "./pretend.ts";
import { cards, fillCard } from "./stripe-pages.ts";

test("a role changes at once, is undone, and is reverted when the API refuses", async ({
  person: { page, email },
  newClient,
  watcher,
}) => {
  watcher.allowRefusals(500);
  const organization = await foundOrganization(page, "Acme");
  const grace = await newClient();
  await enroll(page, organization, grace, { email: `grace.${email}`, name: "Grace Hopper" });
  await page.goto(`/organizations/${organization}/members`);
  const role = page.getByRole("button", { name: /^Role of Grace Hopper/ });
  await expect(role).toHaveText("Read");

  await role.click();
  await page.getByRole("menuitemradio", { name: /^Admin/ }).click();
  await expect(role).toHaveText("Admin");
  await expect(role).toBeFocused();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(role).toHaveText("Read");

  // what was invited with the higher role is asked about, as with any lower one
  await role.click();
  const changed = page.waitForResponse((answer) => /\/members\/acc_/.test(answer.url()) && answer.ok());
  await page.getByRole("menuitemradio", { name: /^Admin/ }).click();
  await expect(role).toHaveText("Admin");
  await changed;
  const invitations = [{ email: `edsger.${email}`, role: "admin" }];
  await call(grace.request, "POST", `/organizations/${organization}/invitations`, { invitations });
  await page.getByRole("button", { name: "Undo" }).first().click();
  const question = page.getByRole("alertdialog", { name: /^Make Grace Hopper/ });
  await expect(question).toBeVisible();
  await question.getByRole("button", { name: "Change role" }).click();
  await expect(role).toHaveText("Read");

  await intercept(page, /\/members\/acc_/, (route) => route.fulfill(refusal(500, "internal.error")));
  await role.click();
  await page.getByRole("menuitemradio", { name: /^Write/ }).click();
  await expect(page.getByRole("alert").getByText("Grace Hopper’s role was not changed")).toBeVisible();
  await expect(role).toHaveText("Read");
});

test("a lower role is never given without a question while it is unknown what it ends, and has no Undo then", async ({
  person: { page, email },
  newClient,
  watcher,
}) => {
  watcher.allowRefusals(503);
  const organization = await foundOrganization(page, "Acme");
  await enroll(page, organization, await newClient(), { email: `grace.${email}`, name: "Grace Hopper", role: "admin" });
  await page.goto(`/organizations/${organization}/members`);
  const role = page.getByRole("button", { name: /^Role of Grace Hopper/ });
  await intercept(page, /\/sent-invitations/, (route) => route.fulfill(refusal(503, "service.unavailable")));
  await role.click();
  await page.getByRole("menuitemradio", { name: /^Read/ }).click();
  const question = page.getByRole("alertdialog", { name: /^Make Grace Hopper/ });
  await expect(question).toContainText("Some pending invitations from Grace Hopper may be revoked.");
  await expect(page.getByRole("button", { name: "Role of Grace Hopper: Admin", includeHidden: true })).toBeAttached();
  await question.getByRole("button", { name: "Change role" }).click();
  await expect(page.getByText("Grace Hopper is now")).toBeVisible();
  await expect(role).toHaveText("Read");
  await expect(page.getByRole("button", { name: "Undo" })).toBeHidden();
});

test("a member is removed after a confirmation, and is out on their next request, until restored", async ({
  person: { page, email },
  otherBrowser,
}) => {
  const organization = await foundOrganization(page, "Acme");
  const grace = await join(page, organization, otherBrowser, { email: `grace.${email}`, name: "Grace Hopper" });
  await page.goto(`/organizations/${organization}/members`);
  await page.getByRole("button", { name: "Actions for Grace Hopper" }).click();
  await page.getByRole("menuitem", { name: "Remove…" }).click();
  const question = page.getByRole("alertdialog", { name: "Remove Grace Hopper?" });
  await expect(question).toContainText("They lose access to Acme immediately");
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("button", { name: "Actions for Grace Hopper" })).toBeFocused();

  await page.getByRole("button", { name: "Actions for Grace Hopper" }).click();
  await page.getByRole("menuitem", { name: "Remove…" }).click();
  await question.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("Grace Hopper was removed")).toBeVisible();
  await expect(page.getByRole("row", { name: /Grace Hopper/ })).toBeHidden();
  await expect(page.getByText("1 of 3 seats in use")).toBeVisible();

  await grace.goto(`/organizations/${organization}/members`);
  await expect(grace.getByRole("heading", { name: "This page doesn’t exist" })).toBeVisible();

  await reopen(page, `/organizations/${organization}/invitations?tab=former`);
  await page.getByRole("button", { name: `Restore grace.${email}` }).click();
  await expect(page.getByText("Grace Hopper was restored")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Grace Hopper was removed")).toBeVisible();
  // the message of the first time may still be there
  await answered(page, /\/reinstate$/, () => page.getByRole("button", { name: `Restore grace.${email}` }).click());
  await grace.reload();
  await expect(grace.getByRole("row", { name: /Grace Hopper/ })).toBeVisible();
});

test("a suspended organization says so to its members, and its owner can pay but invite nobody", async ({
  person: { page, email },
  otherBrowser,
}) => {
  const organization = await foundOrganization(page, "Acme");
  const grace = await join(page, organization, otherBrowser, { email: `grace.${email}`, name: "Grace Hopper" });
  await operate("suspend", organization);
  await grace.goto(`/organizations/${organization}/members`);
  await expect(grace.getByRole("heading", { name: "This organization is suspended" })).toBeVisible();
  await page.goto(`/organizations/${organization}/members`);
  await expect(page.getByRole("row", { name: /Grace Hopper/ })).toBeVisible();
  await expect(page.getByRole("button", { name: "Invite people" })).toBeDisabled();

  await reopen(page, `/organizations/${organization}/billing`);
  await expect(page.getByText("This organization is suspended.")).toBeVisible();
  await page.getByRole("button", { name: "Continue to payment" }).click();
  await fillCard(page, cards.good);
  await page.getByRole("button", { name: "Subscribe" }).click();
  await page.getByRole("link", { name: "See billing" }).click();
  await expect(page.getByRole("button", { name: "Change plan" })).toBeDisabled();
  await page.getByRole("button", { name: "Cancel subscription" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel subscription" }).click();
  await expect(page.getByText("Ends soon")).toBeVisible();
});

test("ownership is transferred after reauthentication, and then the former owner can leave", async ({
  person: { page, email },
  newClient,
  watcher,
}) => {
  watcher.allowRefusals(403, 409);
  const organization = await foundOrganization(page, "Acme");
  await enroll(page, organization, await newClient(), { email: `grace.${email}`, name: "Grace Hopper" });
  await page.goto(`/organizations/${organization}/members`);
  await page.getByRole("button", { name: "Leave" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Leave" }).click();
  await expect(page.getByText("You are the only owner.")).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();

  await intercept(page, /\/transfer$/, (route) => route.fulfill(refusal(403, "actor.reauthentication_required")), {
    times: 1,
  });
  await page.getByRole("button", { name: "Actions for Grace Hopper" }).click();
  await page.getByRole("menuitem", { name: "Transfer ownership…" }).click();
  await page.getByRole("button", { name: "Transfer ownership" }).click();
  const proof = page.getByRole("dialog", { name: "Confirm it’s you" });
  await expect(proof.getByLabel("Code", { exact: true })).toBeFocused();
  const code = await reauthenticationCode(page.request, email);
  await proof.getByLabel("Code", { exact: true }).fill(code);
  await expect(page.getByText("Grace Hopper now owns Acme")).toBeVisible();
  await expect(page.getByRole("row", { name: /You/ })).toContainText("Admin");

  await page.getByRole("button", { name: "Leave" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Leave" }).click();
  await expect(page.getByText("No organizations yet")).toBeVisible();
});

test("members are searched, filtered, and exported as one file", async ({ person: { page, email }, newClient }) => {
  const organization = await foundOrganization(page, "Acme");
  await enroll(page, organization, await newClient(), { email: `grace.${email}`, name: "Grace Hopper" });
  await page.goto(`/organizations/${organization}/members`);
  await expect(page.getByRole("row", { name: /Grace Hopper/ })).toBeVisible();
  // search finds somebody a moment after they have joined
  const found = () => call(page.request, "GET", `/organizations/${organization}/members?search=hop`);
  await expect.poll(found).toMatchObject({ items: [{ name: "Grace Hopper" }] });
  await page.keyboard.press("/");
  await expect(page.getByLabel("Search members")).toBeFocused();
  await page.getByLabel("Search members").fill("hop");
  await expect(page).toHaveURL(/search=hop/);
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(page.getByRole("row", { name: /Grace Hopper/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/search/);
  await page.getByLabel("Role", { exact: true }).selectOption("Owner");
  await expect(page.getByRole("row", { name: /Grace Hopper/ })).toBeHidden();
  await expect(page).toHaveURL(/role=owner/);
  await page.reload();
  await expect(page.getByLabel("Role", { exact: true })).toHaveValue("owner");

  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export members" }).click();
  const file = await saving;
  expect(file.suggestedFilename()).toMatch(/^acme-members-\d{4}-\d\d-\d\d\.csv$/);
  expect(readFileSync(await file.path(), "utf8")).toContain("Grace Hopper");
});

test("long lists of members are exported, searched, scrolled, and come back to", async ({ person: { page } }) => {
  await test.step("an export follows the link of each part, and is one file", async () => {
    const organization = await foundOrganization(page, "Acme");
    await intercept(page, "**/members/export*", (route) => {
      const part = Number(new URL(route.request().url()).searchParams.get("cursor") ?? 1);
      const next = `</api/v1/organizations/${organization}/members/export?cursor=${part + 1}>; rel="next"`;
      return route.fulfill({
        status: 200,
        contentType: "text/csv",
        headers: part < 3 ? { link: next } : {},
        body: `part ${part}\r\n`,
      });
    });
    await page.goto(`/organizations/${organization}/members`);
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export members" }).click();
    expect(readFileSync(await (await saving).path(), "utf8")).toBe("part 1\r\npart 2\r\npart 3\r\n");
  });

  await test.step("answers to earlier input are dropped", async () => {
    await startOver(page);
    const organization = await foundOrganization(page, "Acme");
    await pretendMembers(page, 500);
    await reopen(page, `/organizations/${organization}/members`);
    await expect(page.getByText("Ana Silva").first()).toBeVisible();
    const held: Route[] = [];
    await intercept(page, /search=noor(&|$)/, (route) => void held.push(route));
    const asked = page.waitForRequest(/search=noor(&|$)/);
    await page.getByLabel("Search members").fill("noor");
    await expect.poll(() => held.length).toBe(1);
    await page.getByLabel("Search members").fill("noor chen");
    await expect(page.getByRole("row", { name: /Noor Chen/ }).first()).toBeVisible();
    for (const route of held) await route.fallback();
    await (await asked).response();
    await page.evaluate(() => new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame)));
    await expect(page.getByRole("row", { name: /Noor Silva/ })).toHaveCount(0);
  });

  await test.step("a hundred thousand members: few rows in the page, however far it is scrolled", async () => {
    await startOver(page);
    const organization = await foundOrganization(page, "Acme");
    await pretendMembers(page, 100_000);
    await reopen(page, `/organizations/${organization}/members`);
    await expect(page.getByText("100,000 members")).toBeVisible();
    await expect(page.locator('[aria-rowindex="2"]')).toBeVisible();
    for (let reached = 100; reached <= 600; reached += 100) {
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
      await expect(page.locator(`[aria-rowindex="${reached + 2}"]`)).toHaveCount(1);
    }
    expect(await page.getByRole("row").count()).toBeLessThan(50);
    expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThan(1_500);
  });

  await test.step("coming back to the members restores the position, and a new visit begins at the top", async () => {
    await startOver(page);
    const organization = await foundOrganization(page, "Acme");
    await pretendMembers(page, 1_000);
    await reopen(page, `/organizations/${organization}/members`);
    const row = (index: number) => page.locator(`[aria-rowindex="${index}"]`);
    await expect(row(2)).toBeVisible();
    for (let reached = 100; reached <= 300; reached += 100) {
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
      await expect(row(reached + 2)).toHaveCount(1);
    }
    const place = await page.evaluate(() => window.scrollY);
    const navigation = page.getByRole("navigation", { name: "Main" });
    await navigation.getByRole("link", { name: "Teams" }).click();
    await expect(page.getByRole("heading", { name: "Teams", level: 1 })).toBeVisible();
    await page.goBack();
    await expect(row(302)).toBeVisible();
    expect(await page.evaluate(() => window.scrollY)).toBe(place);

    await navigation.getByRole("link", { name: "Teams" }).click();
    await expect(page.getByRole("heading", { name: "Teams", level: 1 })).toBeVisible();
    await navigation.getByRole("link", { name: "Members" }).click();
    await expect(row(2)).toBeInViewport();
    await expect(row(302)).toHaveCount(0);
  });
});
