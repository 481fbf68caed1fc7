import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { buildLocal, buildSite, CannotBuild } from "./build.mjs";

let root: string;

/** A clone in which nothing can be built: there are files in place of folders, which stops an administrator too. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "muster-build-"));
  for (const folder of ["core", "functions", "local", "web", "docs"]) mkdirSync(join(root, folder));
  for (const name of ["local/dist", "web/dist", "web/index.html", "package-lock.json"]) {
    writeFileSync(join(root, name), "");
  }
});
afterEach(() => rmSync(root, { recursive: true }));

test("a bundle that cannot be written is explained, with what to do", async () => {
  await expect(buildLocal(root)).rejects.toThrow(CannotBuild);
  await expect(buildLocal(root)).rejects.toThrow(
    /^Muster cannot build, because \S+local\/dist cannot be written \(\w+\)\. Run it from a copy .* you can write to\.$/,
  );
});

test("a dashboard that cannot be written is explained, and everything else still runs", async () => {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  await buildSite(root);
  const said = write.mock.calls.join("");
  write.mockRestore();
  expect(said).toMatch(/^The dashboard is not built, because \S+web\/dist cannot be written \(\w+\)\.\n/);
});

test("each package with an install script is allowed or refused by its name, so that `npm ci` asks nothing", () => {
  const read = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, "..", name), "utf8"));
  const packages: Record<string, { hasInstallScript?: true }> = read("package-lock.json").packages;
  const scripted = Object.keys(packages).filter((path) => packages[path]?.hasInstallScript);
  const names = new Set(scripted.map((path) => path.split("node_modules/").at(-1)));
  expect(names).toEqual(new Set(Object.keys(read("package.json").allowScripts)));
});
