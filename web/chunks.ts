import { type Piece, planFiles } from "./file-plan.ts";

/** What the build knows of its modules. */
type Graph = { getModuleInfo: (id: string) => Module | null };
type Module = {
  code: string | null;
  importers: readonly string[];
  dynamicImporters: readonly string[];
  importedIds: readonly string[];
  dynamicallyImportedIds: readonly string[];
  isEntry: boolean;
};

/** Large libraries that only some pages need at once: each is a file, whatever else those pages share. */
const libraries: [string, RegExp][] = [
  ["query", /@tanstack.(react-query|query-core)/],
  ["popups", /@base-ui|floating-ui|[\\/]tabbable/],
  ["forms", /react-hook-form|@hookform/],
  ["shapes", /[\\/]valibot[\\/]/],
  ["suffixes", /[\\/]tldts/],
  ["markdown", /[\\/](markdown-it|mdurl|linkify-it|uc\.micro|entities|punycode)/],
];

const route = /\/src\/routes\/(.*)\.tsx\?tsr-split=component/;
const feature = /\/src\/features\/([^/]+)\//;
/** The pages about the API have a style sheet of their own. */
const documents = /\/web\/docs\//;
/** The page that most visits begin with. */
const overview = "_signed-in/organizations/$organization/index";
/** Before signing in, where a browser has nothing yet. */
const outside = /^(sign-in|invitations|unsubscribe)$/;
/** Parts that are imported when needed, but which the page that imports them always needs. */
const always = [/\/organization\/checklist-card\.tsx/, /\/settings\/state-select\.tsx/];
/** Parts that some pages show at once: each is loaded alone. */
const sometimes =
  /\/(activity|comments|updates-off|figures-card|managers-card|order-card|checkout-done|unused-seats|automatic-seats|upcoming-invoice|price-box|buy-steps|billing-status-banner|paused-emails|stalled-emails|resend-button|no-seat|reach-line|in-force-line|rollout-banner|waves-choice|model-select|[a-z]+-control)\.tsx|\/seat-requests\/(own|section)\.tsx/;

/** Returns whether a part that is imported when needed is in none of the files of rare dialogs. */
export const isShownAtOnce = (id: string) => sometimes.test(id) || always.some((test) => test.test(id));

/** How often something is loaded, beside the others. */
const weights = { outside: 6, overview: 3, page: 1, sometimes: 0.3, later: 0.01 };
/** In the time of a request come this many characters of code, as they are before they are minified. */
const requestCharacters = 8_000;
const comments = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

/**
 * Names the file of a module by the pages that need it. By default each piece that two pages share becomes a file: a
 * hundred of them before a page is shown, each a request.
 */
export function fileOf() {
  let files: Map<string, string> | undefined;
  return (id: string, graph: Graph): string | null => {
    if (documents.test(id)) return null;
    files ??= filesOf(modulesAround(id, graph));
    return files.get(id) ?? "start";
  };
}

type Modules = Map<string, Module>;

/** All modules of the site: every one of them leads to every other, by what imports it and what it imports. */
function modulesAround(id: string, graph: Graph): Modules {
  const modules: Modules = new Map();
  const found = new Set([id]);
  for (const one of found) {
    const module = documents.test(one) ? null : graph.getModuleInfo(one);
    if (module === null) continue;
    modules.set(one, module);
    for (const other of [...neighborsOf(module)].flat()) found.add(other);
  }
  return modules;
}

function neighborsOf({ importers, dynamicImporters, importedIds, dynamicallyImportedIds }: Module) {
  return [importers, dynamicImporters, importedIds, dynamicallyImportedIds];
}

function filesOf(modules: Modules): Map<string, string> {
  const visits = visitsOf(modules);
  const names = new Map<string, string>();
  for (const id of modules.keys()) names.set(id, pieceOf(id, visits.get(id) ?? new Set()));
  const plan = planFiles(piecesOf(modules, names, visits), {
    request: requestCharacters,
    weightOf: (visit) => weights[kindOf(visit)],
  });
  return new Map([...names].map(([id, name]) => [id, plan.get(name) ?? name]));
}

/** Modules that the same visits load are one piece, except the large libraries. */
function pieceOf(id: string, visits: ReadonlySet<string>): string {
  if (visits.size === 0 || visits.has("start")) return "start";
  const library = libraries.find(([, test]) => test.test(id));
  if (library && visits.size > 1) return library[0];
  return [...visits].sort().join(" & ");
}

function piecesOf(modules: Modules, names: Map<string, string>, visits: Map<string, Set<string>>): Piece[] {
  const fixed = new Set(["start", ...libraries.map(([name]) => name)]);
  const pieces = new Map<string, Piece & { imports: Set<string>; visits: Set<string> }>();
  for (const [id, { code, importedIds }] of [...modules].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const name = names.get(id) ?? "start";
    const piece = pieces.get(name) ?? {
      name,
      size: 0,
      visits: new Set(),
      imports: new Set(),
      isFixed: fixed.has(name),
    };
    pieces.set(name, piece);
    piece.size += (code ?? "").replace(comments, "").length;
    for (const visit of visits.get(id) ?? []) piece.visits.add(visit);
    for (const imported of importedIds) piece.imports.add(names.get(imported) ?? "start");
  }
  return [...pieces.values()];
}

/** The visits that load each module: of a page, or of what is opened on one. */
function visitsOf(modules: Modules): Map<string, Set<string>> {
  const pages = [...modules.keys()].flatMap((id) => route.exec(id)?.[1] ?? []);
  const known = new Map<string, Set<string>>();

  function visitsTo(id: string): Set<string> {
    const before = known.get(id);
    if (before) return before;
    const visits = new Set<string>();
    known.set(id, visits);
    const reached = new Set([id]);
    for (const one of reached) {
      const { importers = [], dynamicImporters = [], isEntry = false } = modules.get(one) ?? {};
      if (isEntry) visits.add("start");
      if (dynamicImporters.length > 0) for (const visit of visitsThrough(one, dynamicImporters)) visits.add(visit);
      for (const importer of importers) reached.add(importer);
    }
    return visits;
  }

  function visitsThrough(id: string, importers: readonly string[]): Iterable<string> {
    const [, page] = route.exec(id) ?? [];
    if (page !== undefined) return pagesBelow(page, pages);
    if (always.some((test) => test.test(id))) return importers.flatMap((importer) => [...visitsTo(importer)]);
    const section = feature.exec(id)?.[1] ?? "rest";
    const [, name, other] = sometimes.exec(id) ?? [];
    const part = name ?? other;
    if (part !== undefined) return [`sometimes ${section}/${part}`];
    return importers.flatMap((importer) => [...visitsTo(importer)].map(laterOf));
  }

  for (const id of modules.keys()) visitsTo(id);
  return known;
}

/** What a page imports when it is idle is loaded together, whatever it belongs to. */
const laterOf = (visit: string) => (visit.startsWith("later ") ? visit : `later ${visit}`);

/** A layout is loaded with each page inside of it. */
function pagesBelow(page: string, pages: readonly string[]): string[] {
  const inside = pages.filter((other) => other.startsWith(`${page}/`) && isPage(other, pages));
  return inside.length > 0 ? inside : [page];
}

function isPage(page: string, pages: readonly string[]): boolean {
  return !pages.some((other) => other.startsWith(`${page}/`));
}

function kindOf(visit: string): keyof typeof weights {
  if (outside.test(visit)) return "outside";
  if (visit === overview) return "overview";
  if (visit.startsWith("sometimes ")) return "sometimes";
  return visit.startsWith("later ") ? "later" : "page";
}
