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

/** Writes declarations that name no other package. */
function buildTypes(outdir) {
  const tsc = createRequire(import.meta.url).resolve("typescript/package.json");
  const options = ["--project", join(root, "tsconfig.build.json"), "--outDir", outdir];
  execFileSync(process.execPath, [join(dirname(tsc), "bin/tsc"), ...options], { stdio: "inherit" });
  for (const name of readdirSync(join(outdir, "sync"), { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".d.ts")) continue;
    const path = join(outdir, "sync", name);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll('"@muster/settings/', '"../settings/'));
  }
}
