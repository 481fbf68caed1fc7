import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { answered } from "./api.ts";
import { expect, foundOrganization, newAddress, test } from "./fixtures.ts";
import { intercept } from "./intercept.ts";
import { checkPage, takePicture } from "./page-check.ts";
import { join } from "./people.ts";
import { refusal } from "./pretend.ts";
import { subscribe } from "./stripe-pages.ts";

/** Changes the seats on the billing page, for the displayed price. */
async function change(page: Page, organization: string, seats: number, button: RegExp) {
  await page.goto(`/organizations/${organization}/billing`);
  await page.getByRole("spinbutton", { name: "Change seats" }).fill(String(seats));
  const confirm = page.getByRole("region", { name: "Price" }).getByRole("button", { name: button });
  await expect(confirm).toBeEnabled();
  await answered(page, /\/billing\/resize$/, () => confirm.click());
  await expect(page.getByText(`Acme now has ${seats} seats`)).toBeVisible();
}

const ledgerOf = (organization: string) => `/organizations/${organization}/billing/ledger`;

test("two admins change seats, and a third reads who did what and for how much", async ({
  person: { page, email },
  otherBrowser,
  browser,
}, info) => {
  const organization = await subscribe(page, 4);
  const grace = await join(page, organization, otherBrowser, {
    email: `grace.${email}`,
    name: "Grace Hopper",
    role: "admin",
  });
  await change(grace, organization, 6, /^Pay \$[\d.]+ with Visa 4242 and add 2 seats$/);
  await grace.close();
  const alan = await join(page, organization, otherBrowser, {
    email: `alan.${email}`,
    name: "Alan Turing",
    role: "admin",
  });
  await change(alan, organization, 9, /^Pay \$[\d.]+ with Visa 4242 and add 3 seats$/);

  await page.goto(`/organizations/${organization}/billing`);
  // it arrives above the link, and moves it
  await expect(page.getByRole("list", { name: "Lines of the upcoming invoice" })).toBeVisible();
  await page.getByRole("link", { name: "Seat ledger" }).click();
  await expect(page.getByRole("heading", { name: "Seat ledger", level: 1 })).toBeVisible();
  const items = page.getByRole("main").getByRole("region").locator("li:has(> div > ul)");
  await expect(items).toHaveText([
    /Alan Turing added 3 seats.*6.*to.*9 seats.*Shown and charged: \$/,
    /Grace Hopper added 2 seats.*4.*to.*6 seats.*Shown and charged: \$/,
    /bought 4 seats.*\$40\.00/,
  ]);
  await expect(page.getByRole("img", { name: /^4 seats on .+, 9 now, 9 at most\. 3 changes\.$/ })).toBeVisible();
  await checkPage(page, "ledger");
  const months = page.getByRole("region", { name: "Payments by month" });
  await months.getByRole("link").first().click();
  await expect(page.getByRole("heading", { name: /^Statement of /, level: 1 })).toBeVisible();
  await expect(page.getByRole("region", { name: "Payments" }).getByText("USD")).toBeVisible();
  await expect(items).toHaveCount(3);
  await page.emulateMedia({ media: "print" });
  const printed = await items
    .locator("time")
    .first()
    .evaluate((one) => [getComputedStyle(one).fontSize, getComputedStyle(one, "::after").content]);
  expect(printed).toEqual(["0px", expect.stringMatching(/\d{4}/)]);
  await page.emulateMedia({ media: "screen" });
  await expect(page.getByRole("button", { name: "Print" })).toBeVisible();
  await checkPage(page, "statement");
  await page.goto(`${ledgerOf(organization)}?month=2001-01`);
  await expect(page.getByText("No invoice was made in this month.")).toBeVisible();
  await page.getByRole("link", { name: "All invoices" }).click();
  await expect(items).toHaveCount(3);

  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download CSV" }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^acme-ledger-\d{4}-\d\d-\d\d\.csv$/);
  const rows = (await readFile(await file.path(), "utf8")).trim().split("\r\n");
  expect(rows[0]).toContain("invoice,date,status,description,seats,amount");
  expect(rows.filter((row) => row.includes("Grace Hopper"))).toHaveLength(2);
  expect(rows.filter((row) => row.includes("Alan Turing"))).toHaveLength(2);

  const context = await browser.newContext({ baseURL: String(info.project.use.baseURL) });
  const reader = await join(page, organization, context, { email: newAddress(info), name: "Barbara Liskov" });
  await reader.goto(ledgerOf(organization));
  await expect(reader.getByRole("heading", { name: "You don’t have access to this page" })).toBeVisible();
  await context.close();
});

