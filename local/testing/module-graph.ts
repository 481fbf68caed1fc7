import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

// Which modules of the repository import which, by their text. Paths are relative to its root.

const workspaces: { [name: string]: string } = {
  "@muster/settings": "clients/settings",
  "@muster/sync": "clients/sync",
};

export type ModuleGraph = {
  /** All modules, tests among them. */
  files: readonly string[];
  /** Returns what imports one of some modules. */
  importers: (of: readonly string[]) => string[];
  /** Returns a module and all that reach it through imports. */
  dependents: (of: string) => ReadonlySet<string>;
};

/** Reads the modules that are committed, and new ones that are not ignored. */
export function readModuleGraph(root: string): ModuleGraph {
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root, encoding: "utf8" });
  const files = [...new Set(listed.split("\n"))].filter(
    (file) => /\.(tsx?|mjs)$/.test(file) && existsSync(join(root, file)),
  );
  const importersOf = new Map<string, string[]>();
  for (const file of files) {
    for (const target of importsIn(file, readFileSync(join(root, file), "utf8"))) {
      importersOf.set(target, [...(importersOf.get(target) ?? []), file]);
    }
  }
  const importers = (of: readonly string[]) => of.flatMap((file) => importersOf.get(file) ?? []);
  const known = new Map<string, ReadonlySet<string>>();
  return {
    files,
    importers,
    dependents(of) {
      const before = known.get(of);
      if (before) return before;
      const found = new Set([of]);
      // a set also hands out what is added while it is walked through
      for (const file of found) for (const one of importers([file])) found.add(one);
      known.set(of, found);
      return found;
    },
  };
}

/** Lists the imports of a module but for types, which decide nothing when it runs. */
export function importsIn(file: string, text: string): string[] {
  const running = text.replace(/^(import|export) type [^;]*;/gm, "");
  return [...running.matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g)].flatMap(([, target = ""]) => {
    if (target.startsWith(".")) return normalize(join(dirname(file), target));
    if (target.startsWith("#")) return `web/src/${target.slice(1)}`;
    const [, scope = "", rest] = /^(@muster\/[\w-]+)\/(.+)$/.exec(target) ?? [];
    return rest ? `${workspaces[scope] ?? scope.replace("@muster/", "").replace("-", "/")}/${rest}` : [];
  });
}
