import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openJournal, readJournal } from "./journal.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "muster-journal-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a journal is written anew when most of it no longer counts, and holds what counts", () => {
  const file = join(folder, "journal.jsonl");
  const counting = new Set<number>();
  const journal = openJournal<{ add?: number; gone?: number }>(file, () => [...counting].map((add) => ({ add })));
  let largest = 0;
  for (let round = 1; round <= 100_000; round++) {
    counting.add(round);
    journal.append({ add: round });
    if (round > 10) {
      counting.delete(round - 10);
      journal.append({ gone: round - 10 });
    }
    if (round % 1_000 === 0) largest = Math.max(largest, statSync(file).size);
  }
  journal.close();

  const left = new Set<number>();
  for (const { add, gone } of readJournal(file, (line) => line as { add?: number; gone?: number })) {
    if (add !== undefined) left.add(add);
    if (gone !== undefined) left.delete(gone);
  }
  expect([...left]).toEqual([...counting]);
  expect(largest).toBeLessThan(20_000 * 20);
});

test("a journal that all counts is written anew only when it is twice as long", () => {
  const file = join(folder, "journal.jsonl");
  const counting: number[] = Array.from({ length: 30_000 }, (_, index) => index);
  let asked = 0;
  const journal = openJournal<number>(file, () => {
    asked++;
    return counting;
  });
  for (let index = 30_000; index < 60_000; index++) {
    counting.push(index);
    journal.append(index);
  }
  expect(asked).toBe(1);
  counting.push(60_000);
  journal.append(60_000);
  expect(asked).toBe(2);
  journal.close();
  expect(readJournal(file, Number)).toHaveLength(60_001);
});
