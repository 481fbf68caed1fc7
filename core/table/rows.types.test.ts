import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const files = ["core/table/rows.types.ts", "core/audit/events.types.ts"];

/** Returns what the compiler prints, whatever its exit code. */
async function tsc(...args: string[]): Promise<string> {
  const run = promisify(execFile)(join(root, "node_modules/.bin/tsc"), args, { cwd: root, maxBuffer: 2 ** 26 });
  return run.then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  );
}

test("no planted mistake about rows or events compiles, and what is right does", async () => {
  const folder = mkdtempSync(join(tmpdir(), "muster-types-"));
  const project = join(folder, "tsconfig.json");
  const compilerOptions = { typeRoots: [join(root, "node_modules/@types")] };
  const checked = files.map((file) => join(root, file));
  writeFileSync(
    project,
    JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions, files: checked, include: [] }),
  );
  expect(await tsc("--noEmit", "-p", project)).toBe("");
  rmSync(folder, { recursive: true });
  for (const file of checked) {
    expect(readFileSync(file, "utf8").match(/@ts-expect-error \d+:/g)?.length).toBeGreaterThanOrEqual(10);
  }
});

test("the type check of the repository includes them", async () => {
  const listed = (await tsc("--listFilesOnly")).split("\n");
  for (const file of files) expect(listed.some((path) => path.endsWith(file))).toBe(true);
});
