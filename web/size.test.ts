import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { brotliCompressSync, brotliDecompressSync, constants, gzipSync } from "node:zlib";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { siteFallback } from "../stacks/site-fallback.ts";
import { type Chunk, moduleList } from "./list-modules.ts";

const organization = "_signed-in/organizations/$organization";
/** Pages that show updates, whose Markdown is as large as a page. */
const posting = [`${organization}/index`, `${organization}/updates/$update`, `${organization}/teams/$team`];

/**
 * Limits for the first load of a page before the API's answers: bytes of code and styles as the site sends them, and
 * files, each of which is a request. The font comes beside them.
 */
const budgets = {
  outside: { bytes: 134_000, files: 6 },
  "signed in": { bytes: 274_500, files: 9 },
  "with updates": { bytes: 318_000, files: 10 },
};

/** The folder that the run has just built, if it has: a build takes longer than all that is looked at here. */
const { MUSTER_FRESH_SITE: fresh } = process.env;
const folder = fresh ?? mkdtempSync(join(tmpdir(), "muster-web-"));
let chunks: Chunk[];

beforeAll(async () => {
  if (!fresh) {
    await build({ root: import.meta.dirname, logLevel: "error", build: { outDir: folder, emptyOutDir: true } });
  }
  chunks = JSON.parse(readFileSync(join(folder, moduleList), "utf8"));
});

afterAll(() => {
  if (!fresh) rmSync(folder, { recursive: true, force: true });
});

test("the first load of each page stays within its budget", () => {
  const routes = chunks.flatMap(({ moduleIds }) =>
    moduleIds.flatMap((id) => /\/src\/routes\/(.*)\.tsx\?tsr-split=component/.exec(id)?.[1] ?? []),
  );
  expect(routes.length).toBeGreaterThan(35);
  const over = routes.flatMap((route) => {
    const loaded = loadedBy(routes.filter((other) => other === route || route.startsWith(`${other}/`)));
    const kind = !route.startsWith("_signed-in") ? "outside" : posting.includes(route) ? "with updates" : "signed in";
    const [bytes, files] = [served(loaded), loaded.length];
    return bytes > budgets[kind].bytes || files > budgets[kind].files ? [{ route, bytes, files }] : [];
  });
  const less = "Load what few visits need with opened() of web/src/ui/opened.tsx";
  expect(over, `${less}, or raise the budget of its kind in web/size.test.ts.`).toEqual([]);
});

test("the pages before signing in load nothing that only signed-in pages need", () => {
  const shell = chunkOf("_signed-in").fileName;
  for (const route of ["sign-in", "invitations"]) {
    const loaded = loadedBy([route]);
    expect(loaded).not.toContain(shell);
    expect(modulesOf(loaded).filter((id) => /react-hook-form|floating-ui|markdown-it/.test(id))).toEqual([]);
  }
});

test("the pages hold nothing of what only the deployment itself may do", () => {
  expect(modulesOf(chunks.map(({ fileName }) => fileName)).filter((id) => id.includes("/job-permission."))).toEqual([]);
});

test("a page loads the icons that it and the pages beside it show, not all", () => {
  const icons = (routes: string[]) => modulesOf(loadedBy(routes)).filter((id) => id.includes("/esm/icons/")).length;
  expect(icons(["sign-in"])).toBeLessThan(20);
  expect(icons(["_signed-in", organization, `${organization}/_people/members`])).toBeLessThan(95);
});

test("no files import each other in a cycle, in which one would run before what it needs", () => {
  const circles = chunks.filter(({ fileName, imports }) => reachedFrom(imports).has(fileName));
  expect(circles.map(({ name }) => name)).toEqual([]);
});

test("every script and style sheet exists compressed, as it is, where the site reads it", () => {
  const context = createContext({});
  runInContext(siteFallback, context);
  const served = (path: string): unknown => {
    context["event"] = { request: { uri: path, headers: { "accept-encoding": { value: "br" } } } };
    return runInContext("handler(event).uri", context);
  };
  const files = readdirSync(join(folder, "assets"), { recursive: true, encoding: "utf8" });
  const texts = files.filter((name) => /\.(js|css)$/.test(name)).map((name) => `/assets/${name}`);
  expect(texts.length).toBeGreaterThan(30);
  for (const path of texts) {
    expect(served(path)).toBe(`/br${path}`);
    const made = readFileSync(join(folder, "br", path));
    expect(brotliDecompressSync(made).equals(readFileSync(join(folder, path)))).toBe(true);
  }
});

