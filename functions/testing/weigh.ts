import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import type { Metafile } from "esbuild";

export type Weight = {
  /** Bytes of `index.mjs` and every chunk that it imports statically: everything loaded at start. */
  loaded: number;
  /** The same, each file compressed separately. */
  gzip: number;
  /** Bytes of chunks that are loaded on demand. */
  lazy: number;
  /** The source files of everything loaded at start. */
  inputs: string[];
  /** Every source file, including lazy ones. */
  allInputs: string[];
};

/** Returns the weight of a bundle, according to esbuild; source maps are not counted. */
export function weigh({ outputs }: Metafile): Weight {
  const code = Object.keys(outputs).filter((file) => file.endsWith(".mjs"));
  const loaded = new Set<string>();
  const load = (file: string) => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const { path, kind, external } of outputs[file]?.imports ?? []) {
      if (kind === "import-statement" && !external) load(path);
    }
  };
  code.filter((file) => basename(file) === "index.mjs").forEach(load);

  const bytes = (files: string[]) => files.reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
  // files that tree shaking left nothing of are listed too, with no bytes
  const inputs = (files: string[]) =>
    files.flatMap((file) =>
      Object.entries(outputs[file]?.inputs ?? {}).flatMap(([input, { bytesInOutput }]) =>
        bytesInOutput > 0 ? [input] : [],
      ),
    );
  return {
    loaded: bytes([...loaded]),
    gzip: [...loaded].reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0),
    lazy: bytes(code.filter((file) => !loaded.has(file))),
    inputs: inputs([...loaded]),
    allInputs: inputs(code),
  };
}
