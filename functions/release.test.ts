import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { releaseOf } from "./release.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "muster-release-"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ version: "1.2.3" }));
});
afterEach(() => rmSync(folder, { recursive: true }));

const author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
const git = (...words: string[]) => execFileSync("git", [...author, ...words], { cwd: folder, stdio: "ignore" });

test("a release is named by its version if there is no Git", () => {
  expect(releaseOf(folder)).toBe("v1.2.3");
});

test("a release is marked if code was added, but not for an operator's configuration", () => {
  git("init");
  git("add", ".");
  git("commit", "-m", "First");
  writeFileSync(join(folder, "muster.config.json"), "{}");
  expect(releaseOf(folder)).toMatch(/^[0-9a-f]{12}$/);
  mkdirSync(join(folder, "core"));
  writeFileSync(join(folder, "core", "noun.ts"), "");
  expect(releaseOf(folder)).toMatch(/^[0-9a-f]{12}\+$/);
});

test("a release is named by its commit, by its tag if it has one, and marked if files were changed", () => {
  git("init");
  git("add", ".");
  git("commit", "-m", "First");
  expect(releaseOf(folder)).toMatch(/^[0-9a-f]{12}$/);
  git("tag", "v1.3.0");
  expect(releaseOf(folder)).toBe("v1.3.0");
  writeFileSync(join(folder, "package.json"), "{}");
  expect(releaseOf(folder)).toBe("v1.3.0+");
});
