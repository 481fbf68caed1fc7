/** The build's information about its modules, as far as it is used here. */
type Graph = { getModuleInfo: (id: string) => Module | null };
type Module = {
  importers: readonly string[];
  dynamicImporters: readonly string[];
  importedIds: readonly string[];
  dynamicallyImportedIds: readonly string[];
  isEntry: boolean;
};
type Modules = ReadonlyMap<string, Module>;

const route = /\/src\/routes\/(.*)\.tsx\?tsr-split=/;
const organization = "_signed-in/organizations/$organization";
/** The pages about the API have a style sheet of their own. */
const documents = /\/web\/docs\//;
/** Libraries that are large and that few pages need: each is a file, whatever else those pages share. */
const libraries: [string, RegExp][] = [
  ["markdown", /[\\/](markdown-it|mdurl|linkify-it|uc\.micro|entities|punycode)/],
  ["suffixes", /[\\/](tldts|public-suffix\.ts)/],
  ["forms", /react-hook-form|@hookform/],
  ["tables", /[\\/](ui[\\/](long-table|table|table-selection)|lib[\\/]selection)\.tsx?/],
  [
    "messages",
    /[\\/]core[\\/]((message|catalog)[\\/]|\w+[\\/](messages|notifications)\.ts)|message-icons|notifications[\\/]row/,
  ],
];

/**
 * Names the file of a module by the pages that load it: few files, each with what is used together.
 * - `start`: what every page loads, `shell`: what all pages of an organization load
 * - the name of a section: what only its pages load; `pages`: what those of several do, or open
 * - `opened`, for a section or for several: what none of them loads before somebody opens it
 *
 * So no two files import each other: what a module imports is loaded by at least as many pages as the module itself.
 */
export function fileOf() {
  let files: ReadonlyMap<string, string> | undefined;
  return (id: string, graph: Graph): string | null => {
    if (documents.test(id)) return null;
    files ??= filesOf(modulesAround(id, graph));
    return files.get(id) ?? "start";
  };
}

/** All modules of the site: every one of them leads to every other, by what imports it and what it imports. */
function modulesAround(id: string, graph: Graph): Modules {
  const modules = new Map<string, Module>();
  const found = new Set([id]);
  for (const one of found) {
    const module = documents.test(one) ? null : graph.getModuleInfo(one);
    if (module === null) continue;
    modules.set(one, module);
    const { importers, dynamicImporters, importedIds, dynamicallyImportedIds } = module;
    for (const other of [...importers, ...dynamicImporters, ...importedIds, ...dynamicallyImportedIds]) {
      found.add(other);
    }
  }
  return modules;
}

function filesOf(modules: Modules): ReadonlyMap<string, string> {
  const start = reached(
    modules,
    [...modules].flatMap(([id, { isEntry }]) => (isEntry ? id : [])),
  );
  const sections = [...pagesBySection(modules)];
  const shown = sections.map(([section, pages]) => [section, reached(modules, pages)] as const);
  const opened = sections.map(([section, pages]) => [section, reached(modules, pages, true)] as const);
  const loading = (id: string, of: typeof shown) => of.flatMap(([section, ids]) => (ids.has(id) ? section : []));
  return new Map([...modules.keys()].map((id) => [id, fileFor(id)]));

  function fileFor(id: string): string {
    const pages = loading(id, shown);
    const openers = loading(id, opened);
    // what sign-in shows, and others show or open, is loaded by all
    const isEverywhere = pages.includes("outside") && openers.length > 1;
    if (start.has(id) || isEverywhere) return "start";
    const [library] = libraries.find(([, test]) => test.test(id)) ?? [];
    if (library !== undefined) return library;
    if (pages.includes("shell")) return "shell";
    const [page, ...others] = pages;
    if (page === undefined) return openers.length === 1 ? `opened ${openers[0]}` : "opened";
    return others.length > 0 || openers.length > 1 ? "pages" : page;
  }
}

function pagesBySection(modules: Modules): ReadonlyMap<string, string[]> {
  const sections = new Map<string, string[]>();
  for (const id of modules.keys()) {
    const [, page] = route.exec(id) ?? [];
    if (page !== undefined) sections.set(sectionOf(page), [...(sections.get(sectionOf(page)) ?? []), id]);
  }
  return sections;
}

/** The pages that are opened one after the other, and share much. */
function sectionOf(page: string): string {
  if (!page.startsWith("_signed-in")) return "outside";
  if (page === "_signed-in" || page === organization) return "shell";
  const [, path = ""] = page.split(`${organization}/`);
  // where updates are posted
  if (/^(index|updates\/|teams\/\$team)/.test(path)) return "updates";
  if (path.includes("settings")) return "settings";
  return /[a-z]+/.exec(path)?.[0] ?? page;
}

/** Some modules and what they import, at once or also when it is opened. No page opens another one. */
function reached(modules: Modules, from: readonly string[], isOpened = false): ReadonlySet<string> {
  const ids = new Set(from);
  for (const id of ids) {
    const { importedIds = [], dynamicallyImportedIds = [] } = modules.get(id) ?? {};
    for (const other of importedIds) ids.add(other);
    if (isOpened) for (const other of dynamicallyImportedIds) if (!route.test(other)) ids.add(other);
  }
  return ids;
}
