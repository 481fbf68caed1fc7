import { expect, test } from "vitest";
import { onMessage, toast } from "./toast.ts";

test("messages from before anything can show them wait, in order", () => {
  toast("first");
  toast("second", { type: "error" });
  const shown: string[] = [];
  const end = onMessage(({ title }) => shown.push(title));
  toast("third");
  expect(shown).toEqual(["first", "second", "third"]);

  end();
  toast("fourth");
  expect(shown).toHaveLength(3);
  onMessage(({ title }) => shown.push(title))();
  expect(shown).toEqual(["first", "second", "third", "fourth"]);
});
