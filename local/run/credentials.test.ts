import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keepCredentials } from "./credentials.ts";

test("each folder has credentials of its own, the same at each start, for its owner only", () => {
  const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), "muster-credentials-")));
  const [one, other] = folders.map((folder) => keepCredentials({ file: (name) => join(folder, name) }));
  const [folder = ""] = folders;
  expect(keepCredentials({ file: (name) => join(folder, name) })).toEqual(one);
  expect(other?.accessKeyId).not.toBe(one?.accessKeyId);
  expect(other?.secretAccessKey).not.toBe(one?.secretAccessKey);
  expect(statSync(join(folder, "credentials.json")).mode & 0o777).toBe(0o600);
  for (const each of folders) rmSync(each, { recursive: true });
});
