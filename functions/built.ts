import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { releaseOf } from "./release.ts";

/** The file in a build that says what it was built from. It is no part of what is uploaded for browsers. */
export const stampName = "built.json";

/** Everything that bundles and the site are built from; the API's document is a file of the site. */
const sources = ["core", "functions", "clients", "web", "docs/openapi.json", "package-lock.json"];
const isNoSource = /^(node_modules|dist|e2e|testing)$|\.test(ing)?\./;

// Shapes

/** The release, and a hash of all sources: two changed checkouts of one commit have the same release. */
export type Origin = { release: string; sources: string };

type Stamp = Origin & {
  /** A hash of what was built. */
  files: string;
};

// Functions

/**
 * Returns what a build of this checkout is made from.
 * @param root the folder of the repository
 */
export function originOf(root: string): Origin {
  const files = sources.flatMap((name) => filesIn(join(root, name), (each) => !isNoSource.test(each)));
  return { release: releaseOf(root), sources: hashOf(root, files) };
}

/** Writes into a finished build what it was made from. */
export function stamp(folder: string, { release, sources }: Origin): void {
  const written: Stamp = { release, sources, files: contentOf(folder) };
  writeFileSync(join(folder, stampName), `${JSON.stringify(written)}\n`);
}

/**
 * Returns the release of these builds.
 * @throws an error that says which of them is not what this checkout builds
 */
export function builtRelease(folders: readonly string[], root: string): string {
  const origin = originOf(root);
  const wrong = folders.flatMap((folder) => {
    const found = mistakeOf(folder, origin);
    return found === undefined ? [] : [`${folder} ${found}.`];
  });
  // threat: a build of other code is deployed as this release
  if (wrong.length > 0) throw new Error([...wrong, 'Build again, with "npm run build".'].join("\n"));
  return origin.release;
}

function mistakeOf(folder: string, origin: Origin): string | undefined {
  const file = join(folder, stampName);
  // threat: a build that says nothing of its sources is deployed
  if (!existsSync(file)) return "does not say what it was built from";
  const built = JSON.parse(readFileSync(file, "utf8")) as Partial<Stamp>;
  // threat: a build is deployed that was changed by hand
  if (built.files !== contentOf(folder)) return "was changed after it was built";
  if (built.release !== origin.release) return `was built from ${built.release}, and this is ${origin.release}`;
  // threat: a build of an older change to the same commit is deployed
  if (built.sources !== origin.sources) return `was built from other sources of ${origin.release}`;
  return undefined;
}

const contentOf = (folder: string) =>
  hashOf(
    folder,
    filesIn(folder, () => true).filter((file) => file !== join(folder, stampName)),
  );

function filesIn(path: string, isWanted: (name: string) => boolean): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter(isWanted)
    .flatMap((name) => filesIn(join(path, name), isWanted));
}

/** A hash of names and contents, each with its length before it. */
function hashOf(root: string, files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of [...files].sort()) {
    const content = readFileSync(file);
    hash.update(`${relative(root, file)}\n${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}
