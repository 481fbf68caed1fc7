import { expect, test } from "vitest";
import { readFilter } from "./filter.ts";

test("the URL holds search, role, team and order", () => {
  const filter = { search: "ada", role: "admin", team: "team_1", sort: "joined" };
  expect(readFilter({ ...filter, dialog: "invite" })).toEqual(filter);
});

test.each([[{ role: "king" }], [{ sort: "height" }], [{ search: "" }], [{ search: 7 }], [{ team: "1" }], [{}]])(
  "%j filters nothing",
  (search) => {
    expect(readFilter(search)).toEqual({});
  },
);

test("a search is no longer than the API allows", () => {
  expect(readFilter({ search: "x".repeat(101) }).search).toHaveLength(100);
});