test("what Stripe changed, charged otherwise, or left out of the lines is marked, and older invoices follow", async ({
  person: { page },
  watcher,
}) => {
  watcher.allowRefusals(500);
  const organization = await foundOrganization(page, "Acme");
  await page.goto(ledgerOf(organization));
  await expect(page.getByRole("heading", { name: "No invoices yet" })).toBeVisible();
  await checkPage(page, "ledger-empty");

  await intercept(page, /\/billing$/, async (route) => {
    const real = await route.fetch();
    const seats = { paid: 3, capacity: 3, committed: 1, minimum: 1 };
    return route.fulfill({ response: real, json: { ...(await real.json()), customer: true, seats } });
  });
  const list = /\/billing\/ledger(\?|$)/;
  const api = (url: URL) => url.pathname.startsWith("/api/") && list.test(url.pathname + url.search);
  await intercept(page, api, (route) => route.fulfill(refusal(500, "internal.error")));
  await page.goto(ledgerOf(organization));
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
  await intercept(page, api, (route) => {
    const isFirst = !route.request().url().includes("cursor=");
    const json = isFirst ? { items: pretended, next: "in_older" } : { items: [older] };
    return route.fulfill({ json });
  });
  await page.getByRole("button", { name: "Try again" }).click();
  const newest = page.getByRole("region", { name: "DE2WKYGX-0004" });
  await expect(newest.getByText("Changed at Stripe, outside Muster")).toBeVisible();
  await expect(newest.getByText(/^Shown \$20\.00, charged \$16\.00, \$4\.00 less:/)).toBeVisible();
  await expect(newest.getByText("Not made: not paid")).toBeVisible();
  await expect(newest.getByText("On the invoice, but not in its lines")).toBeVisible();
  await expect(newest.getByText("From the balance")).toBeVisible();
  await expect(page.getByText("changed at Stripe, or by a change that the next invoice contains")).toBeVisible();
  await checkPage(page, "ledger-marked");
  await page.getByRole("button", { name: "Show older" }).click();
  await expect(page.getByRole("region", { name: "DE2WKYGX-0001" }).getByText(/bought 5 seats/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Show older" })).toBeHidden();
  await takePicture(page, "ledger-older");
});

const usd = (amount: number) => ({ amount, currency: "usd" });
const day = (on: number) => `2026-11-${String(on).padStart(2, "0")}T09:00:00.000Z`;
const account = (name: string) => ({ account: `acc_${"0".repeat(26)}`, name, isMember: name !== "Alan Turing" });

const changed = (operation: string, more: object) => ({
  operation,
  cause: "request",
  by: account("Grace Hopper"),
  from: 5,
  to: 7,
  plan: "monthly",
  requestedAt: day(9),
  endedAt: day(9),
  ...more,
});

let lines = 0;
const line = (amount: number, more: object) => ({
  id: `il_${++lines}`,
  amount,
  discount: 0,
  tax: 0,
  quantity: 7,
  isProration: true,
  description: "Remaining time on 7 × Monthly after 9 Nov 2026",
  startsAt: day(9),
  endsAt: "2026-12-01T09:00:00.000Z",
  ...more,
});

const invoice = (number: number, more: object) => ({
  id: `in_${number}`,
  number: `DE2WKYGX-000${number}`,
  createdAt: day(number * 3),
  status: "paid",
  currency: "usd",
  ...more,
});

const grew = changed("op_2", { purpose: "import", shown: usd(2_000), charged: usd(1_600) });
const unpaid = changed("op_3", { from: 7, to: 40, by: account("Alan Turing"), dropped: "unpaid", endedAt: day(10) });
const pretended = [
  invoice(4, {
    total: 32_790,
    balance: -2_000,
    due: 30_790,
    unexplained: 190,
    lines: [
      line(-2_100, {
        quantity: 5,
        description: "Unused time on 5 × Monthly after 9 Nov 2026",
        change: grew,
        discount: -200,
        tax: -80,
      }),
      line(3_700, { change: grew, discount: 400, tax: 100 }),
      line(1_400, { quantity: 2, outside: "stripe", description: "2 × Monthly" }),
      line(29_780, { quantity: 40, change: unpaid }),
    ],
  }),
];
const older = invoice(1, {
  total: 5_000,
  balance: 0,
  due: 5_000,
  lines: [
    line(5_000, {
      quantity: 5,
      isProration: false,
      description: "5 × Monthly",
      startsAt: day(1),
      change: changed("op_1", { cause: "checkout", from: 0, to: 5, requestedAt: day(1), endedAt: day(1) }),
    }),
  ],
});
