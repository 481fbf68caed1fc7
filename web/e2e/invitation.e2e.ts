import { call } from "./api.ts";
import { expect, foundOrganization, signIn, test } from "./fixtures.ts";
import { intercept } from "./intercept.ts";
import { newestMail } from "./mailbox.ts";
import { invitationLink, invite, join } from "./people.ts";
import { pretendPreview, refusal } from "./pretend.ts";

test("a new person opens the emailed link, signs in, and accepts", async ({
  person: { page },
  email,
  otherBrowser,
  watcher,
}) => {
  watcher.allowRefusals(401);
  const organization = await foundOrganization(page, "Acme Robotics");
  const guest = `guest.${email}`;
  await invite(page, organization, { email: guest, role: "write" });
  const link = await invitationLink(page.request, guest);

  const other = await otherBrowser.newPage();
  const urls: string[] = [];
  other.on("request", (request) => urls.push(request.url()));
  await other.goto(link);
  await expect(other.getByRole("heading", { name: "Join Acme Robotics" })).toBeVisible();
  await expect(other.getByText(guest)).toBeVisible();
  await other.getByRole("button", { name: "Sign in to accept" }).click();
  await expect(other.getByLabel("Email address")).toHaveValue(guest);
  await other.keyboard.press("Enter");
  await expect(other.getByRole("heading", { name: "Check your email" })).toBeVisible();
  const { code } = await newestMail(other.request, guest);
  await other.getByLabel("Code", { exact: true }).fill(code);

  await expect(other).toHaveURL(link);
  await other.getByRole("button", { name: "Accept and join" }).click();
  await expect(other.getByRole("heading", { name: "Acme Robotics", level: 1 })).toBeVisible();
  await expect(other).toHaveURL(`/organizations/${organization}`);
  expect(urls.filter((url) => url.includes("mst_inv_"))).toEqual([]);

  await other.goto("about:blank");
  await other.goto(link);
  await expect(other.getByRole("heading", { name: "You are already a member" })).toBeVisible();
  await other.getByRole("link", { name: "Go to Acme Robotics" }).click();
  await expect(other.getByRole("heading", { name: "Acme Robotics", level: 1 })).toBeVisible();
});

