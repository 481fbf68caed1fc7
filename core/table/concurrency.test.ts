import { expect, test } from "vitest";
import { limitConcurrency } from "./concurrency.ts";

test("as many calls run as may, the others in their order, also after one that failed", async () => {
  const limited = limitConcurrency(2);
  const log: string[] = [];
  const ends: (() => void)[] = [];
  const call = (name: string, fails = false) =>
    limited(async () => {
      log.push(name);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (fails) throw new Error(name);
      return name;
    }).catch((error: Error) => `${error.message} failed`);
  const microtasks = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  const all = ["a", "b", "c", "d"].map((name) => call(name, name === "a"));
  await microtasks();
  expect(log).toEqual(["a", "b"]);
  for (const started of [
    ["a", "b", "c"],
    ["a", "b", "c", "d"],
  ]) {
    ends.shift()?.();
    await microtasks();
    expect(log).toEqual(started);
  }
  for (const end of ends) end();
  expect(await Promise.all(all)).toEqual(["a failed", "b", "c", "d"]);
  const last = call("e");
  await microtasks();
  expect(log.at(-1)).toBe("e");
  ends.at(-1)?.();
  expect(await last).toBe("e");
});
