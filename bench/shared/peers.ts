import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { print } from "./output.ts";

/** The packages that benchmarks compare with, which nobody needs who does not measure. */
export const peers = fileURLToPath(new URL("../peers", import.meta.url));

export function installPeers(): void {
  if (existsSync(`${peers}/node_modules/better-auth`)) return;
  print("Installing the peers into bench/peers …");
  execFileSync("npm", ["ci", "--prefix", peers, "--no-audit", "--no-fund"], { stdio: "inherit" });
}
