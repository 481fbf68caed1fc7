import { use } from "@muster/core/kernel/context.ts";
import { expect, test } from "vitest";
import { log } from "../log.ts";
import { runAll } from "./jobs.ts";

log.setLogLevel("SILENT");

test("each job runs, in order, as a worker with its own name", async () => {
  const ran: unknown[] = [];
  const job = async () => {
    ran.push(use().actor);
    return { done: 1 };
  };
  await runAll({ sweep: job, expire: job });
  expect(ran).toEqual([
    { type: "system", job: "clock.sweep" },
    { type: "system", job: "clock.expire" },
  ]);
});

test("a job that fails does not prevent the others, and the tick fails in the end", async () => {
  const ran: string[] = [];
  const job = (name: string, error?: Error) => async () => {
    ran.push(name);
    if (error) throw error;
    return {};
  };
  const fault = new Error("No table.");
  const tick = runAll({ one: job("one", fault), two: job("two"), three: job("three", fault), four: job("four") });
  await expect(tick).rejects.toMatchObject({
    message: "These jobs of the clock failed: one, three.",
    errors: [fault, fault],
  });
  expect(ran).toEqual(["one", "two", "three", "four"]);
});

test("a job knows which ran before it, without those that failed", async () => {
  const seen: string[][] = [];
  const note = async (ran: readonly string[]) => {
    seen.push([...ran]);
    return {};
  };
  const fail = () => Promise.reject(new Error("No table."));
  await expect(runAll({ one: note, two: fail, three: note, four: note })).rejects.toThrow("failed: two.");
  expect(seen).toEqual([[], ["one"], ["one", "three"]]);
});
