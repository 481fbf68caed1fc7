import { expect, test } from "vitest";
import { namesFor } from "./names-for.ts";
import type { Names } from "./use-names.ts";

const names = { me: "acc_me" } as Names;

test("what I do to me is done to myself, and what others do to me is not", () => {
  expect(namesFor({ actor: "acc_me" }, names).isMine).toBe(true);
  expect(namesFor({ actor: "acc_other" }, names).isMine).toBeUndefined();
  expect(names.isMine).toBeUndefined();
});
