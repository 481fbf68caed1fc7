import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import type * as OpenApi from "../api/openapi.ts";
import { options } from "../bundle.ts";
import { docComments } from "./doc-comments.ts";

const entry = fileURLToPath(new URL("../api/openapi.ts", import.meta.url));

/** The module that makes the API document, built so that every doc comment of a shape is in it as a description. */
export async function describedApi(): Promise<typeof OpenApi> {
  const folder = mkdtempSync(join(tmpdir(), "muster-document-"));
  try {
    const outfile = join(folder, "openapi.mjs");
    const { splitting: _, metafile: __, outExtension: ___, ...rest } = options;
    await build({ ...rest, minify: false, sourcemap: "inline", entryPoints: [entry], outfile, plugins: [docComments] });
    return (await import(pathToFileURL(outfile).href)) as typeof OpenApi;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
