import { call } from "./api.ts";
import { expect, foundOrganization, reopen, startOver, test, visit } from "./fixtures.ts";
import { intercept, release } from "./intercept.ts";
import { checkPage, takePicture } from "./page-check.ts";
import {
  pretendInvitations,
  pretendMembers,
  pretendPreview,
  pretendResending,
  pretendStalled,
  refusal,
} from "./pretend.ts";

const outcomes = {
  expired: "This invitation has expired",
  revoked: "This invitation was revoked",
  declined: "This invitation was declined",
  used: "This invitation was already used",
  superseded: "There is a newer invitation",
  inviter_unauthorized: "The person who invited you can no longer do so",
  suspended: "This organization is suspended",
  deleted: "This organization no longer exists",
};

test("an invitation before and after signing in, and for another address", async ({ person: { page, email } }) => {
  await pretendPreview(page, { email, message: "Welcome aboard!\nSee you on Monday." });
  await page.goto("/invitations#anything");
  await expect(page.getByRole("button", { name: "Accept and join" })).toBeVisible();
  await checkPage(page, "invitation-open");
  await page.getByRole("button", { name: "Decline" }).click();
  await expect(page.getByRole("heading", { name: "Decline this invitation?" })).toBeVisible();
  await checkPage(page, "invitation-decline");

  release(page, "**/api/v1/invitations/preview");
  await pretendPreview(page, {});
  await page.reload();
  await expect(page.getByRole("button", { name: "Switch account" })).toBeVisible();
  await checkPage(page, "invitation-other-address");

  await page.evaluate(() => localStorage.removeItem("signed-in"));
  await page.reload();
  await expect(page.getByRole("button", { name: "Sign in to accept" })).toBeVisible();
  await checkPage(page, "invitation-signed-out");
});

test("an invitation that has ended, in each way", async ({ page }) => {
  await page.goto("/unsubscribe");
  for (const [outcome, title] of Object.entries(outcomes)) {
    release(page, "**/api/v1/invitations/preview");
    await pretendPreview(page, { outcome });
    await reopen(page, "/invitations#anything");
    await expect(page.getByRole("heading", { name: title })).toBeVisible();
    await takePicture(page, `invitation-${outcome}-light`);
  }
  await checkPage(page, "invitation-deleted");
});

test("a link without an invitation", async ({ page, watcher }) => {
  watcher.allowRefusals(404);
  await page.goto("/invitations#mst_inv_cut");
  await expect(page.getByRole("heading", { name: "This link doesn’t work" })).toBeVisible();
  await checkPage(page, "invitation-unknown");
});

