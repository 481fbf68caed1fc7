import { QueryObserver } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { createQueryClient } from "./query-client.ts";

const key = ["notifications", "newest"];

/** A page that shows a query, whose answers are given by hand. */
function show() {
  const client = createQueryClient(() => undefined);
  const answers: ((answer: string) => void)[] = [];
  const queryFn = () => new Promise<string>((resolve) => answers.push(resolve));
  const observer = new QueryObserver(client, { queryKey: key, queryFn });
  observer.subscribe(() => undefined);
  const answer = async (nth: number, text: string) => {
    await expect.poll(() => answers.length).toBeGreaterThan(nth);
    answers[nth]?.(text);
    await expect.poll(() => observer.getCurrentResult().data).toBe(text);
  };
  return { client, answers, answer, shown: () => observer.getCurrentResult().data };
}

test("what a change makes outdated is loaded again, also when it was still loading for the first time", async () => {
  const { client, answer, shown } = show();
  const invalidated = client.invalidateQueries({ queryKey: ["notifications"] });
  await answer(0, "before the change");
  await answer(1, "after the change");
  await invalidated;
  expect(shown()).toBe("after the change");
});

test("one that is loaded again already begins anew, once", async () => {
  const { client, answers, answer } = show();
  await answer(0, "before the changes");
  const first = client.invalidateQueries({ queryKey: ["notifications"] });
  const second = client.invalidateQueries({ queryKey: ["notifications"] });
  await answer(2, "after both changes");
  await Promise.all([first, second]);
  expect(answers).toHaveLength(3);
});

test("one that is loading for the first time and is not concerned is left alone", async () => {
  const { client, answers, answer } = show();
  const invalidated = client.invalidateQueries({ queryKey: ["members"] });
  await answer(0, "the only one");
  await invalidated;
  expect(answers).toHaveLength(1);
});
