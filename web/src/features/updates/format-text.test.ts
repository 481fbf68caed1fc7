import { expect, test } from "vitest";
import { type Change, code, link, prefix, wrap } from "./format-text.ts";

/** A field as text, with the selection between brackets. */
function field(text: string) {
  const start = text.indexOf("[");
  const value = text.replace("[", "").replace("]", "");
  return { value, selectionStart: start, selectionEnd: text.indexOf("]") - 1 };
}

function after(text: string, change: (at: ReturnType<typeof field>) => Change) {
  const at = field(text);
  const { from, to, text: inserted, select } = change(at);
  const value = at.value.slice(0, from) + inserted + at.value.slice(to);
  return `${value.slice(0, select[0])}[${value.slice(...select)}]${value.slice(select[1])}`;
}

test.each([
  ["a [b] c", "a **[b]** c"],
  ["a **[b]** c", "a [b] c"],
  ["[]", "**[bold text]**"],
])("bold: %s", (before, expected) => {
  expect(after(before, (at) => wrap(at, "**", "bold text"))).toBe(expected);
});

test.each([
  ["see [notes]", "see \\notes\\([https://])"],
  ["see []", "see \\[text]\\(https://)"],
  ["see [https://a.example]", "see \\[text]\\(https://a.example)"],
])("link: %s", (before, expected) => {
  const { from, to, text, select } = link(field(before));
  const value = field(before).value.slice(0, from) + text + field(before).value.slice(to);
  const [start, end] = select;
  const marks = value.replace(/\[(.*)\]\(/, "\\$1\\(");
  expect(`${marks.slice(0, start)}[${marks.slice(start, end)}]${marks.slice(end)}`).toBe(expected);
});

test.each([
  ["one\nt[]wo", "one\n- two[]"],
  ["[one\ntwo]\nthree", "[- one\n- two]\nthree"],
  ["[- one\n- two]", "[one\ntwo]"],
])("list: %j", (before, expected) => {
  expect(after(before, (at) => prefix(at, "- "))).toBe(expected);
});

test.each([
  ["a [b] c", "a `[b]` c"],
  ["[a\nb]", "```\n[a\nb]\n```"],
  ["x [a\nb]", "x \n```\n[a\nb]\n```"],
])("code: %j", (before, expected) => {
  expect(after(before, code)).toBe(expected);
});
