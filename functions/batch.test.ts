import { describe, expect, test } from "vitest";
import { each } from "./batch.ts";
import { log } from "./log.ts";

log.setLogLevel("SILENT");

/** Processes letters, some of which fail. Returns what was reported and what was tried. */
async function run(letters: string, failing: string, options?: { ordered: boolean }) {
  const tried: string[] = [];
  const reported = await each(
    [...letters],
    (letter) => `id-${letter}`,
    async (letter) => {
      tried.push(letter);
      if (failing.includes(letter)) throw new Error(`${letter} fails`);
    },
    options,
  );
  return { failed: reported.batchItemFailures.map((one) => one.itemIdentifier), tried: tried.join("") };
}

describe("a batch from a queue", () => {
  test("reports nothing when all goes well, or when it is empty", async () => {
    expect(await run("abc", "")).toEqual({ failed: [], tried: "abc" });
    expect(await run("", "")).toEqual({ failed: [], tried: "" });
  });

  test("reports those that fail, and processes the others", async () => {
    expect(await run("abcde", "bd")).toEqual({ failed: ["id-b", "id-d"], tried: "abcde" });
  });

  test("reports all when all fail", async () => {
    expect(await run("abc", "abc")).toEqual({ failed: ["id-a", "id-b", "id-c"], tried: "abc" });
  });
});

describe("a batch from a stream", () => {
  test("stops at the first that fails, because the stream repeats from there", async () => {
    expect(await run("abcde", "bd", { ordered: true })).toEqual({ failed: ["id-b"], tried: "ab" });
  });

  test("goes to its end when all goes well", async () => {
    expect(await run("abc", "", { ordered: true })).toEqual({ failed: [], tried: "abc" });
  });
});

test("a batch is processed one by one, in order", async () => {
  const seen: string[] = [];
  await each(["slow", "fast"], String, async (name) => {
    seen.push(`${name} begins`);
    await new Promise((resolve) => {
      setTimeout(resolve, name === "slow" ? 20 : 0);
    });
    seen.push(`${name} ends`);
  });
  expect(seen).toEqual(["slow begins", "slow ends", "fast begins", "fast ends"]);
});

test("something that throws at once, or throws a non-error, fails alone as well", async () => {
  const work = (item: string): Promise<void> => {
    if (item === "at once") throw new Error("at once");
    return item === "no error" ? Promise.reject("a text") : Promise.resolve();
  };
  const { batchItemFailures } = await each(["at once", "no error", "good"], String, work);
  expect(batchItemFailures.map((one) => one.itemIdentifier)).toEqual(["at once", "no error"]);
});
