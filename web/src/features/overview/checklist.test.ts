import { describe, expect, test } from "vitest";
import { type Facts, isNamed, type Step, stepsOf, viewOf } from "./checklist.ts";

const fresh: Facts = {
  account: { id: "acc_ada", name: "Ada", email: "ada@example.com" },
  seats: { used: 1, held: 0 },
  managers: 1,
  hasEnded: false,
};
const done = (change: Partial<Facts>) =>
  stepsOf({ ...fresh, ...change })
    .filter(({ isDone }) => isDone)
    .map(({ name }) => name);

describe("a step is done", () => {
  test("once its fact is true, and none before", () => {
    expect(done({})).toEqual(["create"]);
    expect(done({ account: { ...fresh.account, name: "Ada Lovelace" } })).toEqual(["create", "name"]);
    expect(done({ seats: { ...fresh.seats, held: 1 } })).toEqual(["create", "invite"]);
    expect(done({ hasEnded: true })).toEqual(["create", "invite"]);
    expect(done({ managers: 2 })).toEqual(["create", "share"]);
  });

  test("even if nothing is pending anymore: everybody who joined was invited", () => {
    expect(done({ seats: { ...fresh.seats, used: 2 } })).toEqual(["create", "invite", "join"]);
  });
});

describe("a name that was made from the address", () => {
  test.each([
    ["ada@example.com", "Ada"],
    ["ada.1815@example.com", "Ada 1815"],
    ["info@example.com", "Info"],
    ["--@example.com", "New person"],
  ])("of %s, %s, is not one yet", (email, name) => {
    expect(isNamed({ email, name })).toBe(false);
  });

  test.each([
    ["ada.lovelace@example.com", "Ada Lovelace"],
    ["ada@example.com", "Ada L."],
    ["info@example.com", "Cher"],
  ])("of %s, %s, is one", (email, name) => {
    expect(isNamed({ email, name })).toBe(true);
  });
});

describe("a checklist", () => {
  const open: Step[] = [
    { name: "create", isDone: true },
    { name: "join", isDone: false },
  ];
  const closed: Step[] = [{ name: "create", isDone: true }];

  test("is shown while a step is open, until it is dismissed", () => {
    expect([viewOf(undefined, open), viewOf("open", open)]).toEqual(["steps", "steps"]);
    expect(viewOf("over", open)).toBe("nothing");
  });

  test("confirms when its last step was done, only if it was seen before", () => {
    expect(viewOf("open", closed)).toBe("sign");
    expect([viewOf(undefined, closed), viewOf("over", closed)]).toEqual(["nothing", "nothing"]);
  });

  test("says nothing before the facts are known", () => {
    expect(viewOf("open", undefined)).toBe("nothing");
  });
});
