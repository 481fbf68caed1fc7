import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import type * as OpenApi from "../api/openapi.ts";
import { options } from "../bundle.ts";
import type * as EventTexts from "../queue/events.testing.ts";
import { docComments } from "./doc-comments.ts";

/** The module that makes the API document, built so that every doc comment of a shape is in it as a description. */
export const describedApi = (): Promise<typeof OpenApi> => builtWithTexts("../api/openapi.ts");

/** The descriptions of all events, built the same way. */
export const describedEvents = (): Promise<typeof EventTexts> => builtWithTexts("../queue/events.testing.ts");

async function builtWithTexts<M>(path: string): Promise<M> {
  const entry = fileURLToPath(new URL(path, import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "muster-document-"));
  try {
    const outfile = join(folder, "described.mjs");
    const { splitting: _, metafile: __, outExtension: ___, ...rest } = options;
    await build({ ...rest, minify: false, sourcemap: "inline", entryPoints: [entry], outfile, plugins: [docComments] });
    return (await import(pathToFileURL(outfile).href)) as M;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
