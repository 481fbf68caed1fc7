import { expect, foundOrganization, test } from "./fixtures.ts";
import { intercept, type Route, release } from "./intercept.ts";
import { enroll, invite } from "./people.ts";
import { pretendMembers, refusal } from "./pretend.ts";

test("many members get a role and get it back, are removed except for one, and are restored", async ({
  person: { page, email },
  newClient,
  watcher,
}) => {
  watcher.allowRefusals(409);
  const organization = await foundOrganization(page, "Acme");
  await enroll(page, organization, await newClient(), { email: `grace.${email}`, name: "Grace Hopper" });
  const edsger = { email: `edsger.${email}`, name: "Edsger Dijkstra" };
  const id = await enroll(page, organization, await newClient(), edsger);
  await page.goto(`/organizations/${organization}/members`);
  const roles = page.getByRole("button", { name: /^Role of/, disabled: false });
  const bar = page.getByRole("region", { name: "Selection" });
  await expect(roles).toHaveText(["Read", "Read"]);
  const self = page.getByRole("checkbox", { name: /^Select/, disabled: true });
  await expect(self).toHaveAccessibleDescription(/^You can’t select or change yourself/);
  await page.getByRole("checkbox", { name: "Select all loaded members" }).press("Space");
  await expect(bar.getByText("2 selected")).toBeVisible();

  await bar.getByRole("button", { name: "Change role" }).click();
  await page.getByRole("menuitem", { name: /^Write/ }).click();
  const question = page.getByRole("alertdialog", { name: "Make 2 members Write?" });
  await expect(question).toContainText("Edsger Dijkstra and Grace Hopper");
  await question.getByRole("button", { name: "Change role" }).click();
  await expect(bar.getByText("2 members are Write now")).toBeVisible();
  await expect(roles).toHaveText(["Write", "Write"]);
  await bar.getByRole("button", { name: "Undo" }).click();
  await expect(bar.getByText("2 members have the previous role again")).toBeVisible();
  await expect(roles).toHaveText(["Read", "Read"]);

  await page.getByRole("checkbox", { name: "Select all loaded members" }).check();
  const refused = refusal(409, "member.changed");
  await intercept(page, `**/members/${id}`, (route) => route.fulfill(refused), { times: 1 });
  await bar.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove 2" }).click();
  await expect(bar.getByText("1 member removed, 1 failed")).toBeVisible();
  await expect(bar.getByText("Refused. (Edsger Dijkstra)")).toBeVisible();
  await expect(bar.getByText("1 selected")).toBeVisible();
  await expect(page.getByRole("checkbox", { name: "Select Edsger Dijkstra" })).toBeChecked();
  await expect(page.getByRole("row", { name: /Grace Hopper/ })).toBeHidden();
  await bar.getByRole("button", { name: "Restore" }).click();
  await expect(bar.getByText("1 member was restored")).toBeVisible();
  await expect(page.getByRole("row", { name: /Grace Hopper/ })).toBeVisible();
  await bar.getByRole("button", { name: "Clear selection" }).click();
  await bar.getByRole("button", { name: "Dismiss" }).click();
  await expect(bar).toBeHidden();
  await expect(page.getByRole("checkbox", { name: "Select all loaded members" })).toBeFocused();
});

