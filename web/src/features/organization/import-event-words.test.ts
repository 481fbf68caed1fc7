import * as Import from "@muster/core/import/events.ts";
import { expect, test } from "vitest";
import { wordsOfImport } from "./import-event-words.tsx";

test("the log has words for everything that is told of imports, and for each of their ends", () => {
  const types = Object.values(Import).map(({ type }) => type);
  const others = types.filter((type) => type !== Import.ImportEnded.type);
  expect(others.filter((type) => wordsOfImport(type, {}) === undefined)).toEqual([]);
  const ends = ["done", "failed", "cancelled"].map((state) => wordsOfImport(Import.ImportEnded.type, { state }));
  expect(ends).not.toContain(undefined);
  expect(wordsOfImport("team.created", {})).toBeUndefined();
});
