import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The folders of code; an operator's configuration beside them is in no commit either. */
const folders = ["clients", "core", "functions", "stacks", "web"];

/**
 * Returns the name of what is checked out: its tag or commit, with a `+` if files were changed since or code was added.
 * Without Git it is the version of the package.
 * @param root the folder of the repository
 */
export function releaseOf(root: string): string {
  const git = (...words: string[]) =>
    execFileSync("git", words, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    const name = git("describe", "--tags", "--always", "--abbrev=12", "--dirty=+");
    // threat: code that is in no commit is deployed as a commit
    const added = git("ls-files", "--others", "--exclude-standard", "--", ...folders);
    return added === "" || name.endsWith("+") ? name : `${name}+`;
  } catch {
    return `v${JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version}`;
  }
}
