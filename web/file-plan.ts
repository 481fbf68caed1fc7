/** Modules that are always loaded together. */
export type Piece = {
  name: string;
  /** In characters of code. */
  size: number;
  /** The pages and other parts that load it. */
  visits: ReadonlySet<string>;
  /** The pieces that it imports, by name. */
  imports: ReadonlySet<string>;
  /** Stays a file of its own. */
  isFixed?: boolean;
};

type Costs = {
  /** What a request costs, as the characters of code that a page could load instead. */
  request: number;
  /** How often a visit happens, beside the others. */
  weightOf: (visit: string) => number;
};

/**
 * Joins pieces into files as long as that saves more requests than it makes visits load what they do not need. No two
 * files import each other: one would run before what it needs. Returns the name of each piece's file, which is that of
 * its first piece.
 */
export function planFiles(pieces: readonly Piece[], costs: Costs): Map<string, string> {
  const files = filesOf(pieces);
  const open = new Set(files.filter(({ isFixed }) => !isFixed));
  let joins = 0;
  const pairOf = (one: File, other: File): Pair => ({
    one,
    other,
    saved: savedBy(one, other, costs),
    weighedAt: joins,
  });
  const all = [...open];
  let pairs = all.flatMap((one, at) => all.slice(at + 1).map((other) => pairOf(one, other))).filter(isGain);
  for (;;) {
    const best = bestOf(pairs);
    if (best === undefined) break;
    if (best.weighedAt < joins) {
      Object.assign(best, pairOf(best.one, best.other));
      continue;
    }
    joins++;
    const { one, other } = best;
    join(one, other);
    open.delete(other);
    const rest = pairs.filter((pair) => ![pair.one, pair.other].some((file) => file === one || file === other));
    const again = [...open].filter((file) => file !== one).map((file) => pairOf(one, file));
    pairs = [...rest, ...again.filter(isGain)];
  }
  const left = files.filter((file) => file.isFixed || open.has(file));
  return new Map(left.flatMap(({ name, members }) => members.map((member) => [member, name])));
}

type File = {
  name: string;
  members: string[];
  size: number;
  visits: Set<string>;
  imports: Set<File>;
  importers: Set<File>;
  isFixed: boolean;
};
/** What is saved was weighed after so many joins: more of them may make it less. */
type Pair = { one: File; other: File; saved: number; weighedAt: number };

function filesOf(pieces: readonly Piece[]): File[] {
  const files = new Map<string, File>();
  for (const { name, size, visits, isFixed = false } of pieces) {
    const links = { imports: new Set<File>(), importers: new Set<File>() };
    files.set(name, {
      name,
      members: [name],
      size,
      visits: new Set(visits),
      imports: links.imports,
      importers: links.importers,
      isFixed,
    });
  }
  for (const piece of pieces) {
    for (const name of piece.imports) {
      const [file, imported] = [files.get(piece.name), files.get(name)];
      if (!file || !imported || file === imported) continue;
      file.imports.add(imported);
      imported.importers.add(file);
    }
  }
  return [...files.values()];
}

const isGain = ({ saved }: Pair) => saved > 0;

function bestOf(pairs: readonly Pair[]): Pair | undefined {
  let best: Pair | undefined;
  for (const pair of pairs) if (pair.saved > (best?.saved ?? 0)) best = pair;
  return best;
}

/**
 * The requests of visits that load both, less what other visits load without needing it: one of them, and what it
 * imports.
 */
function savedBy(one: File, other: File, { request, weightOf }: Costs): number {
  const both = sum(one.visits, (visit) => (other.visits.has(visit) ? weightOf(visit) : 0));
  if (both === 0) return 0;
  let saved = request * both - wasted(one, other) - wasted(other, one);
  if (saved <= 0 || leadsAround(one, other) || leadsAround(other, one)) return 0;
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    for (const file of reachedFrom(to)) {
      if (file !== one && file !== other) saved -= (file.size + request) * added(file, from);
    }
  }
  return saved;

  function wasted(file: File, beside: File) {
    return file.size * added(file, beside);
  }

  function added(file: File, beside: File) {
    return sum(beside.visits, (visit) => (file.visits.has(visit) ? 0 : weightOf(visit)));
  }
}

function sum(visits: Iterable<string>, of: (visit: string) => number): number {
  let total = 0;
  for (const visit of visits) total += of(visit);
  return total;
}

/** The files that a file imports, and those that they import. */
function reachedFrom(file: File): Set<File> {
  const reached = new Set(file.imports);
  for (const one of reached) for (const next of one.imports) reached.add(next);
  return reached;
}

/** Whether a file imports another one by way of a third. */
function leadsAround(from: File, to: File): boolean {
  const reached = new Set([...from.imports].filter((file) => file !== to));
  for (const file of reached) {
    if (file.imports.has(to)) return true;
    for (const next of file.imports) reached.add(next);
  }
  return false;
}

/** Adds a file to another one, whose imports are loaded by the visits of both from then on. */
function join(file: File, other: File): void {
  file.members.push(...other.members);
  file.size += other.size;
  for (const imported of other.imports) replaceIn(imported.importers, other, file, imported);
  for (const importer of other.importers) replaceIn(importer.imports, other, file, importer);
  for (const imported of other.imports) if (imported !== file) file.imports.add(imported);
  for (const importer of other.importers) if (importer !== file) file.importers.add(importer);
  for (const loaded of [file, ...reachedFrom(file)]) {
    for (const visit of other.visits) loaded.visits.add(visit);
    for (const visit of file.visits) loaded.visits.add(visit);
  }
}

function replaceIn(files: Set<File>, from: File, to: File, owner: File): void {
  files.delete(from);
  if (owner !== to) files.add(to);
}