test("the invitations and the members in their states", async ({ person: { page }, watcher }) => {
  await test.step("the invitations, pending and ended", async () => {
    const id = await foundOrganization(page, "Acme Robotics");
    await page.goto(`/organizations/${id}/invitations`);
    await expect(page.getByText("No pending invitations")).toBeVisible();
    await checkPage(page, "invitations-none");

    await pretendInvitations(page);
    await page.reload();
    await expect(page.getByText("Delivered")).toBeVisible();
    await checkPage(page, "invitations");
    await page
      .getByRole("button", { name: /^Actions for/ })
      .first()
      .click();
    await page.getByRole("menuitem", { name: "Details…" }).click();
    await expect(page.getByRole("button", { name: "Allow email again" })).toBeVisible();
    await checkPage(page, "invitation-details");
    await page.keyboard.press("Escape");
    await page
      .getByRole("row")
      .filter({ hasText: "Spam" })
      .getByRole("button", { name: /^Actions for/ })
      .click();
    await page.getByRole("menuitem", { name: "Details…" }).click();
    await expect(page.getByText("Only the operator can allow email again.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Allow email again" })).toBeHidden();
    await page.keyboard.press("Escape");

    await page.getByRole("link", { name: "Ended" }).click();
    await expect(page.getByText("Revoked")).toBeVisible();
    await checkPage(page, "invitations-ended");
  });

  await test.step("invitations whose email failed, found by a filter and resent in two requests", async () => {
    await startOver(page);
    watcher.allowRefusals(429);
    const id = await foundOrganization(page, "Acme Robotics");
    await pretendInvitations(page);
    const asked = await pretendResending(page, [
      { resent: 100, tooSoon: 0, notAllowed: 0, limited: 0, contended: 0, next: "more" },
      { resent: 20, tooSoon: 2, notAllowed: 1, limited: 0, contended: 0 },
    ]);
    await reopen(page, `/organizations/${id}/invitations`);
    await page.getByRole("combobox", { name: "Email" }).selectOption("Not sent");
    await expect(page).toHaveURL(/mail=failed/);
    await expect(page.getByText("Delivered")).toBeHidden();
    await checkPage(page, "invitations-failed");
    await page.getByRole("button", { name: "Resend 1 that failed" }).click();
    await expect(page.getByText("120 emails queued")).toBeVisible();
    await expect(page.getByText("2 were sent less than 5 minutes ago. 1 is for an owner")).toBeVisible();
    expect(asked).toEqual([{ mail: "failed" }, { mail: "failed", cursor: "more" }]);

    await page.getByRole("combobox", { name: "Email" }).selectOption("Queued");
    await expect(page).toHaveURL(/mail=queued/);
    await expect(page.getByRole("cell", { name: "Queued 3 hours ago" })).toBeVisible();
    await expect(page.getByRole("button", { name: /^Resend \d/ })).toBeHidden();
    await checkPage(page, "invitations-queued");
    await page.getByRole("combobox", { name: "Email" }).selectOption("Not confirmed");
    await expect(page.getByRole("button", { name: "Resend 1 not confirmed" })).toBeVisible();
    await pretendResending(page, []);
    await page.getByRole("button", { name: "Resend 1 not confirmed" }).click();
    await expect(page.getByText("No emails queued").first()).toBeVisible();
    await expect(page.getByText("Refused.").first()).toBeVisible();
  });

  await test.step("emails of invitations that may have stopped are counted, and queued again in two requests", async () => {
    await startOver(page);
    watcher.allowRefusals(409);
    const id = await foundOrganization(page, "Acme Robotics");
    await pretendInvitations(page);
    const asked = await pretendStalled(page, [{ queued: 100, next: "more" }, { queued: 12 }]);
    await reopen(page, `/organizations/${id}/invitations`);
    await expect(page.getByText("At least 100 invitation emails have waited for more than 30 minutes")).toBeVisible();
    await checkPage(page, "invitations-stalled");
    await page.getByRole("button", { name: "Queue again" }).click();
    await expect(page.getByText("112 emails queued again")).toBeVisible();
    await expect(page.getByText("have waited for more than 30 minutes")).toBeHidden();
    expect(asked).toEqual([{}, { cursor: "more" }]);

    await pretendStalled(page, []);
    await page.reload();
    await page.getByRole("button", { name: "Queue again" }).click();
    await expect(page.getByText("Not all emails were queued").first()).toBeVisible();
    await expect(page.getByText("At least 100 invitation emails"), "they still wait").toBeVisible();
    await page.getByRole("link", { name: "Ended" }).click();
    await expect(page.getByRole("button", { name: "Queue again" })).toBeHidden();
  });

  await test.step("failed emails are found although the first invitations that were looked at have none", async () => {
    await startOver(page);
    const id = await foundOrganization(page, "Acme Robotics");
    await pretendInvitations(page);
    await intercept(page, "**/api/v1/organizations/*/invitations?*mail=failed*", (route) =>
      route.request().url().includes("cursor=")
        ? route.fallback()
        : route.fulfill({ json: { items: [], next: "more" } }),
    );
    await reopen(page, `/organizations/${id}/invitations?mail=failed`);
    await expect(page.getByRole("button", { name: "Resend 1 that failed" })).toBeVisible();
    await expect(page.getByText("No email failed")).toBeHidden();
  });

  await test.step("the members, their menus and confirmations", async () => {
    await startOver(page);
    const id = await foundOrganization(page, "Acme Robotics");
    await pretendMembers(page, 2_000);
    await reopen(page, `/organizations/${id}/members`);
    await expect(page.getByText("Ana Silva").first()).toBeVisible();
    await checkPage(page, "members");

    await page.getByRole("button", { name: "Actions for Mateo Silva" }).first().click();
    await expect(page.getByRole("menu")).toBeVisible();
    await takePicture(page, "members-menu");
    await page.getByRole("menuitem", { name: "Remove…" }).click();
    await expect(page.getByRole("alertdialog", { name: "Remove Mateo Silva?" })).toBeVisible();
    await checkPage(page, "members-remove");
    await page.keyboard.press("Escape");

    await page.getByLabel("Search members").fill("nobody of this name");
    await expect(page.getByText("No matches")).toBeVisible();
    await checkPage(page, "members-no-match");
  });

  await test.step("many members and many invitations, selected, and refused", async () => {
    await startOver(page);
    watcher.allowRefusals(409);
    const id = await foundOrganization(page, "Acme Robotics");
    await pretendMembers(page, 12);
    // Tall enough for all, so that no row is half hidden by the bar, which the check would report as too small.
    await page.setViewportSize({ width: page.viewportSize()?.width ?? 0, height: 1_600 });
    await reopen(page, `/organizations/${id}/members`);
    await page.getByRole("checkbox", { name: "Select all loaded members" }).check();
    await expect(page.getByText(/\d+ selected/)).toBeVisible();
    await checkPage(page, "members-selected");
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await expect(page.getByRole("alertdialog", { name: /^Remove \d+ members\?/ })).toBeVisible();
    await takePicture(page, "members-remove-many");

    await pretendInvitations(page);
    await visit(page, `/organizations/${id}/invitations`);
    await page.getByRole("checkbox", { name: "Select all loaded invitations" }).check();
    await intercept(page, "**/invitations/inv_*", (route) => route.fulfill(refusal(409, "invitation.changed")), {
      times: 8,
    });
    await page.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("button", { name: "Revoke 8" }).click();
    await expect(page.getByText("8 failed")).toBeVisible();
    await checkPage(page, "invitations-refused");
  });
});

