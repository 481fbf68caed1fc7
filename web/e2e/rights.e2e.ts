import { permissions, type Rule } from "@muster/core/base/permission.ts";
import { type Role, roles } from "@muster/core/base/role.ts";
import type { Page } from "@playwright/test";
import { addressOf, type PageId, pages, pagesFor, samePageIn } from "../src/features/rights/pages.ts";
import { expect, foundOrganization, reopen, test, visit } from "./fixtures.ts";
import { intercept } from "./intercept.ts";

const forbidden = "You don’t have access to this page";

const ids = Object.keys(pages) as PageId[];
const rule = (id: PageId): Rule => permissions[pages[id].permission];

/** An organization in which the person has this role, for all that the pages know. */
async function asRole(page: Page, role: Role) {
  const organization = await foundOrganization(page, "Acme");
  await intercept(page, /\/api\/v1\/organizations\/org_\w+$/, async (route) => {
    const real = await route.fetch();
    await route.fulfill({ response: real, json: { ...(await real.json()), role } });
  });
  return organization;
}

for (const role of roles) {
  const allowed = ids.filter((id) => rule(id)[role] !== undefined);

  test(`the role ${role} sees the pages that the permission table opens to it, and learns what the others require`, async ({
    person: { page },
  }) => {
    const organization = await asRole(page, role);
    await page.goto(`/organizations/${organization}`);
    const links = page.getByRole("navigation", { name: "Main" }).getByRole("link");
    const labels = allowed.filter((id) => !("within" in pages[id])).map((id) => pages[id].label);
    await expect(links).toHaveText([...labels, "Organizations", "Account"]);

    await page.getByRole("button", { name: "Search or jump to" }).click();
    const entries = page.getByRole("group", { name: "Acme" }).getByRole("option");
    await expect(entries).toHaveText(allowed.map((id) => pages[id].label));
    await page.keyboard.press("Escape");

    for (const id of ids) {
      const address = addressOf(pages[id], organization);
      const isOpen = allowed.includes(id);
      // where a page is forbidden it is also opened by its address, once
      await (role === "read" && !isOpen ? reopen(page, address) : visit(page, address));
      await expect(page.getByRole("main").getByRole("heading").first()).toBeVisible();
      await expect(page.getByRole("heading", { name: forbidden })).toHaveCount(isOpen ? 0 : 1);
      expect(samePageIn({ id: organization as `org_${string}`, role }, address) === address).toBe(isOpen);
      if (!isOpen) {
        // A tab of a forbidden page is forbidden with it. The seat ledger is below billing, but not a tab of it.
        const { within = id } = pagesFor("owner").find((one) => one.id === id) ?? {};
        const refused = allowed.includes(within) || id === "ledger" ? id : within;
        await expect(page.getByRole("main")).toContainText(pages[refused].permission);
      }
    }
  });
}
