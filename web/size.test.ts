import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { brotliCompressSync, brotliDecompressSync, constants, gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { siteFallback } from "../stacks/site-fallback.ts";

const frame = ["_signed-in"];
const organization = [...frame, "_signed-in/organizations/$organization"];
const below = (...routes: string[]) => routes.map((route) => `_signed-in/organizations/$organization/${route}`);
const inOrganization = (...routes: string[]) => [...organization, ...below(...routes)];
const inSettings = (route: string) => inOrganization("settings", `settings/${route}`);

/**
 * What the first load of a page takes before the API's answers: bytes as the site sends them, and files, each of which
 * is a request. `parts` are imported when needed, but always shown.
 */
const budgets: Record<string, { routes: string[]; parts?: string[]; bytes: number; files: number }> = {
  "sign-in": { routes: ["sign-in"], bytes: 119_000, files: 10 },
  invitation: { routes: ["invitations"], bytes: 116_500, files: 9 },
  organizations: { routes: [...frame, "_signed-in/index"], bytes: 139_500, files: 13 },
  "new organization": { routes: [...frame, "_signed-in/organizations/new"], bytes: 158_500, files: 17 },
  overview: {
    routes: inOrganization("index"),
    parts: ["organization/checklist-card"],
    bytes: 158_000,
    files: 18,
  },
  update: { routes: inOrganization("updates/$update"), bytes: 144_500, files: 14 },
  members: { routes: inOrganization("_people", "_people/members"), bytes: 148_000, files: 18 },
  invitations: { routes: inOrganization("_people", "_people/invitations"), bytes: 147_500, files: 18 },
  imports: { routes: inOrganization("imports/index"), bytes: 142_500, files: 14 },
  import: { routes: inOrganization("imports/$import"), bytes: 149_000, files: 18 },
  teams: { routes: inOrganization("teams/index"), bytes: 137_000, files: 12 },
  team: { routes: inOrganization("teams/$team"), bytes: 156_500, files: 19 },
  devices: { routes: inOrganization("devices/index"), bytes: 150_500, files: 16 },
  device: { routes: inOrganization("devices/$device"), bytes: 139_500, files: 14 },
  billing: { routes: inOrganization("billing"), bytes: 157_500, files: 18 },
  "seat ledger": { routes: inOrganization("billing_.ledger"), bytes: 144_500, files: 14 },
  settings: { routes: inSettings("general"), parts: ["settings/state-select"], bytes: 155_500, files: 18 },
  "import settings": { routes: inSettings("imports"), bytes: 143_500, files: 14 },
  "feature settings": { routes: inSettings("features"), bytes: 152_000, files: 14 },
  "team settings": { routes: inSettings("teams/index"), bytes: 149_000, files: 14 },
  "settings of a team": {
    routes: inSettings("teams/$team"),
    bytes: 155_500,
    files: 17,
  },
  "model settings": {
    routes: inSettings("models"),
    parts: ["settings/model-select"],
    bytes: 156_000,
    files: 17,
  },
  "source settings": { routes: inSettings("sources"), bytes: 152_000, files: 14 },
  "website settings": { routes: inSettings("websites"), bytes: 152_000, files: 14 },
  "settings history": { routes: inSettings("history"), bytes: 152_000, files: 15 },
  "own settings": { routes: inOrganization("your-settings"), bytes: 153_000, files: 15 },
  "API keys": { routes: inSettings("api-keys"), bytes: 144_500, files: 14 },
  account: { routes: [...frame, "_signed-in/account"], bytes: 155_500, files: 19 },
};

const folder = mkdtempSync(join(tmpdir(), "muster-web-"));
let chunks: Rolldown.OutputChunk[];

beforeAll(async () => {
  const built = await build({
    root: import.meta.dirname,
    logLevel: "error",
    build: { outDir: folder, emptyOutDir: true },
  });
  const { output } = built as Rolldown.RolldownOutput;
  chunks = output.filter((file) => file.type === "chunk");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the first load of a page stays within its budget", () => {
  test.each(Object.entries(budgets))("%s", (_, { routes, parts = [], bytes, files }) => {
    const loaded = loadedBy(routes, parts);
    expect(served(loaded)).toBeLessThanOrEqual(bytes);
    expect(loaded.length).toBeLessThanOrEqual(files);
  });
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
  expect(icons(budgets["members"]?.routes ?? [])).toBeLessThan(60);
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
  expect(texts.length).toBeGreaterThan(50);
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
    ["docs/index.html", 112_500],
    ["docs/errors.html", 12_000],
  ] as const) {
    const page = readFileSync(join(folder, name), "utf8");
    expect(gzipped([name])).toBeLessThanOrEqual(bytes);
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

/** The chunk with a route's component, or with a part of a page. */
function chunkOf(route: string, name = `/src/routes/${route}.tsx?tsr-split=component`) {
  const found = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.includes(name)));
  if (found === undefined) {
    throw new Error(`No chunk holds the component of ${name}.`);
  }
  return found;
}

/** The page itself, its theme and style sheet, and all code that runs before it is shown. */
function loadedBy(routes: readonly string[], parts: readonly string[] = []) {
  const page = readFileSync(join(folder, "index.html"), "utf8");
  const own = [...page.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(([, file]) => String(file));
  const code = [
    ...own.filter((file) => file.startsWith("assets/") && file.endsWith(".js")),
    ...routes.map((route) => chunkOf(route).fileName),
    ...parts.map((part) => chunkOf(part, `/src/features/${part}.tsx`).fileName),
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

/** As the site sends them: an asset as the build compressed it, the page itself as CloudFront does. */
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