test("a waiting invitation, and the invite dialog", async ({ person: { page, email } }) => {
  await test.step("the list of organizations with a waiting invitation", async () => {
    await intercept(page, "**/api/v1/invitations", (route) =>
      route.fulfill({
        status: 200,
        contentType: "application/json",
        body: JSON.stringify({
          items: [
            {
              id: "inv_00000000000000000000000001",
              organization: {
                id: "org_00000000000000000000000001",
                name: "Acme Robotics",
              },
              role: "write",
              invitedBy: "Ada Lovelace",
              message: `For ${email}.`,
              token: "any",
              expiresAt: new Date(Date.now() + 864e5).toISOString(),
            },
          ],
        }),
      }),
    );
    await page.goto("/");
    await expect(page.getByRole("button", { name: "Accept the invitation to Acme Robotics" })).toBeVisible();
    await checkPage(page, "organizations-invited");
  });

  await test.step("the invite dialog", async () => {
    await startOver(page);
    const id = await foundOrganization(page, "Acme Robotics");
    const form = (name: string) => call(page.request, "POST", `/organizations/${id}/teams`, { name, description: "" });
    await Promise.all(["Design", "Firmware", "Sales"].map(form));
    await reopen(page, `/organizations/${id}`);
    await page.getByRole("button", { name: "Invite people" }).click();
    await expect(page.getByLabel("Address 1")).toBeFocused();
    await page.getByRole("button", { name: "Paste a list" }).click();
    await page
      .getByLabel("List of addresses")
      .fill(`bob@example.com boss\ncleo@example.com admin\n${email}\neve@example dan@example.com\nFrank`);
    await expect(page.getByText("1 line has no address. You can fix this in the next step:")).toBeVisible();
    await checkPage(page, "invite-paste");
    await page.getByRole("button", { name: "Add 5 rows" }).click();
    await expect(page.getByLabel("Lines left out")).toHaveValue("Frank");
    await expect(page.getByText("“boss” isn’t a role. Check this person’s role.")).toBeVisible();
    await expect(page.getByLabel("Role 2")).toHaveValue("admin");
    await expect(page.getByLabel("Address 5")).toHaveValue("dan@example.com");
    await page.getByRole("button", { name: "Choose teams" }).click();
    await page.getByRole("checkbox", { name: "Design" }).check();
    await page.getByRole("checkbox", { name: "Sales" }).check();
    await checkPage(page, "invite");
    await page.getByRole("button", { name: "Leave them out" }).click();

    await page.getByRole("button", { name: "Review 5" }).click();
    await expect(page.getByText("People who accept join Design and Sales.")).toBeVisible();
    await expect(page.getByText("Already a member", { exact: true })).toBeVisible();
    await expect(page.getByText("Invalid address")).toBeVisible();
    await expect(page.getByText("No seat available", { exact: true })).toBeVisible();
    await checkPage(page, "invite-review");

    await page.getByRole("button", { name: "Send 2 invitations" }).click();
    await expect(page.getByText("2 invitations were sent.")).toBeVisible();
    await checkPage(page, "invite-result");
  });
});
