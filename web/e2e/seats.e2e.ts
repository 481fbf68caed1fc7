import type { Page } from "@playwright/test";
import { expect, foundOrganization, test } from "./fixtures.ts";
import { intercept } from "./intercept.ts";
import { checkPage } from "./page-check.ts";
import { enroll, invite, operate } from "./people.ts";

const organizationPath = /\/api\/v1\/organizations\/org_\w+$/;

declare global {
  var shownSeats: string[];
}

/** Records what the seats and the tabs say from now on, each time that it changes. */
async function recordSeats(page: Page) {
  await page.evaluate(() => {
    const textOf = (element: Element | null | undefined) => element?.textContent?.replace(/\s+/g, " ").trim() ?? "";
    const read = () => {
      const legend = textOf(document.querySelector("section[aria-labelledby=seats] ul"));
      const tabs = textOf(document.querySelector("[aria-label=People]"));
      const now = `${legend} / ${tabs}`;
      if (globalThis.shownSeats.at(-1) !== now) globalThis.shownSeats.push(now);
    };
    globalThis.shownSeats = [];
    read();
    new MutationObserver(read).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}

const shownSeats = (page: Page) => page.evaluate(() => globalThis.shownSeats);
const seen = (members: number, invitations: number, free: number) =>
  `Members ${members}Invitations ${invitations}Free ${free} / Members ${members}Invitations ${invitations}Departures`;

async function remove(page: Page, name: string) {
  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Remove…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("row", { name })).toBeHidden();
}

test("a removed member is never counted as an invitation", async ({ person: { page, email }, newClient }) => {
  const organization = await foundOrganization(page, "Acme");
  await operate("seats", organization, "7");
  await enroll(page, organization, await newClient(), { email: `grace.${email}`, name: "Grace Hopper" });
  await invite(page, organization, { email: `edsger.${email}` });
  await page.goto(`/organizations/${organization}/members`);
  await expect(page.getByRole("row", { name: /Grace Hopper/ })).toBeVisible();
  await recordSeats(page);
  await remove(page, "Grace Hopper");
  await expect.poll(async () => (await shownSeats(page)).at(-1)).toBe(seen(1, 1, 8));
  expect(await shownSeats(page)).toEqual([seen(2, 1, 7), seen(1, 1, 8)]);
});

test("without the numbers of members and invitations a page shows what is in use, and asks until they are there", async ({
  person: { page, email },
  newClient,
}) => {
  const organization = await foundOrganization(page, "Acme");
  await operate("seats", organization, "7");
  await enroll(page, organization, await newClient(), { email: `grace.${email}`, name: "Grace Hopper" });
  await invite(page, organization, { email: `edsger.${email}` });
  let isBehind = false;
  let answers = 0;
  // As it answers while the audit log is far behind.
  await intercept(page, organizationPath, async (route) => {
    const real = (await (await route.fetch()).json()) as { seats: Record<string, number> };
    const { used, held, ...exact } = real.seats;
    answers += isBehind ? 1 : 0;
    return route.fulfill({ json: { ...real, seats: isBehind ? exact : { used, held, ...exact } } });
  });
  await page.goto(`/organizations/${organization}/members`);
  await expect(page.getByRole("row", { name: /Grace Hopper/ })).toBeVisible();
  await expect(page.getByText("3 of 10 seats in use")).toBeVisible();
  await recordSeats(page);
  isBehind = true;
  await remove(page, "Grace Hopper");
  await expect(page.getByText("2 of 10 seats in use")).toBeVisible();
  await expect.poll(() => answers).toBeGreaterThan(1);
  const uncounted = "In use 2Free 8 / Members Invitations Departures";
  expect((await shownSeats(page)).at(-1)).toBe(uncounted);
  await checkPage(page, "members-uncounted");
  isBehind = false;
  await expect.poll(async () => (await shownSeats(page)).at(-1)).toBe(seen(1, 1, 8));
  expect(await shownSeats(page)).toEqual([seen(2, 1, 7), uncounted, seen(1, 1, 8)]);
});
