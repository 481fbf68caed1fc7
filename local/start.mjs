// Starts Muster on this machine. Plain JavaScript, because it runs before anything is built.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { engines } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const [minMajor = 0, minMinor = 0] = engines.node.replace(">=", "").split(".").map(Number);

if (major < minMajor || (major === minMajor && minor < minMinor)) {
  process.stderr.write(`Muster needs Node.js ${minMajor}.${minMinor} or later; this is ${process.versions.node}.\n`);
  process.exit(1);
}

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
const { buildLocal, buildSite, CannotBuild } = await import("./build.mjs");
const bundle = await buildLocal(root).catch((error) => {
  if (!(error instanceof CannotBuild)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
const { main } = await import(bundle);
await main(process.argv.slice(2), {
  site: fileURLToPath(new URL("../web/dist", import.meta.url)),
  buildSite: () => buildSite(root),
});
