// Builds what `npm start` runs, if it is older than its sources.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

// CommonJS dependencies call require, which an ES module does not have
const banner = 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);';

/** A build target cannot be written; the message says where, and what to do. */
export class CannotBuild extends Error {
  name = "CannotBuild";
}

const keptForMs = 86_400_000;

/** Builds the dashboard into web/dist. If it cannot be built, this says so, and everything else still runs. */
export async function buildSite(root) {
  const web = join(root, "web");
  const page = join(web, "dist", "index.html");
  if (!existsSync(join(web, "index.html"))) return;
  // besides its own sources, the site contains the API's document, core's shapes and text parsers, and types of
  // functions
  const core = join(root, "core");
  const shared = readdirSync(core).flatMap((room) => sharedIn(join(core, room)));
  const document = join(root, "docs", "openapi.json");
  if (newestOf([web, document, ...shared]) <= timeOf(page)) return;
  const dist = dirname(page);
  const refusal = refusalOf(dist);
  if (refusal) {
    process.stderr.write(`The dashboard is not built, because ${dist} cannot be written (${refusal}).\n`);
    return;
  }
  process.stdout.write("Building the dashboard …\n");
  const vite = join(dirname(createRequire(join(web, "package.json")).resolve("vite/package.json")), "bin", "vite.js");
  const built = spawnSync(process.execPath, [vite, "build", "--logLevel", "warn"], { cwd: web, encoding: "utf8" });
  if (built.status !== 0) process.stderr.write(`The dashboard could not be built:\n${built.stdout}${built.stderr}\n`);
}

/**
 * Bundles the embedded cloud with the functions, and returns the path of the bundle's entry. Each version has a folder
 * of its own, because a running instance may still import parts of an older one.
 */
export async function buildLocal(root) {
  const dist = join(root, "local", "dist");
  const sources = ["core", "functions", "local", "package-lock.json"].map((name) => join(root, name));
  const version = join(dist, String(Math.trunc(newestOf(sources))));
  if (!existsSync(version)) {
    const refusal = refusalOf(dist);
    if (refusal) {
      throw new CannotBuild(
        `Muster cannot build, because ${dist} cannot be written (${refusal}). ` +
          "Run it from a copy of the repository that you can write to.",
      );
    }
    forgetOld(dist);
    await bundle(root, version);
  }
  return pathToFileURL(join(version, "main.js")).href;
}

async function bundle(root, version) {
  const esbuild = await import("esbuild");
  const made = `${version}.${process.pid}`;
  await esbuild.build({
    entryPoints: [join(root, "local", "main.ts")],
    outdir: made,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    mainFields: ["module", "main"],
    sourcemap: true,
    sourcesContent: false,
    // loaded only if the schemas of Stripe are not in the cache yet
    external: ["typescript-api"],
    banner: { js: banner },
    logLevel: "warning",
  });
  await esbuild.stop();
  copyFileSync(join(root, "local", "engine", "template.db"), join(made, "template.db"));
  try {
    renameSync(made, version);
  } catch (error) {
    // another process was faster, with the same result
    rmSync(made, { recursive: true });
    if (!existsSync(version)) throw error;
  }
}

function forgetOld(dist) {
  if (!existsSync(dist)) return;
  const old = readdirSync(dist).filter((name) => timeOf(join(dist, name)) < Date.now() - keptForMs);
  for (const name of old) rmSync(join(dist, name), { recursive: true, force: true });
}

/** Lists the files of a folder of core that the dashboard uses. */
const sharedIn = (folder) =>
  statSync(folder).isDirectory()
    ? readdirSync(folder)
        .filter((name) => /^(shape|(paste|read)(-\w+)?)\.ts$/.test(name))
        .map((name) => join(folder, name))
    : [];

/** Returns when anything below these was last changed, in ms, ignoring builds, installed packages and tests. */
function newestOf(paths) {
  let newest = 0;
  for (const path of paths) {
    if (!existsSync(path)) continue;
    const found = statSync(path);
    newest = Math.max(newest, found.isDirectory() ? newestOf(sourcesIn(path)) : found.mtimeMs);
  }
  return newest;
}

const sourcesIn = (folder) =>
  readdirSync(folder)
    .filter((name) => !["node_modules", "dist", "e2e", "testing"].includes(name) && !name.includes(".test."))
    .map((name) => join(folder, name));

/** Makes a folder, and returns the error code if nothing can be written into it. */
function refusalOf(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    rmSync(mkdtempSync(join(folder, ".try-")), { recursive: true });
    return undefined;
  } catch (error) {
    return error.code ?? String(error);
  }
}

const timeOf = (file) => (existsSync(file) ? statSync(file).mtimeMs : -1);
