import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Artifacts, functionNames } from "../deployment.ts";

/** Stand-ins for what the builds make, since a template does not depend on the code inside. */
export function placeholderArtifacts(): Artifacts & { remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), "muster-stacks-"));
  const artifacts = { functions: path.join(folder, "functions"), site: path.join(folder, "site") };
  for (const name of functionNames) {
    writeInto(path.join(artifacts.functions, name), "index.mjs", "export const handler = async () => {};\n");
  }
  writeInto(artifacts.site, "index.html", "<!doctype html>\n");
  writeInto(path.join(artifacts.site, "assets"), "index-abc.js", "export {};\n");
  return { ...artifacts, remove: () => rmSync(folder, { recursive: true }) };
}

function writeInto(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, name), text);
}
