import { readFileSync } from "node:fs";
import type { Plugin } from "vite";
import type { Node } from "./document.ts";
import { errorPage } from "./errors.ts";
import { type Html, html } from "./html.ts";
import { referencePage } from "./reference.ts";

const file = new URL("../../docs/openapi.json", import.meta.url);
const pages: Record<string, (document: Node) => Html> = {
  "/docs/index.html": referencePage,
  "/docs/errors.html": errorPage,
};

/** Fills the pages below /docs from the API's OpenAPI document, and copies the document itself beside them. */
export function apiDocs(): Plugin {
  const text = readFileSync(file, "utf8");
  return {
    name: "api-docs",
    transformIndexHtml: {
      order: "pre",
      handler(template, { path }) {
        const page = pages[path];
        return page ? template.replace("<!--page-->", () => framed(page(JSON.parse(text) as Node)).html) : template;
      },
    },
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "api/openapi.json", source: text });
    },
  };
}

const framed = (page: Html): Html => html`<a class="skip" href="#main">Skip to content</a>
<header><a class="home" href="/">Muster</a><nav aria-label="Documentation"><a href="/docs">API reference</a><a href="/docs/errors">Errors</a><a href="/api/openapi.json">OpenAPI</a></nav></header>
<main id="main">
${page}
</main>`;
