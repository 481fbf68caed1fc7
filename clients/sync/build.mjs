// Builds what is published: JavaScript without @muster/settings as a dependency, and with --types also declarations.
//   node build.mjs [--types] [--out FOLDER]
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const root = fileURLToPath(new URL(".", import.meta.url));

const { values } = parseArgs({ options: { types: { type: "boolean" }, out: { type: "string", default: "dist" } } });
const out = resolve(root, values.out);

rmSync(out, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { sync: "sync.ts", agent: "agent/agent.ts" },
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  external: ["jose", "hpke"],
  logLevel: "warning",
});
if (values.types) buildTypes(join(out, "types"));

/**
 * Writes declarations that name no other package, and fails if one of them is missing. The compiler writes none for a
 * file that it meets as a part of a package first, which its parallel reading decides: all files are listed.
 */
function buildTypes(outdir) {
  tsc("--project", join(root, "tsconfig.build.json"), "--outDir", outdir);
  for (const name of readdirSync(join(outdir, "sync"), { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".d.ts")) continue;
    const path = join(outdir, "sync", name);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll('"@muster/settings/', '"../settings/'));
  }
  const asOthers = ["--noEmit", "--ignoreConfig", "--module", "nodenext", "--target", "es2023", "--types", "node"];
  tsc(...asOthers, join(outdir, "sync", "sync.d.ts"));
}

function tsc(...options) {
  const folder = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  execFileSync(process.execPath, [join(folder, "bin/tsc"), ...options], { cwd: root, stdio: "inherit" });
}
