import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { builtRelease, originOf, stamp } from "./built.ts";

let root: string;
let build: string;
const write = (name: string, text: string) => writeFileSync(join(root, name), text);
const refusal = () => {
  try {
    return builtRelease([build], root);
  } catch (error) {
    return error instanceof Error ? error.message.replace(build, "BUILD").split("\n")[0] : String(error);
  }
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "muster-built-"));
  build = join(root, "functions", "dist", "api");
  for (const folder of ["core", build.slice(root.length)]) mkdirSync(join(root, folder), { recursive: true });
  write("package.json", JSON.stringify({ version: "1.2.3" }));
  write("core/noun.ts", "export const one = 1;");
  write("functions/dist/api/index.mjs", "export const handler = () => 1;");
  stamp(build, originOf(root));
});
afterEach(() => rmSync(root, { recursive: true }));

test("a build of this checkout has its release", () => {
  write("core/noun.test.ts", "no build has it");
  expect(refusal()).toBe("v1.2.3");
});

test("a build that was replaced by a stub is refused", () => {
  write("functions/dist/api/index.mjs", "export const handler = () => 2020;");
  expect(refusal()).toBe("BUILD was changed after it was built.");
});

test("a build with a file that nobody built is refused", () => {
  write("functions/dist/api/chunk.mjs", "");
  expect(refusal()).toBe("BUILD was changed after it was built.");
});

test("a build that says nothing of its sources is refused", () => {
  rmSync(join(build, "built.json"));
  expect(refusal()).toBe("BUILD does not say what it was built from.");
});

test("a build of another release is refused, and so is one of other sources of the same", () => {
  write("core/noun.ts", "export const one = 2;");
  expect(refusal()).toBe("BUILD was built from other sources of v1.2.3.");
  write("package.json", JSON.stringify({ version: "1.3.0" }));
  expect(refusal()).toBe("BUILD was built from v1.2.3, and this is v1.3.0.");
});
