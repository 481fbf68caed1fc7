import { expect, test } from "vitest";
import { revocationText } from "./revocation-text.ts";

test("a confirmation names how many invitations end, and says nothing of none", () => {
  const text = (revoked: number, isComplete = true) => revocationText({ revoked, keepable: 0, isComplete }, "Grace");
  expect([text(0), text(1), text(3), text(1200, false)]).toEqual([
    undefined,
    "1 pending invitation from Grace will be revoked.",
    "3 pending invitations from Grace will be revoked.",
    "At least 1,200 pending invitations from Grace will be revoked.",
  ]);
});