test("somebody signed in with another address sees both, switches, and comes back", async ({
  person: { page, email },
}) => {
  const organization = await foundOrganization(page, "Acme");
  const guest = `guest.${email}`;
  await invite(page, organization, { email: guest });
  await page.goto(await invitationLink(page.request, guest));
  await expect(page.getByRole("list").getByText(email, { exact: true })).toBeVisible();
  await expect(page.getByRole("list").getByText(guest, { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Switch account" }).click();
  await expect(page.getByLabel("Email address")).toHaveValue(guest);
  await page.goBack();
  await expect(page.getByRole("button", { name: "Sign in to accept" })).toBeVisible();
});

test("an invitation is declined after a confirmation, and a new one requested once a day", async ({
  person: { page },
  email,
  otherBrowser,
  watcher,
}) => {
  watcher.allowRefusals(429);
  const organization = await foundOrganization(page, "Acme");
  const guest = `guest.${email}`;
  await invite(page, organization, { email: guest });
  const link = await invitationLink(page.request, guest);
  const other = await otherBrowser.newPage();
  await signIn(other, guest);
  await other.goto(link);
  await other.getByRole("button", { name: "Decline" }).click();
  await other.getByRole("button", { name: "Keep invitation" }).click();
  await other.getByRole("button", { name: "Decline" }).click();
  await other.getByRole("button", { name: "Decline invitation" }).click();
  await expect(other.getByRole("heading", { name: "This invitation was declined" })).toBeVisible();
  await other.getByRole("button", { name: "Request a new invitation" }).click();
  await expect(other.getByText("know that you want a new invitation")).toBeVisible();
});

test("a second request on the same day says that one a day is enough", async ({ page, watcher }) => {
  watcher.allowRefusals(429);
  await pretendPreview(page, { outcome: "expired" });
  await intercept(page, "**/api/v1/invitations/request", (route) => route.fulfill(refusal(429, "rate.limited")));
  await page.goto("/invitations#anything");
  await page.getByRole("button", { name: "Request a new invitation" }).click();
  await expect(page.getByText("You requested one in the last 24 hours.")).toBeVisible();
});

test("a change of the invitation in the meantime is reported when it is accepted", async ({
  person: { page, email },
  watcher,
}) => {
  watcher.allowRefusals(410, 409, 500);
  await pretendPreview(page, { email });
  const titles = {
    "invitation.revoked": [410, "This invitation was revoked"],
    "invitation.superseded": [410, "There is a newer invitation"],
    "member.exists": [409, "You are already a member"],
  } as const;
  for (const [code, [status, title]] of Object.entries(titles)) {
    await intercept(page, "**/api/v1/invitations/accept", (route) => route.fulfill(refusal(status, code)), {
      times: 1,
    });
    await page.goto(`/invitations#${code}`);
    await page.getByRole("button", { name: "Accept and join" }).click();
    await expect(page.getByRole("heading", { name: title })).toBeVisible();
  }
  await intercept(page, "**/api/v1/invitations/accept", (route) => route.fulfill(refusal(500, "internal.error")));
  await page.goto("/invitations#broken");
  await page.getByRole("button", { name: "Accept and join" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByRole("button", { name: "Accept and join" })).toBeEnabled();
});

test("an invitation waits in the list of organizations, where it is declined or accepted", async ({
  person: { page, email },
  otherBrowser,
}) => {
  const other = await otherBrowser.newPage();
  await signIn(other, `owner.${email}`);
  for (const name of ["Acme", "Initech"]) {
    await invite(other, await foundOrganization(other, name), { email });
  }
  await page.goto("/");
  await page.getByRole("button", { name: "Decline the invitation to Initech" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Decline" }).click();
  await expect(page.getByText("You declined to join Initech")).toBeVisible();
  await expect(page.getByRole("button", { name: "Accept the invitation to Initech" })).toBeHidden();
  await page.getByRole("button", { name: "Accept the invitation to Acme" }).click();
  await expect(page.getByRole("heading", { name: "Acme", exact: true, level: 1 })).toBeVisible();
  await expect(page.getByRole("button", { name: "Invite people" })).toBeHidden();
});

test("pending invitations are resent, changed, revoked and sent again", async ({
  person: { page, email },
  watcher,
}) => {
  watcher.allowRefusals(429);
  const organization = await foundOrganization(page, "Acme");
  const guest = `guest.${email}`;
  await invite(page, organization, { email: guest });
  const pending = () => call(page.request, "GET", `/organizations/${organization}/invitations`);
  await expect.poll(pending).toMatchObject({ items: [{ mail: "delivered" }] });
  await page.goto(`/organizations/${organization}/invitations`);
  const row = page.getByRole("row", { name: guest });
  await expect(row.getByText("Delivered")).toBeVisible();

  await row.getByRole("button", { name: `Resend to ${guest}` }).click();
  await expect(page.getByRole("alert").getByText(/You can send another in \d minutes/)).toBeVisible();
  await expect(row.getByText("Delivered")).toBeVisible();

  await row.getByRole("button", { name: `Role of ${guest}: Read` }).click();
  await page.getByRole("menuitemradio", { name: /Write/ }).click();
  await expect(page.getByText(`${guest} will join as Write`)).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row.getByRole("button", { name: `Role of ${guest}: Read` })).toBeVisible();

  await row.getByRole("button", { name: `Actions for ${guest}` }).click();
  await page.getByRole("menuitem", { name: "Revoke" }).click();
  await expect(page.getByText(`${guest} is no longer invited`)).toBeVisible();
  await expect(page.getByText("No pending invitations")).toBeVisible();
  await page.getByRole("link", { name: "Ended" }).click();
  await expect(row.getByText("Revoked")).toBeVisible();
  await row.getByRole("button", { name: `Invite ${guest} again` }).click();
  await expect(page.getByText(`${guest} was invited again`)).toBeVisible();
  await page.getByRole("link", { name: "Pending" }).click();
  await expect(row).toBeVisible();
});

test("a link is copied by the inviter", async ({ person: { page, email }, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const organization = await foundOrganization(page, "Acme");
  const guest = `guest.${email}`;
  await invite(page, organization, { email: guest });
  await page.goto(`/organizations/${organization}/invitations`);
  await page.getByRole("button", { name: `Actions for ${guest}` }).click();
  await page.getByRole("menuitem", { name: "Copy link" }).click();
  await expect(page.getByText("Link copied")).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain(await invitationLink(page.request, guest));
});

test("a member without permission sees no invitations and no links to them", async ({
  person: { page, email },
  otherBrowser,
  watcher,
}) => {
  watcher.allowRefusals(403);
  const organization = await foundOrganization(page, "Acme");
  const guest = await join(page, organization, otherBrowser, { email: `guest.${email}`, name: "Grace Hopper" });
  await guest.goto(`/organizations/${organization}/members`);
  await expect(guest.getByRole("row", { name: /Grace Hopper/ })).toBeVisible();
  await expect(guest.getByRole("main").getByText(email)).toHaveCount(0);
  await expect(guest.getByRole("button", { name: /^Actions for/ })).toHaveCount(0);
  await expect(guest.getByRole("link", { name: "Invitations" })).toBeHidden();
  await expect(guest.getByRole("checkbox")).toHaveCount(0);
  await guest.getByRole("button", { name: "Search or jump to" }).click();
  await guest.getByRole("combobox", { name: "Search or jump to" }).fill("inv");
  await expect(guest.getByText("Nothing found for “inv”.")).toBeVisible();
  await guest.goto(`/organizations/${organization}/invitations`);
  await expect(guest.getByRole("heading", { name: "You don’t have access to this page" })).toBeVisible();
  await guest.goto(`/organizations/${organization}?dialog=invite`);
  await expect(guest.getByRole("heading", { name: "Acme", level: 1 })).toBeVisible();
  await expect(guest.getByRole("dialog")).toBeHidden();
});
