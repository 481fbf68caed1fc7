import tailwindcss from "@tailwindcss/vite";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { apiDocs } from "./docs/plugin.ts";

/** The icons of the pages before signing in. */
const firstIcons = [
  "arrow-down",
  "arrow-right",
  "ban",
  "circle-check",
  "circle-exclamation-point",
  "circle-pause",
  "clock",
  "info",
  "link-2-off",
  "mail-check",
  "trash",
  "triangle-exclamation-point",
  "user-round-x",
].join("|");

/**
 * By default, each piece that two pages share becomes a file: a hundred of them, most of a few hundred bytes, before a
 * page is shown. What is loaded together anyway is one file instead. The pages before signing in have the smallest
 * budget, so their icons are separate from the others, and the signed-in pages' pieces from theirs.
 */
const groups = [
  { name: "first-icons", test: new RegExp(`lucide-react.dist.esm.(?!icons.(?!(${firstIcons})\\.))`) },
  { name: "icons", test: /lucide-react.dist.esm.icons/, minShareCount: 2 },
  { name: "query", test: /@tanstack.(react-query|query-core)/ },
  { name: "router", test: /@tanstack.(react-router|router-core|history|react-store|store)|use-sync-external-store/ },
  {
    name: "pieces",
    test: /core.base.permission\.|web.src.(ui.(badge|card|time|when-first)|lib.(query-client|use-format|use-shortcut)|features.(failure.view|organization.(pages|permissions)))\./,
  },
];

export default defineConfig(({ command }) => {
  // A build is always a production build, even in tests: React differs otherwise.
  if (command === "build") {
    process.env["NODE_ENV"] = "production";
  }
  return {
    plugins: [
      tanstackRouter({ target: "react", autoCodeSplitting: true, quoteStyle: "double", semicolons: true }),
      react(),
      tailwindcss(),
      apiDocs(),
    ],
    // Some packages are at the root, beside another version of React.
    resolve: { dedupe: ["react", "react-dom"] },
    build: {
      target: "es2022",
      assetsInlineLimit: 0,
      manifest: true,
      sourcemap: false,
      modulePreload: { polyfill: false },
      // The first file lists all others: without their names it is a kilobyte smaller.
      rolldownOptions: {
        input: ["index.html", "docs/index.html", "docs/errors.html"].map((page) => `${import.meta.dirname}/${page}`),
        output: {
          chunkFileNames: "assets/[hash:7].js",
          codeSplitting: { includeDependenciesRecursively: false, groups },
        },
      },
    },
  };
});
