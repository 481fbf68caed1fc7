import { expect, test } from "vitest";
import { toImportRules, toImportValues } from "./import-values.ts";

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
