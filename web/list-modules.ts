import { dirname } from "node:path";
import type { Plugin } from "vite";

/** The file in which the build lists the modules of each of its files, beside the manifest. */
export const moduleList = ".vite/modules.json";

/** A file of code: what it imports at once, and the modules in it. */
export type Chunk = { name: string; fileName: string; imports: string[]; moduleIds: string[] };

const root = dirname(import.meta.dirname);

/** Writes that list, with paths from the repository. */
export function listModules(): Plugin {
  return {
    name: "list-modules",
    apply: "build",
    generateBundle(_, files) {
      const chunks = Object.values(files).flatMap((file): Chunk[] => {
        if (file.type !== "chunk") return [];
        const { name, fileName, imports } = file;
        const moduleIds = file.moduleIds.map((id) => id.replaceAll(root, ""));
        return [{ name, fileName, imports, moduleIds }];
      });
      this.emitFile({ type: "asset", fileName: moduleList, source: JSON.stringify(chunks) });
    },
  };
}
