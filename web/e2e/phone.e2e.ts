import { call } from "./api.ts";
import { expect, openOrganization, test, visit } from "./fixtures.ts";
import { mailsTo } from "./mailbox.ts";
import { checkPage } from "./page-check.ts";
import { enroll } from "./people.ts";

test("the main tasks by touch: navigation, members, another role, an invitation", async ({
  person: { page, email },
  newClient,
}) => {
  const id = await openOrganization(page, "Acme Robotics");
  await call(page.request, "PATCH", "/account", { name: "Ada Lovelace" });
  await enroll(page, id, await newClient(), { email: `grace.${email}`, name: "Grace Hopper" });

  await page.getByRole("button", { name: "Open navigation" }).tap();
  const navigation = page.getByRole("dialog", { name: "Navigation" });
  await expect(navigation.getByRole("link", { name: "Members" })).toBeVisible();
  await checkPage(page, "navigation");
  await navigation.getByRole("link", { name: "Members" }).tap();
  await expect(navigation).toBeHidden();

  const role = page.getByRole("button", { name: /^Role of Grace Hopper/ });
  await role.tap();
  await page.getByRole("menuitemradio", { name: /^Write/ }).tap();
  await expect(role).toContainText("Write");

  await page.getByRole("button", { name: "Invite people" }).tap();
  await page.getByLabel("Address 1").fill(`linus.${email}`);
  await page.getByRole("button", { name: "Review" }).tap();
  await page.getByRole("button", { name: "Send 1 invitation" }).tap();
  await expect(page.getByText("1 invitation was sent.")).toBeVisible();
  await mailsTo(page.request, `linus.${email}`, "/invitations#");

  // the tabs that do not fit: the current one is in view
  await visit(page, `/organizations/${id}/settings/imports`);
  const tabs = page.getByRole("navigation", { name: "Settings" });
  await expect(tabs.getByRole("link", { name: "Imports" })).toBeInViewport({ ratio: 0.9 });
  await tabs.getByRole("link", { name: "History" }).tap();
  await expect(tabs.getByRole("link", { name: "History" })).toBeInViewport({ ratio: 0.9 });
});
