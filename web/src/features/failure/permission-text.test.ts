import { permissions, type Rule } from "@muster/core/base/permission.ts";
import { expect, test } from "vitest";
import { permissionText } from "./permission-text.ts";

test("every permission that only some members have is described, and no other", () => {
  const rules: [string, Rule][] = Object.entries(permissions);
  const ofSome = rules.filter(([, { owner, read }]) => owner !== undefined && (read === undefined || read === "led"));
  const untold = ofSome.map(([action]) => action).filter((action) => !(action in permissionText));
  expect(untold, "Describe it in web/src/features/failure/permission-text.ts.").toEqual([]);
  expect(Object.keys(permissionText)).toEqual(ofSome.map(([action]) => action));
});
