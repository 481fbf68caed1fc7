import { QueryClient } from "@tanstack/react-query";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Member } from "#lib/people.ts";
import { openBrowser } from "#testing/browser.ts";

let showLead: typeof import("./use-team.ts").showLead;
let teamMembersQuery: typeof import("#lib/teams.ts").teamMembersQuery;
beforeAll(async () => {
  openBrowser();
  ({ showLead } = await import("./use-team.ts"));
  ({ teamMembersQuery } = await import("#lib/teams.ts"));
});
afterAll(() => void vi.unstubAllGlobals());

const [organization, team, other] = ["org_1", "team_1", "team_2"] as const;
const member = (account: Member["account"], isLead: boolean): Member => ({
  account,
  name: account,
  color: "teal",
  role: "write",
  teams: [team, other].map((id) => ({ id, name: id, isLead })),
  joinedAt: "2026-11-24T09:00:00.000Z",
});

/** Returns who is in the lists of all members, of a search and of the leads afterwards, and whether they lead each team. */
function shownAfter(change: { account: string; isLead: boolean }) {
  const client = new QueryClient();
  const [ada, bob] = [member("acc_ada", true), member("acc_bob", false)];
  const lists = [
    { query: teamMembersQuery(organization, team), items: [ada, bob] },
    { query: teamMembersQuery(organization, team, "ad"), items: [ada] },
    { query: teamMembersQuery(organization, team, "", true), items: [ada] },
    { query: teamMembersQuery(organization, other, "", true), items: [ada] },
  ];
  for (const { query, items } of lists) {
    client.setQueryData(query.queryKey, { pages: [{ items }], pageParams: [undefined] });
  }
  showLead(client, organization, team, change);
  return lists.map(({ query }) =>
    client
      .getQueryData(query.queryKey)
      ?.pages.flatMap(({ items }) => items.map(({ account, teams }) => [account, ...teams.map((one) => one.isLead)])),
  );
}

test("who no longer leads a team leaves the list of its leads, and stays among its members", () => {
  expect(shownAfter({ account: "acc_ada", isLead: false })).toEqual([
    [
      ["acc_ada", false, true],
      ["acc_bob", false, false],
    ],
    [["acc_ada", false, true]],
    [],
    [["acc_ada", true, true]],
  ]);
});

test("a new lead is shown as one where they are listed, and nobody leaves a list", () => {
  expect(shownAfter({ account: "acc_bob", isLead: true })).toEqual([
    [
      ["acc_ada", true, true],
      ["acc_bob", true, false],
    ],
    [["acc_ada", true, true]],
    [["acc_ada", true, true]],
    [["acc_ada", true, true]],
  ]);
});
