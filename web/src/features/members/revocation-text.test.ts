import { describe, expect, test } from "vitest";
import { keepText, revocationText, roleRevocationText } from "./revocation-text.ts";

const some = "Some pending invitations from Grace may be revoked.";

test("a confirmation names how many invitations end, and says nothing of none", () => {
  const text = (revoked: number, isComplete = true) => revocationText({ revoked, keepable: 0, isComplete }, "Grace");
  expect([text(0), text(1), text(3), text(1200, false)]).toEqual([
    undefined,
    "1 pending invitation from Grace will be revoked.",
    "3 pending invitations from Grace will be revoked.",
    "At least 1,200 pending invitations from Grace will be revoked.",
  ]);
});

test("none among the first of many is not none", () => {
  expect(revocationText({ revoked: 0, keepable: 0, isComplete: false }, "Grace")).toBe(some);
});

describe("with a lower role", () => {
  const text = (revoked: number, keepable: number, { isComplete = true, isKeeping = true } = {}) =>
    roleRevocationText({ revoked, keepable, isComplete }, "Grace", isKeeping);

  test("what is kept does not end", () => {
    expect([text(3, 2), text(3, 3), text(3, 2, { isKeeping: false })]).toEqual([
      "1 pending invitation from Grace will be revoked.",
      "No invitation from Grace will be revoked.",
      "3 pending invitations from Grace will be revoked.",
    ]);
  });

  test("what is kept of the first of many says nothing about the others", () => {
    expect([text(3, 3, { isComplete: false }), text(0, 0, { isComplete: false, isKeeping: false })]).toEqual([
      some,
      some,
    ]);
    expect(keepText({ revoked: 3, keepable: 3, isComplete: false })).toBe(
      "Keep at least 3 invitations, with you as the inviter",
    );
    expect(keepText({ revoked: 3, keepable: 1, isComplete: true })).toBe("Keep 1 invitation, with you as the inviter");
  });
});
