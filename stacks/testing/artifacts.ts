import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Origin, originOf, stamp } from "@muster/functions/built.ts";
import { type Artifacts, builtArtifacts, functionNames } from "../deployment.ts";

// Shapes

export type Placeholders = {
  /** The folder that replaces the repository. */
  root: string;
  remove: () => void;
} & Artifacts;

// Functions

/** Sources of this checkout, read once: each reading takes a moment. */
let origin: Origin | undefined;

/** Placeholders for the builds, since a template does not depend on the code inside. */
export function placeholderArtifacts(): Placeholders {
  const root = mkdtempSync(path.join(tmpdir(), "muster-built-"));
  const artifacts = builtArtifacts(root);
  for (const name of functionNames) {
    writeInto(path.join(artifacts.functions, name), "index.mjs", "export const handler = async () => {};\n");
  }
  writeInto(artifacts.site, "index.html", "<!doctype html>\n");
  writeInto(path.join(artifacts.site, "assets", "z"), "index-abc.js", "export {};\n");
  writeInto(path.join(artifacts.site, "br", "assets", "z"), "index-abc.js", "compressed");
  origin ??= originOf(process.cwd());
  for (const folder of [...functionNames.map((name) => path.join(artifacts.functions, name)), artifacts.site]) {
    stamp(folder, origin);
  }
  return { ...artifacts, root, remove: () => rmSync(root, { recursive: true }) };
}

function writeInto(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, name), text);
}
