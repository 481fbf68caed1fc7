import type { Locator, Page } from "@playwright/test";
import { call } from "./api.ts";
import { expect, foundOrganization, reopen, startOver, test } from "./fixtures.ts";
import { intercept } from "./intercept.ts";
import { idOf } from "./many-members.ts";
import { takePicture } from "./page-check.ts";
import { pretendInvitations, pretendMembers } from "./pretend.ts";
import { pretendLists } from "./pretend-lists.ts";

const ofOwners = "Only an owner can change or remove an owner.";
const tip = (page: Page, reason: string) => page.locator("body > [aria-hidden]").getByText(reason);

/** The eighth of the pretended members is an owner. */
const owner = "Chloé Silva";

test("an admin finds in the menu of an owner what only owners can do, and why, by the keyboard and by pointing", async ({
  person: { page },
}) => {
  const organization = await foundOrganization(page, "Acme");
  await pretendMembers(page, 12, { role: "admin" });
  await page.goto(`/organizations/${organization}/members`);
  const actions = page.getByRole("button", { name: `Actions for ${owner}` });
  await expect(actions).toBeEnabled();
  await actions.press("Enter");
  for (const [name, reason] of [
    ["Transfer ownership…", "Only an owner can do this."],
    ["Remove…", ofOwners],
  ] as const) {
    const item = page.getByRole("menuitem", { name, exact: true });
    await expect(item).toBeDisabled();
    await expect(item).toHaveAccessibleDescription(reason);
    await expect(item.getByText(reason)).toBeVisible();
  }
  await page.keyboard.press("End");
  await expect(page.getByRole("menuitem", { name: "Remove…" })).toBeFocused();
  await takePicture(page, "members-blocked");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alertdialog")).toHaveCount(0);
  await page.keyboard.press("Escape");

  const role = page.getByRole("button", { name: `Role of ${owner}: Owner` });
  await expect(role).toHaveAccessibleDescription(ofOwners);
  await role.press("Enter");
  await expect(page.getByRole("menu")).toHaveCount(0);

  await page.getByRole("button", { name: "Role of Ana Silva: Read" }).click();
  const choice = page.getByRole("menuitemradio", { name: "Owner", exact: true });
  await expect(choice).toBeDisabled();
  await expect(choice).toHaveAccessibleDescription("Only an owner can make someone an owner.");

  const box = page.getByRole("checkbox", { name: `Select ${owner}` });
  await page.keyboard.press("Escape");
  await expect(box).toHaveAccessibleDescription(ofOwners);
  await box.focus();
  await expect(tip(page, ofOwners)).toBeVisible();
  await page.keyboard.press("Space");
  await expect(box).not.toBeChecked();
  await page.keyboard.press("Escape");
  await expect(tip(page, ofOwners)).toHaveCount(0);
  await page.getByRole("button", { name: `Role of ${owner}: Owner` }).hover();
  await expect(tip(page, ofOwners)).toBeVisible();
  await page.mouse.move(0, 0);
  await expect(tip(page, ofOwners)).toHaveCount(0);
});

/** Pages of an organization, and what is blocked on each while it is suspended. */
const pages = [
  { name: "updates", path: "", blocked: ["Post an update…"] },
  { name: "members", path: "/members", blocked: ["Invite people", "Leave"] },
  { name: "teams", path: "/teams", blocked: ["New team"] },
  {
    name: "a team",
    path: `/teams/${idOf("team", 1)}`,
    blocked: ["Edit", "Delete", "Add people"],
  },
  { name: "imports", path: "/imports", blocked: ["Import people"] },
  { name: "an import", path: `/imports/${idOf("imp", 1)}`, blocked: ["Retry"] },
  { name: "settings", path: "/settings/general", blocked: ["Add domain", "Delete organization"] },
  { name: "invitations", path: "/invitations", blocked: ["Resend to"] },
];

test("a suspended organization blocks what is refused, and says why", async ({ person: { page } }) => {
  await test.step("each page of a suspended organization blocks what is refused, and says why", async () => {
    const organization = await foundOrganization(page, "Acme");
    await pretendLists(page);
    await suspend(page);
    await page.goto(`/organizations/${organization}/teams`);
    for (const { name, path, blocked } of pages) {
      await test.step(name, async () => {
        if (path === "/invitations") await pretendInvitations(page);
        await reopen(page, `/organizations/${organization}${path}`);
        for (const label of blocked) {
          const button = page.getByRole("button", { name: label }).first();
          await expect(button).toBeDisabled();
          await expect(button).toHaveAccessibleDescription(/^This organization is suspended\./);
          await button.focus();
          await expect(button).toBeFocused();
        }
        await expect.poll(() => withoutReason(page.getByRole("main"))).toEqual([]);
      });
    }
  });

  await test.step("the comments on an update of a suspended organization block what is refused, and say why", async () => {
    await startOver(page);
    const organization = await foundOrganization(page, "Acme");
    const path = `/organizations/${organization}/updates`;
    const { id } = await call<{ id: string }>(page.request, "POST", path, { title: "One", content: "First." });
    await call(page.request, "POST", `${path}/${id}/comments`, { content: "Well said." });
    await suspend(page);
    await reopen(page, `${path}/${id}`);
    const comment = page.getByRole("article", { name: /^Comment by/ });
    for (const name of ["Reply", "Edit", "Delete"]) {
      const button = comment.getByRole("button", { name });
      await expect(button).toBeDisabled();
      await expect(button).toHaveAccessibleDescription(/^This organization is suspended\./);
    }
    await comment.getByRole("button", { name: "Reply" }).click({ force: true });
    await expect(page.getByRole("form", { name: /^Reply to/ })).toHaveCount(0);
  });
});

/** The organization is suspended, for all that the pages know. */
function suspend(page: Page) {
  return intercept(page, /\/api\/v1\/organizations\/org_\w+$/, async (route) => {
    const real = await route.fetch();
    await route.fulfill({ response: real, json: { ...(await real.json()), state: "suspended" } });
  });
}

/** Controls that cannot be used and do not say why; a field of a form says it above the form. */
function withoutReason(main: Locator) {
  return main.evaluate((root) =>
    [...root.querySelectorAll(":disabled, [aria-disabled=true]")]
      .filter((control) => !control.hasAttribute("aria-description") && control.closest("fieldset:disabled") === null)
      .map((control) => control.outerHTML),
  );
}
