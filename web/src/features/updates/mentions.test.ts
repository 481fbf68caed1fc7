import * as fc from "fast-check";
import { expect, test } from "vitest";
import { mentionAt, namesOf, toStored, toWritten, withMention } from "./mentions.ts";

const ada = { id: "acc_01ARZ3NDEKTSV4RRFFQ69G5FAV", name: "Ada Lovelace" };
const other = { id: "acc_01ARZ3NDEKTSV4RRFFQ69G5FAW", name: "Ada Lovelace" };
const short = { id: "acc_01ARZ3NDEKTSV4RRFFQ69G5FAX", name: "Ada" };
const team = { id: "team_01ARZ3NDEKTSV4RRFFQ69G5FAV", name: "R&D (new) + $1" };
const names = Object.fromEntries([ada, other, short, team].map(({ id, name }) => [id, name]));

function mentioning(...found: { id: string; name: string }[]) {
  return found.reduce((mentions, one) => withMention(mentions, one).mentions, {});
}

test("names are written, ids are stored", () => {
  const stored = `Ask @${ada.id}, @${team.id} and @acc_01ARZ3NDEKTSV4RRFFQ69G5FAA.`;
  const { written, mentions } = toWritten(stored, names);
  expect(written).toBe("Ask @Ada Lovelace, @R&D (new) + $1 and @acc_01ARZ3NDEKTSV4RRFFQ69G5FAA.");
  expect(toStored(written, mentions)).toBe(stored);
  expect(namesOf(mentions)).toEqual({ [ada.id]: ada.name, [team.id]: team.name });
});

test("two of the same name are told apart, and the longest name is meant", () => {
  const mentions = mentioning(ada, other, short);
  expect(mentions).toEqual({ "Ada Lovelace": ada.id, "Ada Lovelace 2": other.id, Ada: short.id });
  expect(toStored("@Ada Lovelace 2 @Ada Lovelace, @Ada. @Adam", mentions)).toBe(
    `@${other.id} @${ada.id}, @${short.id}. @Adam`,
  );
});

test("a name that an object has already is a name", () => {
  const odd = { id: ada.id, name: "constructor" };
  expect(toStored("@constructor @toString", mentioning(odd))).toBe(`@${ada.id} @toString`);
});

test("whatever is stored is stored again as it was", () => {
  const pieces = fc.constantFrom(`@${ada.id}`, `@${other.id}`, `@${short.id}`, `@${team.id}`, " ", "\n", "and", ", ");
  const texts = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(" "));
  fc.assert(
    fc.property(texts, (stored) => {
      const { written, mentions } = toWritten(stored, names);
      expect(toStored(written, mentions)).toBe(stored);
    }),
  );
});

test.each([
  ["@", { typed: "", from: 0 }],
  ["Ask @ad", { typed: "ad", from: 4 }],
  ["(@Ada Lov", { typed: "Ada Lov", from: 1 }],
  ["mail ada@ex", undefined],
  ["@ ad", undefined],
  ["@Ada, and", undefined],
])("what is typed of a mention in %j", (text, found) => {
  expect(mentionAt(text, text.length)).toEqual(found);
});
