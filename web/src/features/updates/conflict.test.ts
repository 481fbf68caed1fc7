import { expect, test } from "vitest";
import { conflictOf, isDecided, withChoice, withTyped, writtenAs } from "./conflict.ts";

const ada = `acc_${"0".repeat(25)}1`;
const form = (title: string, content: string, tags: string[] = []) => ({
  title,
  text: { content, mentions: {} },
  tags,
});
const saved = (title: string, content: string, tags: string[] = []) => ({
  title,
  content,
  tags,
  names: {},
  revision: 4,
});

test("a field that both have changed is to be decided, with both texts; what only they changed is taken over", () => {
  const found = conflictOf(form("A", "One."), form("A", "Mine."), saved("B", "Theirs.", ["x"]));
  expect(found.disputes).toEqual([{ field: "content", mine: "Mine.", theirs: "Theirs." }]);
  expect(found.taken).toEqual(["title", "tags"]);
  expect(isDecided(found)).toBe(false);
  expect(isDecided(withChoice(found, "content", "mine"))).toBe(true);
});

test("what both say, or only this window changed, is no question", () => {
  const found = conflictOf(form("A", "One."), form("C", "Same."), saved("A", "Same."));
  expect([found.disputes, found.taken, isDecided(found)]).toEqual([[], [], true]);
});

test("a draft of long ago is asked about everything that differs, and nothing is taken over", () => {
  const found = conflictOf(undefined, form("A", "Mine.", ["x"]), saved("B", "Theirs.", ["x"]));
  expect(found.disputes.map(({ field }) => field)).toEqual(["title", "content"]);
  expect(found.taken).toEqual([]);
});

test("what is typed after a choice stays when the other side is looked at", () => {
  const found = conflictOf(form("A", "One."), form("A", "Mine."), saved("A", "Theirs."));
  const mine = withTyped(withChoice(found, "content", "mine"), form("A", "Mine, and more."));
  expect(mine.disputes[0]).toMatchObject({ mine: "Mine, and more.", theirs: "Theirs.", choice: "mine" });
  const theirs = withTyped(withChoice(mine, "content", "theirs"), form("A", "Theirs, changed."));
  expect(theirs.disputes[0]).toMatchObject({ mine: "Mine, and more.", theirs: "Theirs." });
});

test("what is typed before a choice stays when a side is looked at", () => {
  const found = conflictOf(form("A", "One."), form("A", "Mine."), saved("A", "Theirs."));
  const typed = withTyped(found, form("A", "Mine, and more."));
  expect(typed.disputes).toEqual([{ field: "content", mine: "Mine, and more.", theirs: "Theirs." }]);
});

test("somebody mentioned after the conflict appeared stays a name", () => {
  const bob = `acc_${"0".repeat(25)}2`;
  const found = conflictOf(form("A", "One."), form("A", "Mine."), saved("A", `For @${ada}.`));
  const named = { saved: found.saved, taken: found.taken, disputes: found.disputes, names: { [ada]: "Ada" } };
  const written = { title: "A", text: { content: "Hi @Bob", mentions: { Bob: bob } }, tags: [] };
  const { disputes, names } = withTyped(named, written);
  expect(writtenAs("content", disputes[0]?.mine, names)).toEqual({ text: written.text });
  expect(writtenAs("content", disputes[0]?.theirs, names)).toEqual({
    text: { content: "For @Ada.", mentions: { Ada: ada } },
  });
});

test("mentions are names in the form, also those of the other window", () => {
  const mine = { title: "A", text: { content: "Hi @Ada", mentions: { Ada: ada } }, tags: [] };
  const theirs = { title: "A", content: `Hello @${ada}`, tags: [], names: { [ada]: "Ada L" }, revision: 1 };
  const { disputes, names } = conflictOf(form("A", ""), mine, theirs);
  expect(disputes[0]).toMatchObject({ mine: `Hi @${ada}`, theirs: `Hello @${ada}` });
  expect(writtenAs("content", disputes[0]?.theirs, names)).toEqual({
    text: { content: "Hello @Ada", mentions: { Ada: ada } },
  });
});
