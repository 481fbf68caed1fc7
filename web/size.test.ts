import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Manifest } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const organization = ["_signed-in", "_signed-in/organizations/$organization"];
const people = [...organization, "_signed-in/organizations/$organization/_people"];

const settings = ["settings", "settings/general"];
const below = (route: string) => `_signed-in/organizations/$organization/${route}`;

/**
 * JavaScript of the first load of a page, in bytes after gzip, and in how many files: each costs a request, however
 * small it is.
 */
const budgets = {
  "sign-in": { routes: ["sign-in"], bytes: 126_000, files: 24 },
  invitation: { routes: ["invitations"], bytes: 126_000, files: 24 },
  organizations: { routes: ["_signed-in", "_signed-in/index"], bytes: 182_000, files: 40 },
  "new organization": { routes: ["_signed-in", "_signed-in/organizations/new"], bytes: 171_000, files: 36 },
  overview: { routes: [...organization, "_signed-in/organizations/$organization/index"], bytes: 167_000, files: 40 },
  update: { routes: [...organization, below("updates/$update")], bytes: 155_500, files: 29 },
  members: { routes: [...people, "_signed-in/organizations/$organization/_people/members"], bytes: 171_000, files: 55 },
  invitations: {
    routes: [...people, "_signed-in/organizations/$organization/_people/invitations"],
    bytes: 168_000,
    files: 48,
  },
  imports: {
    routes: [...organization, "_signed-in/organizations/$organization/imports/index"],
    bytes: 157_500,
    files: 34,
  },
  import: {
    routes: [...organization, "_signed-in/organizations/$organization/imports/$import"],
    bytes: 163_500,
    files: 40,
  },
  teams: { routes: [...organization, "_signed-in/organizations/$organization/teams/index"], bytes: 155_000, files: 32 },
  team: { routes: [...organization, "_signed-in/organizations/$organization/teams/$team"], bytes: 160_500, files: 38 },
  "import settings": {
    routes: [...organization, ...["settings", "settings/imports"].map(below)],
    bytes: 193_500,
    files: 50,
  },
  devices: { routes: [...organization, below("devices/index")], bytes: 163_500, files: 44 },
  device: { routes: [...organization, below("devices/$device")], bytes: 182_500, files: 44 },
  billing: { routes: [...organization, "_signed-in/organizations/$organization/billing"], bytes: 202_500, files: 54 },
  "seat ledger": { routes: [...organization, below("billing_.ledger")], bytes: 170_000, files: 48 },
  settings: {
    routes: [...organization, ...settings.map(below)],
    bytes: 200_500,
    files: 61,
  },
  "feature settings": {
    routes: [...organization, ...["settings", "settings/features"].map(below)],
    bytes: 203_500,
    files: 61,
  },
  "team settings": {
    routes: [...organization, ...["settings", "settings/teams/index"].map(below)],
    bytes: 166_500,
    files: 38,
  },
  "settings of a team": {
    routes: [...organization, ...["settings", "settings/teams/$team"].map(below)],
    bytes: 203_500,
    files: 60,
  },
  "model settings": {
    routes: [...organization, ...["settings", "settings/models"].map(below)],
    bytes: 203_500,
    files: 60,
  },
  "source settings": {
    routes: [...organization, ...["settings", "settings/sources"].map(below)],
    bytes: 203_500,
    files: 60,
  },
  "website settings": {
    routes: [...organization, ...["settings", "settings/websites"].map(below)],
    bytes: 203_500,
    files: 60,
  },
  "settings history": {
    routes: [...organization, ...["settings", "settings/history"].map(below)],
    bytes: 167_000,
    files: 46,
  },
  "own settings": { routes: [...organization, below("your-settings")], bytes: 200_500, files: 54 },
  "API keys": {
    routes: [...organization, ...["settings", "settings/api-keys"].map(below)],
    bytes: 216_000,
    files: 50,
  },
  account: { routes: ["_signed-in", "_signed-in/account"], bytes: 249_000, files: 54 },
};

const folder = mkdtempSync(join(tmpdir(), "muster-web-"));
let manifest: Manifest;

beforeAll(async () => {
  await build({ root: import.meta.dirname, logLevel: "error", build: { outDir: folder, emptyOutDir: true } });
  manifest = JSON.parse(readFileSync(join(folder, ".vite/manifest.json"), "utf8")) as Manifest;
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the first load of a page stays within its budget", () => {
  test.each(Object.entries(budgets))("%s", (_, { routes, bytes, files }) => {
    const loaded = filesOf(["index.html", ...routes.map(chunkOf)]);
    expect(gzipped(loaded)).toBeLessThanOrEqual(bytes);
    expect(loaded.length).toBeLessThanOrEqual(files);
  });
});

test("the sign-in page loads nothing of the signed-in pages", () => {
  const signIn = filesOf(["index.html", chunkOf("sign-in")]);
  expect(signIn).not.toContain(manifest[chunkOf("_signed-in")]?.file);
});

test.each(["sign-in", "invitations"])("the page of %s loads no icons but its own", (route) => {
  const icons = Object.values(manifest).find(({ name }) => name === "icons");
  expect(icons).toBeDefined();
  expect(filesOf(["index.html", chunkOf(route)])).not.toContain(icons?.file);
});

test("no files import each other in a cycle, in which one would run before what it needs", () => {
  const circles = Object.keys(manifest).filter((name) => reachedFrom(manifest[name]?.imports ?? []).has(name));
  expect(circles).toEqual([]);
});

const pages = ["index.html", "docs/index.html", "docs/errors.html"];
test.each(pages)("%s has neither inline scripts nor inline styles, which its policy forbids", (name) => {
  const page = readFileSync(join(folder, name), "utf8");
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|<[^>]+\s(style|on[a-z]+)=/);
});

test("the pages about the API are small, load one style sheet and no script except the theme's", () => {
  for (const [name, bytes] of [
    ["docs/index.html", 104_000],
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

/** The chunk with a route's component. */
function chunkOf(route: string) {
  const name = Object.keys(manifest).find((key) => key.startsWith(`src/routes/${route}.tsx?`));
  if (name === undefined) {
    throw new Error(`No chunk holds the component of ${route}.`);
  }
  return name;
}

/** The files of chunks and of everything that they import before they run. */
function filesOf(names: string[]) {
  return [...new Set([...reachedFrom(names)].flatMap((name) => manifest[name]?.file ?? []))];
}

function reachedFrom(names: string[], reached = new Set<string>()) {
  for (const name of names) {
    if (!reached.has(name)) {
      reached.add(name);
      reachedFrom(manifest[name]?.imports ?? [], reached);
    }
  }
  return reached;
}

function gzipped(files: string[]) {
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0);
}
