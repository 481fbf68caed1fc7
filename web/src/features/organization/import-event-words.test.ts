import * as Import from "@muster/core/import/import.ts";
import * as Setting from "@muster/core/import/setting.ts";
import { expect, test } from "vitest";
import { wordsOfImport } from "./import-event-words.tsx";

test("the log has words for everything that is told of imports, and for each of their ends", () => {
  const types = [Import.Created, Import.Started, Import.Cancelled, Import.Retried, Setting.Changed].map(
    ({ type }) => type,
  );
  expect(types.filter((type) => wordsOfImport(type, {}) === undefined)).toEqual([]);
  const ends = ["done", "failed", "cancelled"].map((state) => wordsOfImport(Import.Ended.type, { state }));
  expect(ends).not.toContain(undefined);
  expect(wordsOfImport("team.created", {})).toBeUndefined();
});
