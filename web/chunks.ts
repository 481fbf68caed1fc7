/** What the build knows of its modules. */
type Graph = { getModuleInfo: (id: string) => Module | null };
type Module = { importers: readonly string[]; dynamicImporters: readonly string[]; isEntry: boolean };

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
/** Pages before signing in, which load nothing of the others. */
const outside = /^(sign-in|invitations|unsubscribe)$/;
/** The pages about the API have a style sheet of their own. */
const documents = /\/web\/docs\//;
const layouts = /^_signed-in(\/organizations\/\$organization)?$/;
/** Parts that are imported when needed, but are shown with their page: they are not for later. */
const shown: [string, RegExp][] = [
  ["feed", /\/updates\/(feed|update-card)\.tsx/],
  ["activity", /\/organization\/activity\.tsx/],
  ["overview/cards", /\/organization\/(checklist|figures|managers)-card\.tsx|\/billing\/order-card\.tsx/],
  ["people/banners", /\/invitations\/(paused-emails|stalled-emails|resend-button)\.tsx/],
  ["billing/parts", /\/billing\/(unused-seats|upcoming-invoice)\.tsx/],
  ["settings/controls", /\/settings\/(.*-control|model-select)\.tsx/],
  ["settings/parts", /\/settings\/(state-select|reach-line)\.tsx|\/rollouts\/rollout-banner\.tsx/],
];
/** What so many sections need is loaded with the frame around all of them. */
const minSections = 4;

/**
 * The sections of the site. What a few of them share is in the file of the first: those that share the most come last,
 * so that the others do not load it.
 */
const sections =
  "imports departures people billing reports account teams activity link updates overview feed notifications devices settings organizations".split(
    " ",
  );
const aliases: Record<string, string> = {
  _people: "people",
  billing_: "billing",
  index: "overview",
  invitations: "people",
  ledger: "billing",
  members: "people",
  organization: "overview",
  "organization-devices": "devices",
  "your-settings": "settings",
};

/**
 * Names the file of a module by who needs it. By default each piece that two pages share becomes a file: a hundred of
 * them before a page is shown, each a request. No two of these files import each other: what a module imports is needed
 * by at least the same pages.
 */
export function fileOf() {
  const known = new Map<string, string[]>();

  /** What reaches a module by static imports: pages, and what is imported when it is needed. */
  function rootsOf(id: string, graph: Graph): string[] {
    const before = known.get(id);
    if (before) return before;
    const roots = new Set<string>();
    const reached = new Set([id]);
    for (const one of reached) {
      const { importers = [], dynamicImporters = [], isEntry = false } = graph.getModuleInfo(one) ?? {};
      if (isEntry) roots.add("start");
      if (dynamicImporters.length > 0) roots.add(rootOf(one));
      for (const importer of importers) reached.add(importer);
    }
    const sorted = [...roots].sort();
    known.set(id, sorted);
    return sorted;
  }

  return (id: string, graph: Graph): string | null => {
    if (documents.test(id)) return null;
    const roots = rootsOf(id, graph);
    if (roots.length === 0 || roots.includes("start")) return "start";
    const library = libraries.find(([, test]) => test.test(id));
    if (library && roots.length > 1) return library[0];
    const pages = roots.filter((root) => !root.startsWith("later "));
    const [page] = pages;
    if (page === undefined) return roots.length === 1 ? String(roots[0]) : "later";
    const inside = pages.filter((root) => !root.startsWith("outside "));
    if (inside.length === 0) return pages.length === 1 ? page : "outside";
    const needed = new Set(inside.map(sectionOf));
    const isCommon = inside.includes("signed-in") || needed.size >= minSections;
    if (inside.length < pages.length) return isCommon || needed.size > 1 ? "pieces" : "outside and inside";
    if (isCommon) return "signed-in";
    // What opens on other pages too must not load this one.
    const isOpened = roots.some((root) => root.startsWith("later ") && !needed.has(root.slice("later ".length)));
    if (pages.length === 1) return isOpened ? `opened on ${page}` : page;
    const first = sections.find((section) => needed.has(section)) ?? "";
    return needed.size === 1 ? `all of ${first}` : `shared with ${first}`;
  };
}

/** A page is named by its address, what is loaded later by the section of its feature. */
function rootOf(id: string) {
  const [, page] = route.exec(id) ?? [];
  const part = shown.find(([, test]) => test.test(id));
  if (part) return part[0];
  if (page === undefined) return `later ${sectionOf(feature.exec(id)?.[1] ?? "rest")}`;
  if (outside.test(page)) return `outside ${page}`;
  if (layouts.test(page)) return "signed-in";
  if (page === "_signed-in/index") return "organizations";
  return page.replace(/^_signed-in\/(organizations\/\$organization\/)?/, "");
}

function sectionOf(page: string) {
  const [name = ""] = page.split(/[/.]|(?<=_)\./);
  return aliases[name] ?? name;
}
