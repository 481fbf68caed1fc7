import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const runtime = fileURLToPath(new URL("../runtime", import.meta.url));
const binary = `${runtime}/node_modules/node/bin/node`;

/** Returns the Node that Lambda runs. Installs it if it is missing, and says so. */
export function lambdaNode(): string {
  if (existsSync(binary)) return binary;
  process.stderr.write("Installing the Node of Lambda into functions/runtime (once, about 125 MB) …\n");
  execFileSync("npm", ["ci", "--prefix", runtime, "--ignore-scripts=false", "--no-audit", "--no-fund"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (!existsSync(binary)) throw new Error("npm ci --prefix functions/runtime did not install Node.");
  return binary;
}
