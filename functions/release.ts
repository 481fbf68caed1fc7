import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Returns the name of what is checked out: its tag or commit, with a `+` if files were changed since. Without Git it is
 * the version of the package.
 * @param root the folder of the repository
 */
export function releaseOf(root: string): string {
  const words = ["describe", "--tags", "--always", "--abbrev=12", "--dirty=+"];
  try {
    return execFileSync("git", words, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return `v${JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version}`;
  }
}
