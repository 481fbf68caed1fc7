import tailwindcss from "@tailwindcss/vite";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { fileOf } from "./chunks.ts";
import { apiDocs } from "./docs/plugin.ts";
import { exactIcons } from "./exact-icons.ts";
import { listModules } from "./list-modules.ts";
import { builtFolder, precompress } from "./precompress.ts";
import { nameRelease } from "./release.ts";

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
      exactIcons(),
      apiDocs(),
      precompress(),
      listModules(),
      nameRelease(),
    ],
    // Some packages are at the root, beside another version of React.
    resolve: { dedupe: ["react", "react-dom"] },
    build: {
      target: "es2022",
      assetsDir: builtFolder,
      assetsInlineLimit: 0,
      manifest: true,
      sourcemap: false,
      modulePreload: { polyfill: false },
      // The first file lists all others: without their names it is a kilobyte smaller.
      rolldownOptions: {
        input: ["index.html", "docs/index.html", "docs/errors.html"].map((page) => `${import.meta.dirname}/${page}`),
        output: {
          chunkFileNames: `${builtFolder}/[hash:7].js`,
          codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: fileOf(), debugName: "section" }] },
        },
      },
    },
  };
});
