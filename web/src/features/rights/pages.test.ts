import { permissions, type Rule } from "@muster/core/base/permission.ts";
import { roles } from "@muster/core/base/role.ts";
import { expect, test } from "vitest";
import { addressOf, type PageId, pageAt, pages, pagesFor, pagesOfAll, samePageIn } from "./pages.ts";

const owned = { id: "org_2", role: "owner" } as const;
const ids = Object.keys(pages) as PageId[];

test.each([
  ["/organizations/org_1", "/organizations/org_2"],
  ["/organizations/org_1/", "/organizations/org_2"],
  ["/organizations/org_1/members", "/organizations/org_2/members"],
  ["/organizations/org_1/settings/general", "/organizations/org_2/settings/general"],
  ["/organizations/org_1/settings/imports", "/organizations/org_2/settings/imports"],
  ["/organizations/org_1/imports", "/organizations/org_2/imports"],
  ["/organizations/org_1/devices/dev_1", "/organizations/org_2/devices"],
  ["/organizations/org_1/imports/imp_1", "/organizations/org_2/imports"],
  ["/organizations/org_1/departures/dpt_1", "/organizations/org_2/departures"],
  ["/organizations/org_1/billing/ledger", "/organizations/org_2/billing/ledger"],
  ["/organizations/org_1/teams/team_1", "/organizations/org_2/teams"],
  ["/organizations/new", "/organizations/org_2"],
  ["/account", "/organizations/org_2"],
  ["/", "/organizations/org_2"],
])("on %s, switching organizations opens %s", (path, there) => {
  expect(samePageIn(owned, path)).toBe(there);
});

test.each(roles)("the role %s sees the pages that the permission table opens to it", (role) => {
  const allowed = ids.filter((id) => (permissions[pages[id].permission] as Rule)[role] !== undefined);
  expect(pagesFor(role).map(({ id }) => id)).toEqual(allowed);
});

test.each(roles)("switching to an organization as %s stays on the page if that role may see it", (role) => {
  const seen = pagesFor(role).map(({ id }) => id);
  for (const id of ids) {
    const there = samePageIn({ id: "org_2", role }, addressOf(pages[id], "org_1"));
    const { within = "overview" } = pagesFor("owner").find((page) => page.id === id) ?? {};
    const nearest = seen.includes(within) ? within : "overview";
    expect(there).toBe(addressOf(pages[seen.includes(id) ? id : nearest], "org_2"));
  }
});

test("a page matches its address and those below it", () => {
  expect(ids.map((id) => pageAt(addressOf(pages[id], "org_1"))?.id)).toEqual(ids);
  expect(pageAt("/organizations/org_1/teams/team_1")?.id).toBe("teams");
  expect(pageAt("/organizations/org_1/teamsters")?.id).toBe("overview");
  expect(pageAt("/account")).toBeUndefined();
});

test("the first pages are those of every role, and then some see others", () => {
  const shown = roles.map((role) => pagesFor(role).filter(({ within }) => within === undefined));
  const starts = (count: number) =>
    new Set(
      shown.map((some) =>
        some
          .slice(0, count)
          .map(({ id }) => id)
          .join(),
      ),
    );
  expect(starts(pagesOfAll).size).toBe(1);
  expect(starts(pagesOfAll + 1).size).toBeGreaterThan(1);
});
