import { call } from "./api.ts";
import { expect, foundOrganization, signIn, test } from "./fixtures.ts";
import { intercept } from "./intercept.ts";
import { inDays } from "./many-members.ts";
import { checkPage } from "./page-check.ts";

test("a domain is added, verified by its DNS record, and opens the organization to people with its addresses", async ({
  person: { page, email },
  otherBrowser,
  watcher,
}) => {
  watcher.allowRefusals(400, 409);
  const domain = email.split("@")[1] ?? "";
  const id = await foundOrganization(page, "Acme Robotics");
  await page.goto(`/organizations/${id}/settings/general`);
  await page.getByRole("button", { name: "Add domain" }).click();
  const dialog = page.getByRole("dialog", { name: "Add domain" });
  await dialog.getByLabel("Domain").fill(`https://${domain}/`);
  await dialog.getByRole("button", { name: "Add domain" }).click();
  await expect(dialog.getByText("Enter the domain without https://.")).toBeVisible();
  await dialog.getByLabel("Domain").fill("gmail.com");
  await dialog.getByRole("button", { name: "Add domain" }).click();
  await expect(dialog.getByText("This is a public email provider. Enter a domain of your own.")).toBeVisible();
  await checkPage(page, "domain-add-refused");
  await dialog.getByLabel("Domain").fill(domain.toUpperCase());
  await dialog.getByRole("button", { name: "Add domain" }).click();
  await expect(dialog).toBeHidden();

  const row = page.getByRole("list", { name: "Domains" }).getByRole("listitem");
  await expect(row).toContainText("Waiting for record");
  await row.getByRole("button", { name: `Check ${domain} now` }).click();
  await expect(row).toContainText("There is no TXT record with this name.");
  await row.scrollIntoViewIfNeeded();
  await checkPage(page, "domain-waiting", row);

  const shown = (label: string) => row.getByRole("button", { name: `Copy record ${label} of ${domain}` }).innerText();
  const record = { name: await shown("name"), type: "TXT", value: await shown("value") };
  await page.request.post("/dns", { form: record });
  await row.getByRole("button", { name: `Check ${domain} now` }).click();
  await expect(row.getByText("Verified", { exact: true })).toBeVisible();
  await row.getByLabel(`Joining by ${domain}`).selectOption("Suggest");
  await row.getByLabel(`Role by ${domain}`).selectOption("Write");
  await checkPage(page, "domain-joining-unsaved", row);
  const joining = row.getByLabel(`Joining by ${domain}`);
  await page.getByRole("link", { name: "Members", exact: true }).click();
  await page
    .getByRole("alertdialog", { name: "Leave without saving?" })
    .getByRole("button", { name: "Cancel" })
    .click();
  // a check in the background is no conflict
  const { items } = await call<{ items: { id: string }[] }>(page.request, "GET", `/organizations/${id}/domains`);
  await call(page.request, "POST", `/organizations/${id}/domains/${items[0]?.id}/check`, {});
  await row.getByRole("button", { name: `Save joining by ${domain}` }).click();
  await expect(page.getByText(`Joining by ${domain} was changed`)).toBeVisible();
  await expect(joining).toBeFocused();
  await checkPage(page, "domain-verified", row);

  const bob = await otherBrowser.newPage();
  await signIn(bob, `bob@${domain}`);
  await bob.goto("/");
  await expect(bob.getByText(`Open to addresses of ${domain}. You join as Write.`)).toBeVisible();
  await checkPage(bob, "organizations-joinable");
  await bob.getByRole("button", { name: "Join Acme Robotics" }).click();
  await expect(bob).toHaveURL(`/organizations/${id}`);
  await expect(bob.getByRole("heading", { name: "Acme Robotics", level: 1 })).toBeVisible();

  await row.getByRole("button", { name: `Remove ${domain}` }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove domain" }).click();
  await expect(row).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Add domain" })).toBeFocused();
});

test("silent name servers are named with what follows, and a domain that was given back stands in the activity", async ({
  person: { page, email },
}) => {
  const name = email.split("@")[1] ?? "";
  const id = await foundOrganization(page, "Acme");
  type Domain = { id: string; record: { name: string; value: string } };
  const added = await call<Domain>(page.request, "POST", `/organizations/${id}/domains`, { name });
  await page.request.post("/dns", { form: { name: added.record.name, type: "TXT", value: added.record.value } });
  await call(page.request, "POST", `/organizations/${id}/domains/${added.id}/check`, {});

  let isJoinPaused = false;
  await intercept(page, /\/api\/v1\/organizations\/org_\w+\/domains(\?.*)?$/, async (route) => {
    const response = await route.fetch();
    const { items } = (await response.json()) as { items: { check: object }[] };
    const unreachableAt = inDays(-0.2);
    const check = { finding: "unreachable", message: "The name servers gave no usable answer. Check again later." };
    const silent = items.map((one) => ({ ...one, unreachableAt, isJoinPaused, check: { ...one.check, ...check } }));
    await route.fulfill({ response, json: { items: silent } });
  });
  const row = page.getByRole("list", { name: "Domains" }).getByRole("listitem");
  await page.goto(`/organizations/${id}/settings/general`);
  await expect(row).toContainText(/no usable answer.*silent since.*Joining is paused after 24 hours of silence\./);
  await row.scrollIntoViewIfNeeded();
  await checkPage(page, "domain-silent", row);
  isJoinPaused = true;
  await page.reload();
  await expect(row).toContainText(/silent since.*Joining is paused until they answer\./);
  // what the page still loads, and asks for again, would be missing once the organization is deleted
  await page.goto("about:blank");

  // another organization can verify the domain as soon as this one has given it back
  await call(page.request, "POST", `/organizations/${id}/deletion`, { name: "Acme" });
  const { id: other } = await call<{ id: string }>(page.request, "POST", "/organizations", { name: "Globex" });
  const theirs = await call<Domain>(page.request, "POST", `/organizations/${other}/domains`, { name });
  await page.request.post("/dns", { form: { name: theirs.record.name, type: "TXT", value: theirs.record.value } });
  const check = () => call(page.request, "POST", `/organizations/${other}/domains/${theirs.id}/check`, {});
  await expect.poll(check).toMatchObject({ state: "verified" });
  await call(page.request, "POST", `/organizations/${id}/deletion/undo`, {});
  await page.goto(`/organizations/${id}`);
  await expect(page.getByText(`gave the domain ${name} back, because the organization was deleted`)).toBeVisible();
});
