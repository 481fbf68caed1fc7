import { permissions, type Rule } from "@muster/core/base/permission.ts";
import { expect, test } from "vitest";
import { permissionText } from "./permission-text.ts";

test("every right that only some members have is said in words, and no other", () => {
  const rules: [string, Rule][] = Object.entries(permissions);
  const ofSome = rules.filter(([, rule]) => rule.owner !== undefined && rule.read === undefined);
  expect(Object.keys(permissionText)).toEqual(ofSome.map(([action]) => action));
});
