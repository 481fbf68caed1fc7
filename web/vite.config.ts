import tailwindcss from "@tailwindcss/vite";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/**
 * Left alone, each piece that two pages share becomes a file: a hundred of them, most of a few hundred bytes, before a
 * page is there. What is loaded together anyway is one file instead. The pages before signing in have the smallest
 * budget, so their icons are apart from the others, and the signed-in pages' pieces from theirs.
 */
const files = [
  { name: "first-icons", test: /lucide-react.dist.esm.(?!icons.(?!arrow-right|circle-check|\w+-exclamation|info))/ },
  { name: "icons", test: /lucide-react.dist.esm.icons/, minShareCount: 2 },
  { name: "query", test: /@tanstack.(react-query|query-core)/ },
  { name: "router", test: /@tanstack.(react-router|router-core|history|react-store|store)|use-sync-external-store/ },
  {
    name: "pieces",
    test: /web.src.+[\\/](badge|card|query-client|time|use-format|use-shortcut|view|when-first)\.tsx?$/,
  },
].map((group) => ({ ...group, includeDependenciesRecursively: false }));

export default defineConfig(({ command }) => {
  // A build is the production's, also where a test asks for it: React has another half for the rest.
  if (command === "build") {
    process.env["NODE_ENV"] = "production";
  }
  return {
    plugins: [
      tanstackRouter({ target: "react", autoCodeSplitting: true, quoteStyle: "double", semicolons: true }),
      react(),
      tailwindcss(),
    ],
    // Some of the packages lie at the root, beside another React than ours.
    resolve: { dedupe: ["react", "react-dom"] },
    build: {
      target: "es2022",
      assetsInlineLimit: 0,
      manifest: true,
      sourcemap: false,
      modulePreload: { polyfill: false },
      // The first file lists all others: without their names it is a kilobyte smaller.
      rolldownOptions: { output: { chunkFileNames: "assets/[hash:7].js", codeSplitting: { groups: files } } },
    },
  };
});
