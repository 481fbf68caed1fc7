import type { Page } from "@playwright/test";
import { call } from "./api.ts";
import { expect, foundOrganization, test, visit } from "./fixtures.ts";
import { enroll } from "./people.ts";

const names = ["Zuzana", "Łukasz", "Åsa"];
/** Ł is a kind of L for both; Å is a kind of A in Poland, and the last letter but two in Sweden. */
const orders = { "pl-PL": ["Åsa", "Łukasz", "Zuzana"], "sv-SE": ["Łukasz", "Zuzana", "Åsa"] };

test("members, teams and the people in a team are sorted by the reader's language", async ({
  person: { page, email },
  newClient,
}) => {
  const organization = await foundOrganization(page, "Acme");
  await call(page.request, "PATCH", "/account", { name: names[0] });
  for (const [index, name] of names.slice(1).entries()) {
    await enroll(page, organization, await newClient(), { email: `${index}.${email}`, name });
  }
  const team = await fillTeams(page, organization);

  for (const [locale, expected] of Object.entries(orders)) {
    await call(page.request, "PATCH", "/account", { locale });
    await page.goto(`/organizations/${organization}/members`);
    const rows = page.getByRole("table", { name: "Members" }).locator("tbody").getByRole("row");
    await expect(rows).toContainText(expected);
    await visit(page, `/organizations/${organization}/teams`);
    await expect(page.getByRole("list", { name: "Teams" }).getByRole("listitem")).toContainText(expected);
    await visit(page, `/organizations/${organization}/teams/${team}`);
    await expect(page.getByRole("list", { name: "Members" }).getByRole("listitem")).toContainText(expected);
  }
});

/** Creates a team with each name, and adds everybody to one of them. Returns its id. */
async function fillTeams(page: Page, organization: string) {
  const path = `/organizations/${organization}`;
  const made: string[] = [];
  for (const name of names) {
    const { id } = await call<{ id: string }>(page.request, "POST", `${path}/teams`, { name, description: "" });
    made.push(id);
  }
  const [team = ""] = made;
  const { items } = await call<{ items: { account: string }[] }>(page.request, "GET", `${path}/members`);
  const accounts = items.map(({ account }) => account);
  expect(accounts).toHaveLength(names.length);
  await call(page.request, "POST", `${path}/teams/${team}/members`, { accounts });
  return team;
}
