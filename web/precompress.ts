import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import type { Plugin } from "vite";

const brotli = promisify(brotliCompress);
/** Each script and style sheet of this folder exists compressed too. Earlier releases without that are beside it. */
export const builtFolder = "assets/z";
// threat: a built file is uploaded without the compressed form that the site requests
const isCompressed = /\.(js|css)$/;

/**
 * Compresses each asset once, as well as possible: the site's servers compress what they are asked for, and less well
 * to be in time. The result lies at the same path below `br`.
 */
export function precompress(): Plugin {
  return {
    name: "precompress",
    apply: "build",
    async writeBundle({ dir = "" }, files) {
      await Promise.all(
        Object.keys(files)
          .filter((name) => name.startsWith(`${builtFolder}/`) && isCompressed.test(name))
          .map((name) => compress(join(dir, name), join(dir, "br", name))),
      );
    },
  };
}

async function compress(from: string, to: string) {
  const content = await readFile(from);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, await brotli(content, { params }));
}