test("of a long list the loaded rows are selected, across scrolling, four run at once, and the rest is stopped", async ({
  person: { page },
  watcher,
}) => {
  watcher.allowRefusals(429);
  const organization = await foundOrganization(page, "Acme");
  await pretendMembers(page, 100_000, { role: "admin" });
  await page.goto(`/organizations/${organization}/members`);
  const bar = page.getByRole("region", { name: "Selection" });
  await expect(page.getByRole("checkbox", { name: "Select Chloé Silva" }).first()).toBeDisabled();
  await page.getByRole("checkbox", { name: "Select Ana Silva" }).check();
  await page.getByRole("checkbox", { name: "Select Liam Silva" }).click({ modifiers: ["Shift"] });
  await expect(bar).toContainText("7 selected");
  await expect(bar).toContainText("of 100 loaded");

  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  await expect(bar).toContainText("7 selectedof 200 loaded");
  await expect(page.getByRole("checkbox", { name: "Select Ana Silva" })).toBeHidden();
  await page.evaluate(() => window.scrollTo(0, 0));
  await expect(page.getByRole("checkbox", { name: "Select Ana Silva" })).toBeChecked();

  const held: Route[] = [];
  await intercept(page, /\/members\/acc_/, (route) => void held.push(route));
  await bar.getByRole("button", { name: "Change role" }).click();
  await page.getByRole("menuitem", { name: /^Admin/ }).click();
  const question = page.getByRole("alertdialog", { name: "Make 6 members Admin?" });
  await expect(question).toContainText("1 member already has this role");
  await question.getByRole("button", { name: "Change role" }).click();
  await expect.poll(() => held.length).toBe(4);
  await expect(page.getByRole("button", { name: "Role of Ana Silva: Admin" })).toBeVisible();
  await held[0]?.fulfill(refusal(429, "rate.limited", { retryAfter: "600" }));
  await expect(bar.getByText(/The server is busy. This continues in \d+ minutes/)).toBeVisible();
  await bar.getByRole("button", { name: "Stop" }).click();
  for (const route of held.slice(1)) {
    await route.fulfill({ status: 200, contentType: "application/json", body: "{}" });
  }
  await expect(bar.getByText("3 members are Admin now")).toBeVisible();
  await expect(bar.getByText("Stopped: 3 were not changed.")).toBeVisible();
  await expect(bar).toContainText("3 selected");
  await expect(page.getByRole("button", { name: "Role of Ana Silva: Read" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Role of Mateo Silva: Admin" })).toBeVisible();
  expect(held).toHaveLength(4);

  await page.getByLabel("Search members").fill("noor");
  await expect(page.getByText("The selection was cleared")).toBeVisible();
  await expect(bar.getByText(/selected$/)).toBeHidden();
});

test("arrows lead from row to row, and with Shift they select, also where rows are drawn as they come near", async ({
  person: { page },
}) => {
  const organization = await foundOrganization(page, "Acme");
  await pretendMembers(page, 500);
  await page.goto(`/organizations/${organization}/members`);
  const bar = page.getByRole("region", { name: "Selection" });
  const boxes = page.getByRole("checkbox", { name: /^Select (?!all)/ });
  const first = boxes.first();
  await first.press("ArrowDown");
  await expect(boxes.nth(1)).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(first).toBeFocused();

  await page.keyboard.press("Space");
  for (let row = 1; row <= 40; row++) await page.keyboard.press("Shift+ArrowDown");
  await expect(page.locator("[aria-rowindex='42'] input")).toBeFocused();
  await expect(page.locator("[aria-rowindex='42']")).toBeInViewport();
  await expect(bar.getByText("41 selected")).toBeVisible();
  await page.keyboard.press("Space");
  await expect(bar.getByText("40 selected")).toBeVisible();

  const actions = page.locator("[aria-rowindex='42']").getByRole("button", { name: /^Actions for/ });
  await actions.focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Copy ID" })).toBeVisible();
});

test("a range is whole also while the page does not know yet whose it is", async ({ person: { page } }) => {
  const organization = await foundOrganization(page, "Acme");
  await pretendMembers(page, 100_000, { role: "admin" });
  const held: Route[] = [];
  await intercept(page, /\/api\/v1\/account$/, (route) => void held.push(route));
  await page.goto(`/organizations/${organization}/members`);
  const bar = page.getByRole("region", { name: "Selection" });
  await page.getByRole("checkbox", { name: "Select Ana Silva" }).check();
  await page.getByRole("checkbox", { name: "Select Liam Silva" }).click({ modifiers: ["Shift"] });
  await expect(bar).toContainText("7 selected");
  release(page, /\/api\/v1\/account$/);
  for (const route of held) await route.continue();
  await expect(page.getByRole("checkbox", { name: "Select Chloé Silva" }).first()).toBeDisabled();
  await expect(bar).toContainText("7 selected");
});

test("many invitations are resent too soon, changed and back, revoked and sent again", async ({
  person: { page, email },
  watcher,
}) => {
  watcher.allowRefusals(429);
  const organization = await foundOrganization(page, "Acme");
  await invite(page, organization, { email: `bob.${email}` }, { email: `cleo.${email}` });
  await page.goto(`/organizations/${organization}/invitations`);
  const bar = page.getByRole("region", { name: "Selection" });
  const rows = page.getByRole("button", { name: /^Role of/, disabled: false });
  await page.getByRole("checkbox", { name: "Select all loaded invitations" }).check();
  await bar.getByRole("button", { name: "Resend" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Resend 2" }).click();
  await expect(bar.getByText("2 failed")).toBeVisible();
  await expect(bar.getByText(/This invitation was just sent.*\(.* and .*\)/)).toBeVisible();

  await bar.getByRole("button", { name: "Change role" }).click();
  await page.getByRole("menuitem", { name: /^Write/ }).click();
  await page.getByRole("alertdialog", { name: "Invite 2 people as Write?" }).getByText("Change role").click();
  await expect(bar.getByText("2 people will join as Write")).toBeVisible();
  await expect(rows).toHaveText(["Write", "Write"]);
  await bar.getByRole("button", { name: "Undo" }).click();
  await expect(rows).toHaveText(["Read", "Read"]);

  await page.getByRole("checkbox", { name: "Select all loaded invitations" }).check();
  await bar.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke 2" }).click();
  await expect(bar.getByText("2 invitations revoked")).toBeVisible();
  await expect(page.getByText("No pending invitations")).toBeVisible();
  await bar.getByRole("button", { name: "Invite again" }).click();
  await expect(bar.getByText("2 people were invited again")).toBeVisible();
  await expect(rows).toHaveText(["Read", "Read"]);
});
