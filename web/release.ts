import { dirname, resolve } from "node:path";
import type { Plugin } from "vite";
import { originOf, stamp } from "../functions/built.ts";

/** Names the release in each page, and writes into the build what it was made from. */
export function nameRelease(): Plugin {
  const origin = originOf(dirname(import.meta.dirname));
  let folder = "";
  return {
    name: "name-release",
    apply: "build",
    configResolved({ root, build }) {
      folder = resolve(root, build.outDir);
    },
    // a tag of the page: a release that changes no code changes no script
    transformIndexHtml: () => [{ tag: "meta", attrs: { name: "release", content: origin.release }, injectTo: "head" }],
    closeBundle() {
      stamp(folder, origin);
    },
  };
}
