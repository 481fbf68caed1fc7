import { expect, test } from "vitest";
import { changedFields, mergeImports, toImportRules, toImportValues } from "./import-values.ts";

const setting = { role: "read", lifetimeDays: 7 } as const;

test("nobody is an empty choice, and is left out of the request", () => {
  const values = toImportValues(setting);
  expect(values).toEqual({ runAs: "", role: "read", lifetimeDays: "7" });
  expect(toImportRules(values)).toEqual(setting);
  expect(toImportRules({ ...values, runAs: "acc_1", role: "write" })).toEqual({
    runAs: "acc_1",
    role: "write",
    lifetimeDays: 7,
  });
});

test("what both changed is asked, what one changed is kept", () => {
  const base = toImportValues(setting);
  const mine = { ...base, runAs: "acc_1", role: "write" };
  const theirs = { ...base, runAs: "acc_2", lifetimeDays: "3" };
  const { values, disputes } = mergeImports({ base, mine, theirs });
  expect(values).toEqual({ runAs: "acc_1", role: "write", lifetimeDays: "3" });
  expect(disputes).toEqual([{ field: "runAs", mine: "acc_1", theirs: "acc_2" }]);
  expect(changedFields(theirs, values)).toEqual(["runAs", "role"]);
});
