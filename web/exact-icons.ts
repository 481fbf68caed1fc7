import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

const library = "lucide-react";
const imported = /^import \{([^}]*)\} from "lucide-react";$/gm;

/**
 * Imports each icon from its own file instead of the library's list of all, so that the build knows which page needs
 * which icon.
 */
export function exactIcons(): Plugin {
  let files = new Map<string, string>();

  function line(name: string) {
    if (name === "") return "";
    if (name.startsWith("type ")) return `import type { ${name.slice("type ".length)} } from "${library}";`;
    const [original = "", local = original] = name.split(" as ");
    const file = files.get(original);
    if (file === undefined) throw new Error(`${library} has no icon ${original}.`);
    return `import ${local} from ${JSON.stringify(file)};`;
  }

  return {
    name: "exact-icons",
    apply: "build",
    enforce: "pre",
    async buildStart() {
      const list = await this.resolve(library);
      if (list) files = filesOf(list.id);
    },
    transform: {
      filter: { id: /\/src\/.*\.tsx?(\?|$)/, code: library },
      handler: (code) => ({
        code: code.replace(imported, (_, names: string) =>
          names
            .split(",")
            .map((name) => line(name.trim()))
            .join(" "),
        ),
        map: null,
      }),
    },
  };
}

/** The file of each icon, by all of its names. */
function filesOf(list: string) {
  const found = new Map<string, string>();
  for (const [, names = "", file = ""] of readFileSync(list, "utf8").matchAll(/^export \{([^}]*)\} from '([^']+)'/gm)) {
    for (const [, name = ""] of names.matchAll(/default as (\w+)/g)) found.set(name, join(dirname(list), file));
  }
  return found;
}