const pages = ["index.html", "docs/index.html", "docs/errors.html"];
test.each(pages)("%s has neither inline scripts nor inline styles, which its policy forbids", (name) => {
  const page = readFileSync(join(folder, name), "utf8");
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|<[^>]+\s(style|on[a-z]+)=/);
});

test("the pages about the API are small, load one style sheet and no script except the theme's", () => {
  for (const [name, bytes] of [
    ["docs/index.html", 116_500],
    ["docs/errors.html", 12_500],
  ] as const) {
    const page = readFileSync(join(folder, name), "utf8");
    expect(gzipped([name]), `The document grew: raise the bytes of ${name} in web/size.test.ts.`).toBeLessThanOrEqual(
      bytes,
    );
    expect([...page.matchAll(/<script[^>]*>/g)].map(([tag]) => tag)).toEqual(['<script src="/theme.js">']);
    expect(page.match(/rel="stylesheet"/g)).toHaveLength(1);
  }
});

test("the API's document is beside the pages, unchanged", () => {
  const document = readFileSync(join(import.meta.dirname, "../docs/openapi.json"), "utf8");
  expect(readFileSync(join(folder, "api/openapi.json"), "utf8")).toBe(document);
});

test("every error of the document has the entry that its type links to, and every link within the pages works", () => {
  const [reference = "", errors = ""] = pages.slice(1).map((name) => readFileSync(join(folder, name), "utf8"));
  const idsOf = (page: string) => new Set([...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id));
  const places = { "/docs": idsOf(reference), "/docs/errors": idsOf(errors) };
  const types = [...new Set(readFileSync(join(folder, "api/openapi.json"), "utf8").match(/\/docs\/errors#[\w.]+/g))];
  expect(types.length).toBeGreaterThan(50);
  const links = [
    ...types,
    ...[...reference.matchAll(/href="(#[^"]+)"/g)].map(([, link]) => `/docs${link}`),
    ...[...(reference + errors).matchAll(/href="(\/docs[^"]*#[^"]+)"/g)].map(([, link]) => String(link)),
  ];
  const dead = links.filter((link) => {
    const [path = "", id = ""] = link.split("#");
    return !places[path as keyof typeof places]?.has(id);
  });
  expect(dead).toEqual([]);
});

/** The chunk with a route's component. */
function chunkOf(route: string) {
  const name = `/src/routes/${route}.tsx?tsr-split=component`;
  const found = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.includes(name)));
  if (found === undefined) throw new Error(`No chunk holds the component of ${route}.`);
  return found;
}

/** The page itself, its theme and style sheet, and all code that runs before it is shown. */
function loadedBy(routes: readonly string[]) {
  const page = readFileSync(join(folder, "index.html"), "utf8");
  const own = [...page.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(([, file]) => String(file));
  const code = [
    ...own.filter((file) => file.startsWith("assets/") && file.endsWith(".js")),
    ...routes.map((route) => chunkOf(route).fileName),
  ];
  return [...new Set(["index.html", ...own, ...reachedFrom(code)])];
}

function reachedFrom(files: readonly string[], reached = new Set<string>()) {
  for (const file of files) {
    if (!reached.has(file)) {
      reached.add(file);
      reachedFrom(chunks.find(({ fileName }) => fileName === file)?.imports ?? [], reached);
    }
  }
  return reached;
}

function modulesOf(files: readonly string[]) {
  return chunks.filter(({ fileName }) => files.includes(fileName)).flatMap(({ moduleIds }) => moduleIds);
}

function gzipped(files: string[]) {
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0);
}

/**
 * Measures files in the form that the site sends: an asset as the build compressed it, the page itself as CloudFront
 * does.
 */
function served(files: readonly string[]) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 5 };
  const sizeOf = (file: string) => {
    const made = join(folder, "br", file);
    return existsSync(made)
      ? statSync(made).size
      : brotliCompressSync(readFileSync(join(folder, file)), { params }).length;
  };
  return files.reduce((sum, file) => sum + sizeOf(file), 0);
}
