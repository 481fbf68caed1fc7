import { rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

/** Every Lambda function by the name of its bundle. */
export const entries = {
  api: "functions/api/lambda.ts",
  follow: "functions/stream/follow.ts",
  view: "functions/stream/view.ts",
  work: "functions/queue/work.ts",
  mail: "functions/queue/mail.ts",
  clock: "functions/schedule/clock.ts",
  "mail-events": "functions/webhook/ses.ts",
} as const;
export type Entry = keyof typeof entries;

/** Where a bundle lies: `index.mjs`, its chunks and its source map. */
export const folderOf = (name: Entry) => join("functions/dist", name);

// CommonJS dependencies call require, which an ES module does not have
const banner = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/** Builds all bundles anew, from the root of the repository; stacks, tests and benchmarks share them. */
export async function bundle(): Promise<void> {
  await rm("functions/dist", { recursive: true, force: true });
  await Promise.all((Object.keys(entries) as Entry[]).map(bundleOne));
}

async function bundleOne(name: Entry) {
  await build({
    entryPoints: { index: entries[name] },
    outdir: folderOf(name),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    banner: { js: banner },
    metafile: false,
    logLevel: "warning",
  });
}

if (process.argv[1]?.endsWith("functions/bundle.ts")) await bundle();
