import { daySeconds, minuteSeconds } from "@muster/core/base/duration.ts";
import type { Page } from "@playwright/test";
import { call } from "./api.ts";
import { expect, signIn, signInClient, test, visit } from "./fixtures.ts";
import { checkPage } from "./page-check.ts";
import { enroll } from "./people.ts";
import { cards, comeBack, fillCard, makeCode, passDays, seeAt, stripeOf, subscribe, useCard } from "./stripe-pages.ts";

const level = { level: 1, exact: true } as const;
const minutes = (count: number) => (count * minuteSeconds) / daySeconds;

// the tests move the same clock
test.describe.configure({ mode: "default" });

test("seats are bought, changed, past due, paid and canceled", async ({
  person: { page, email },
  newClient,
  watcher,
}) => {
  watcher.allowRefusals(400, 401, 402, 404, 409);
  const costs = page.getByRole("region", { name: "Price" });
  const wanted = page.getByRole("spinbutton", { name: "Change seats" });

  await page.goto("/organizations/new");
  await page.getByLabel("Name").fill("Acme");
  await page.getByRole("button", { name: "Create organization" }).click();
  await page.getByRole("spinbutton", { name: "Seats" }).fill("6");
  await page.getByRole("button", { name: "One seat fewer" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("radio", { name: /^Yearly/ }).check();
  await page.reload();
  await expect(page.getByText("$480.00 each year")).toBeVisible();
  await page.getByRole("button", { name: "Continue to payment" }).click();

  await fillCard(page, cards.declined);
  const stripe = new URL(page.url()).origin;
  await page.getByRole("button", { name: "Subscribe" }).click();
  await expect(page.getByRole("alert")).toContainText("declined");
  await page.getByRole("link", { name: "← Back" }).click();
  await expect(page.getByRole("heading", { name: "Your order is waiting for payment" })).toBeVisible();
  const billing = new URL(page.url()).pathname;
  const id = billing.split("/")[2] ?? "";
  await page.getByRole("button", { name: "Continue payment" }).click();
  await fillCard(page, cards.good);
  await page.getByRole("button", { name: "Subscribe" }).click();
  await expect(page.getByRole("heading", { name: "Acme has 5 seats", ...level })).toBeVisible();
  await page.getByRole("link", { name: "See billing" }).click();
  await expect(page.getByRole("region", { name: "Yearly plan" })).toContainText("$480.00");

  await test.step("the displayed price is charged to the cent, even if time passes in between", async () => {
    await passDays(page, stripe, 40);
    await comeBack(page, email, billing, "Active");
    await wanted.fill("8");
    const shown = await amountShown(page);
    await passDays(page, stripe, minutes(20));
    await costs.getByRole("button", { name: `Pay ${shown} with Visa 4242 and add 3 seats` }).click();
    await expect(page.getByText("Acme now has 8 seats")).toBeVisible();
    await expect(invoices(page).first()).toContainText(shown);

    await page.getByRole("button", { name: "One seat more" }).click();
    const first = await amountShown(page);
    await passDays(page, stripe, minutes(40));
    await costs.getByRole("button", { name: /^Pay/ }).click();
    await expect(costs.getByText("You were not charged: the price has changed")).toBeVisible();
    await expect(invoices(page).first()).toContainText(shown);
    const anew = await amountShown(page);
    await costs.getByRole("button", { name: /^Pay/ }).click();
    await expect(page.getByText("Acme now has 9 seats")).toBeVisible();
    await expect(invoices(page).first()).toContainText(anew);
    expect(Number(anew.slice(1))).toBeLessThanOrEqual(Number(first.slice(1)));
  });

  await test.step("fewer seats than are in use are refused with the reason, others count at once", async () => {
    for (const name of ["Grace", "Edsger", "Barbara"]) {
      await enroll(page, id, await newClient(), { email: `${name.toLowerCase()}.${email}`, name });
    }
    // somebody who has just accepted counts as invited for another moment
    const seats = () => call(page.request, "GET", `/organizations/${id}`);
    await expect.poll(seats).toMatchObject({ seats: { used: 4, held: 0 } });
    await page.reload();
    await wanted.fill("3");
    await expect(page.getByText("4 members, so you need at least 4 seats.")).toBeVisible();
    await expect(costs).toBeHidden();
    await wanted.fill("5");
    await costs.getByRole("button", { name: "Reduce to 5 seats" }).click();
    await expect(page.getByText("Acme now has 5 seats")).toBeVisible();
    const upcoming = page.getByRole("region", { name: "Upcoming invoice" });
    await expect(upcoming.getByRole("listitem").filter({ hasText: "Unused time on 9" })).toContainText("-$");
    await expect(upcoming.getByRole("listitem").last()).toContainText("$480.00");
  });

  await test.step("a discount code: wrong, expired, used up, and valid", async () => {
    const soon = String(Math.floor(Date.now() / 1_000) + 41 * daySeconds);
    const [good, over] = [`GOOD${Date.now()}`, `SOON${Date.now()}`];
    await makeCode(page, stripe, good, { max_redemptions: "1" });
    await makeCode(page, stripe, over, { expires_at: soon });
    await passDays(page, stripe, 2);
    const take = async (code: string, name = "Apply") => {
      await page.getByLabel("Code", { exact: true }).fill(code);
      await page.getByRole("button", { name }).click();
    };
    await take("NO-SUCH-CODE");
    await expect(page.getByText("Code not found.")).toBeVisible();
    await take(over);
    await expect(page.getByText("This code has expired.")).toBeVisible();
    await take(good);
    await expect(page.getByText(`The code ${good} was applied`)).toBeVisible();
    await page.reload();
    await expect(page.getByRole("list", { name: "Active discounts" })).toContainText(good);
    await take(good, "Replace");
    await expect(page.getByText("This code already applies.")).toBeVisible();
  });

  await test.step("a payment fails: nobody can be invited, people can be removed, and once paid it works again", async () => {
    await useCard(page, cards.failsLater);
    await passDays(page, stripe, 324);
    await comeBack(page, email, billing, "The last payment failed.");
    await expect(page.getByRole("button", { name: "Invite people" })).toBeDisabled();
    await expect(wanted).toBeDisabled();
    expect(await inviting(page, id)).toBe("organization.frozen");
    await visit(page, `/organizations/${id}/members`);
    await page.getByRole("button", { name: "Actions for Grace" }).click();
    await page.getByRole("menuitem", { name: "Remove…" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await expect(page.getByRole("row", { name: /Grace/ })).toBeHidden();

    await page.getByRole("link", { name: "Pay", exact: true }).click();
    await page.getByRole("link", { name: "Pay the invoice" }).click();
    await fillCard(page, cards.good);
    await page.getByRole("button", { name: /^Pay \$/ }).click();
    await expect(page.getByText("paid", { exact: true })).toBeVisible();
    await seeAt(page, billing, "Active");
    await expect(page.getByRole("button", { name: "Invite people" })).toBeEnabled();
    expect(await inviting(page, id)).toBe("invited");
  });

  await test.step("canceled, it ends with its period: a grace period, then it is read-only", async () => {
    await useCard(page, cards.good);
    await page.getByRole("button", { name: "Cancel subscription" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Cancel subscription" }).click();
    await expect(page.getByText("Ends soon")).toBeVisible();
    await page.getByRole("button", { name: "Resume the subscription" }).click();
    await expect(page.getByText("Active", { exact: true })).toBeVisible();
    await page.getByRole("button", { name: "Cancel subscription" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Cancel subscription" }).click();
    await expect(page.getByText("Ends soon")).toBeVisible();
    await enroll(page, id, await newClient(), { email: `alan.${email}`, name: "Alan" });

    await passDays(page, stripe, 366);
    await comeBack(page, email, `/organizations/${id}`, "The subscription has ended.");
    await expect(page.getByRole("button", { name: "Invite people" })).toBeDisabled();
    await passDays(page, stripe, 15);
    await comeBack(page, email, `/organizations/${id}/settings/general`, "This organization is read-only.");
    await expect(page.getByLabel("Organization name")).toBeDisabled();
    await page.getByRole("link", { name: "Choose a plan" }).click();
    await expect(page.getByRole("heading", { name: "Choose a plan" })).toBeVisible();
  });
});

const invoices = (page: Page) =>
  page.getByRole("region", { name: "Invoices" }).getByRole("row").filter({ hasText: "$" });

/** Returns the amount due now, once it is shown. */
async function amountShown(page: Page) {
  const button = page.getByRole("region", { name: "Price" }).getByRole("button", { name: /^Pay \$/ });
  await expect(button).toBeEnabled();
  return /\$[\d.,]+/.exec((await button.textContent()) ?? "")?.[0] ?? "";
}

/** Returns the outcome of an invitation through the API. */
async function inviting(page: Page, organization: string) {
  const { origin } = new URL(page.url());
  const headers = { origin, "x-muster": "1" };
  const data = { invitations: [{ email: `someone-${Date.now()}@example.com` }] };
  const answer = await page.request.post(`/api/v1/organizations/${organization}/invitations`, { headers, data });
  const body = (await answer.json()) as { code?: string; items?: { outcome: string }[] };
  return body.code ?? body.items?.[0]?.outcome;
}

test("unused seats are found with what they cost, and reclaimed without the page", async ({
  person: { page, email },
  newClient,
}) => {
  const organization = await subscribe(page, 5);
  const api = `/organizations/${organization}`;
  const portal = await call<{ url: string }>(page.request, "POST", `${api}/billing/portal`, {});
  const stripe = new URL(portal.url).origin;
  const alan = await newClient();
  await enroll(page, organization, alan, { email: `grace.${email}`, name: "Grace Hopper" });
  await enroll(page, organization, alan, { email: `alan.${email}`, name: "Alan Turing" });
  await passDays(page, stripe, 25);
  // nobody is signed in anymore
  await page.goto("about:blank");
  await signIn(page, email);
  await signInClient(alan, `alan.${email}`);
  const invitations = [{ email: `kurt.${email}`, role: "read" }];
  await call(page.request, "POST", `${api}/invitations`, { invitations, lifetimeDays: 30 });
  await call(alan.request, "GET", api);
  await passDays(page, stripe, 20);
  await page.goto("about:blank");
  await signIn(page, email);
  await page.goto(`${api}/billing`);
  const unused = page.getByRole("region", { name: "Unused seats" });
  await unused.getByText("30 days").click();
  await unused.getByRole("button", { name: "Find unused seats" }).click();
  const found = unused.getByRole("list", { name: "Unused seats" });
  await expect(found.getByRole("listitem")).toHaveText([/Grace Hopper/, /kurt/]);
  await expect(unused.getByRole("heading").getByText("Unused seats")).toBeFocused();
  const kurt = found.getByRole("checkbox", { name: /kurt/ });
  await kurt.click();
  await unused.getByText("60 days").click();
  await unused.getByText("30 days").click();
  await expect(kurt).not.toBeChecked();
  await kurt.click();
  // scrolled, the header would cover parts of what is checked
  await page.setViewportSize({ width: 1280, height: 2_000 });
  await checkPage(page, "billing-unused", unused);
  await unused.getByRole("button", { name: "Reclaim 2 seats" }).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByRole("button", { name: "Reclaim 2 seats" }).click();
  await expect(dialog).toBeHidden();
  await page.goto("about:blank");

  const paid = async () => (await call<{ seats: { paid: number } }>(page.request, "GET", `${api}/billing`)).seats.paid;
  await expect.poll(paid).toBe(3);
  await page.goto(`${api}/billing`);
  const ended = "1 member was removed and 1 invitation was revoked. The subscription was reduced to 3 seats.";
  await expect(unused.getByText(ended)).toBeVisible();
  await checkPage(page, "billing-reclaimed", unused);
});

test("a payment after the end of a subscription is said to have bought nothing, and refunded by one click", async ({
  person: { page, email },
  watcher,
}) => {
  watcher.allowRefusals(401, 404);
  const organization = await subscribe(page, 3);
  const billing = `/organizations/${organization}/billing`;
  await page.goto(billing);
  await useCard(page, cards.failsLater);
  const stripe = await stripeOf(page, organization);
  await passDays(page, stripe, 32);
  await comeBack(page, email, billing, "The last payment failed.");
  const invoice = (await page.getByRole("link", { name: "Pay the invoice" }).getAttribute("href")) ?? "";
  await passDays(page, stripe, 40);
  await comeBack(page, email, billing, "Buy seats");
  await page.goto(invoice);
  await fillCard(page, cards.good);
  await page.getByRole("button", { name: /^Pay \$/ }).click();
  await expect(page.getByText("paid", { exact: true })).toBeVisible();

  await seeAt(page, billing, "Your payment of $30.00 bought nothing:");
  await checkPage(page, "billing-paid-late");
  await page.getByRole("button", { name: "Refund $30.00" }).click();
  await expect(page.getByText("$30.00 was refunded. It can take your bank some days to show it.")).toBeVisible();
  await expect(page.getByText("bought nothing")).toHaveCount(0);
  await expect(invoices(page).getByText("Refunded", { exact: true })).toBeVisible();
  await page.goto(`${billing}/ledger`);
  await expect(page.getByRole("main").getByText("Refunded", { exact: true }).first()).toBeVisible();
});
