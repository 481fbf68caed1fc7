import { expect, test } from "vitest";
import { readActivityFilter } from "./filter.ts";

test.each([
  [{}, {}],
  [
    { about: "teams", of: "acc_01JD" },
    { about: "teams", of: "acc_01JD" },
  ],
  [{ about: "everything", of: "system#work" }, {}],
  [{ about: 5, of: ["acc_01JD"] }, {}],
  [{ of: "acc_01JD\n" }, {}],
])("the filter of activity in the URL is read as far as it is valid (%j)", (search, filter) => {
  expect(readActivityFilter(search)).toEqual(filter);
});
