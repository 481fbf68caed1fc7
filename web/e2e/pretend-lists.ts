import type { Page } from "@playwright/test";
import { intercept } from "./intercept.ts";
import { idOf, inDays, memberAt } from "./many-members.ts";
import { pretendedBilling } from "./pretend-billing.ts";
import { pretended } from "./pretend-imports.ts";

/** Lists of an organization in the API's shape, each three pages long. */
const lists = {
  invitations: (index: number) => ({
    id: idOf("inv", index),
    email: `person-${index}@example.com`,
    role: "read",
    state: "pending",
    mail: "delivered",
    at: inDays(6),
  }),
  imports: (index: number) => ({ ...pretended.canceled, id: idOf("imp", index), fileName: `people-${index}.csv` }),
  rows: (index: number) => ({
    row: index,
    line: index + 2,
    email: `row-${index}@example.com`,
    outcome: "no_seat",
    message: "No seat available.",
  }),
  teams: teamAt,
  members: (index: number) => ({ ...memberAt(index), name: `Person ${String(index).padStart(3, "0")}` }),
  events: (index: number) => ({
    id: idOf("evt", 1_000 - index),
    at: inDays(-index),
    type: "organization.renamed",
    actor: idOf("acc", 0),
    data: { from: `Acme ${index + 1}`, to: `Acme ${index}` },
  }),
  invoices: (index: number) => ({
    id: `in_${index}`,
    number: `DE2WKYGX-${String(index).padStart(4, "0")}`,
    currency: "usd",
    status: "paid",
    total: 96_000,
    createdAt: inDays(-index),
  }),
};
const pageSizes = { invitations: 100, imports: 20, rows: 100, teams: 100, members: 100, events: 20, invoices: 20 };

export type List = keyof typeof lists;

function teamAt(index: number) {
  return {
    id: idOf("team", index),
    name: `Team ${String(index).padStart(3, "0")}`,
    description: "",
    members: 300,
    revision: 1,
    createdAt: inDays(-9),
    posting: "members",
    visibility: "open",
    own: { isMember: false, isLead: false },
    may: { edit: true, post: true },
  };
}

/** An organization whose every list is three pages long, with one team and one import. */
export async function pretendLists(page: Page) {
  const inOrganization = (path: string) => new RegExp(`/api/v1/organizations/org_\\w+/${path}(\\?.*)?$`);
  const answerWith = (path: string, body: (query: URLSearchParams) => object) =>
    intercept(page, inOrganization(path), (route) => {
      const answer = JSON.stringify(body(new URL(route.request().url()).searchParams));
      return route.fulfill({ status: 200, contentType: "application/json", body: answer });
    });
  const listAt = (path: string, name: List) =>
    answerWith(path, (query) => {
      const start = Number(query.get("cursor") ?? 0);
      const [size, entry] = [pageSizes[name], lists[name]];
      const items = Array.from({ length: size }, (_, index) => entry(start + index));
      return { items, ...(start + size < 3 * size && { next: String(start + size) }) };
    });

  await answerWith("teams/team_\\w+", () => teamAt(0));
  await answerWith("members/acc_\\w+", () => memberAt(0));
  await answerWith("imports/imp_\\w+", () => ({ ...pretended.done, counts: { no_seat: 300 }, rows: 300 }));
  await answerWith("updates", () => ({ items: [], names: {} }));
  await answerWith("feed/news", () => ({ version: "0" }));
  await answerWith("feed/visit", () => ({}));
  await answerWith("billing", () => pretendedBilling.active);
  await listAt("invitations", "invitations");
  await listAt("imports", "imports");
  await listAt("imports/imp_\\w+/rows", "rows");
  await listAt("teams", "teams");
  await listAt("members", "members");
  await listAt("events", "events");
  await listAt("billing/invoices", "invoices");
}
