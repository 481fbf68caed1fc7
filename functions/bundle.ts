import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { type Origin, originOf, stamp } from "./built.ts";

/** Every Lambda function by the name of its bundle. */
export const entries = {
  api: "functions/api/lambda.ts",
  sync: "functions/api/sync-lambda.ts",
  identity: "functions/api/identity-lambda.ts",
  follow: "functions/stream/follow.ts",
  view: "functions/stream/view.ts",
  work: "functions/queue/work.ts",
  mail: "functions/queue/mail.ts",
  imports: "functions/storage/imports.ts",
  bulk: "functions/queue/bulk.ts",
  checks: "functions/queue/checks.ts",
  clock: "functions/schedule/clock.ts",
  "mail-events": "functions/webhook/ses.ts",
  stripe: "functions/webhook/stripe.ts",
  "stripe-bus": "functions/webhook/stripe-bus.ts",
} as const;
export type Entry = keyof typeof entries;

const here = dirname(fileURLToPath(import.meta.url));

/** Stand-ins for globals of Node in a bundle. */
const light = ["functions/api/light-response.ts"];
const injected: Partial<Record<Entry, string[]>> = { api: light, sync: light, identity: light };

/**
 * Stand-ins for code that a function never runs: the search for credentials, and Node's fetch. Each took a tenth of a
 * start.
 */
const standIns = {
  "@aws-sdk/credential-provider-node": join(here, "lambda-credentials.ts"),
  "node:http": join(here, "node-http.ts"),
};

const dist = "functions/dist";

/** Returns where a bundle is: `index.mjs`, its chunks and their source maps. */
export const folderOf = (name: Entry, folder = dist) => join(folder, name);

// CommonJS dependencies call require, which an ES module does not have
const banner = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/** Returns how a function is built; the peers of the benchmarks are built the same way. */
export const options = {
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
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  banner: { js: banner },
  logLevel: "warning",
  metafile: true,
} as const satisfies BuildOptions;

/**
 * Rebuilds all bundles, from the root of the repository, and returns what each is made of; stacks, tests and benchmarks
 * share them.
 */
export async function bundle(folder = dist): Promise<Record<Entry, Metafile>> {
  await rm(folder, { recursive: true, force: true });
  const names = Object.keys(entries) as Entry[];
  const origin = originOf(join(here, ".."));
  const built = await Promise.all(names.map(async (name) => [name, await bundleOne(name, folder, origin)] as const));
  return Object.fromEntries(built) as Record<Entry, Metafile>;
}

async function bundleOne(name: Entry, folder: string, origin: Origin): Promise<Metafile> {
  const outdir = folderOf(name, folder);
  const { metafile } = await build({
    ...options,
    alias: standIns,
    // only the SDK's code for browsers would load it
    external: ["bowser"],
    inject: injected[name] ?? [],
    entryPoints: { index: entries[name] },
    outdir,
  });
  stamp(outdir, origin);
  return metafile;
}

if (process.argv[1]?.endsWith("functions/bundle.ts")) await bundle();
