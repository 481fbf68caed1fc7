import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL(".", import.meta.url));
const out = join(root, "dist", `package-${process.pid}`);
const node = (...args: string[]) => execFileSync(process.execPath, args, { cwd: root, encoding: "utf8" });

beforeAll(() => node("build.mjs", "--types", "--out", out));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const textsIn = (folder: string, end: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(end))
    .map((name) => readFileSync(join(folder, name), "utf8"));

test("what is published needs two packages, and the parts of Node.js", () => {
  const imported = textsIn(out, ".js").flatMap((text) => [...text.matchAll(/^import .*?"([^"]+)";$/gm)]);
  const others = imported.map(([, name = ""]) => name).filter((name) => !/^(node:|\.\/)/.test(name));
  expect([...new Set(others)].toSorted()).toEqual(["hpke", "jose"]);
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { dependencies: object };
  expect(Object.keys(dependencies)).toEqual(["hpke", "jose"]);
});

test("an import does no work", () => {
  const script = `await import(${JSON.stringify(join(out, "sync.js"))});
    await new Promise((resolve) => setImmediate(resolve));
    process.stdout.write(JSON.stringify(process.getActiveResourcesInfo().filter((one) => !/^(Immediate|PipeWrap)$/.test(one))));`;
  expect(node("--input-type=module", "--eval", script)).toBe("[]");
});

test("its types are whole: a client that is checked strictly can use them", () => {
  expect(textsIn(join(out, "types"), ".d.ts").filter((text) => text.includes("@muster/"))).toEqual([]);
  const example = `import { start, type Change } from "./types/sync/sync.js";
const client = await start({ folder: "x", app: "Example", appVersion: "1.0.0" });
const denied: readonly string[] = client.effective("websites.denied");
client.on("change", async ({ sections, report }: Change) => { for (const one of sections) await report(one, "enforced"); });
// @ts-expect-error there is no such setting
client.effective("websites.nothing");
export { denied };
`;
  writeFileSync(join(out, "example.ts"), example);
  const tsconfig = {
    compilerOptions: { strict: true, noEmit: true, module: "nodenext", target: "es2023", types: ["node"] },
    files: ["example.ts"],
  };
  writeFileSync(join(out, "tsconfig.json"), JSON.stringify(tsconfig));
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
  expect(() => node(tsc, "--project", out)).not.toThrow();
});
