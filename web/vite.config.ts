import tailwindcss from "@tailwindcss/vite";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

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
      rolldownOptions: { output: { chunkFileNames: "assets/[hash:7].js" } },
    },
  };
});
